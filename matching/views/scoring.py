"""Running the scoring of a shortlist: criteria, who is asked, how far everybody is, opening it to all."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cdmo_portal.accounts.actors import Actor, ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import scoring_rounds
from matching.actions.briefs import BriefActionRefused
from matching.actions.scoring_rounds import CriteriaChangedMeanwhile, CriteriaInUse, criteria_now
from matching.forms.scorecards import CriteriaFormSet, CriteriaRound, criteria_formset, proposed_criteria
from matching.models import Brief, Scorecard, ScoringRound
from matching.permissions import can_run_scoring, can_score, may_be_evaluators
from matching.score_table import (
    CriterionShare,
    OwnAnswers,
    criteria_of,
    is_answered,
    own_answers,
    round_of,
    total_so_far,
)
from matching.views.briefs import find_brief
from matching.views.change_words import value_words
from matching.views.shortlists import after, just_done
from partners.forms.editing import Difference

CRITERIA = "matching/criteria_form.html"


@require_safe
def scoring(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Where the scoring stands. Of others it tells only who has handed in."""
    brief = find_brief(request, uid)
    criteria = criteria_of(brief)
    rows = own_rows(brief, own_answers(brief, request.actor), criteria)
    cards = {card.evaluator_id: card for card in brief.scorecards.of_evaluators()}
    people = [(member, cards.get(member.user_id)) for member in may_be_evaluators(brief)]
    own = cards.get(request.actor.user_id)
    asked = [card for _member, card in people if card and card.is_invited]
    context = {
        "brief": brief,
        "round": round_of(brief),
        "criteria": criteria,
        "proposed": [] if criteria else proposed_criteria(brief),
        "people": people,
        "handed_in": sum(card.handed_in_at is not None for card in cards.values()),
        "asked": asked,
        "asked_done": sum(card.handed_in_at is not None for card in asked),
        "own": own,
        "rows": rows,
        "missing": sum(row["missing"] for row in rows),
        "can_run": can_run_scoring(request.actor, brief),
        "can_score": can_score(request.actor, brief),
        "done": just_done(request, brief),
    }
    return render(request, "matching/scoring.html", context)


def own_rows(brief: Brief, answers: OwnAnswers, criteria: Sequence[CriterionShare]) -> list[dict[str, Any]]:
    """Each partner to be scored with what the actor has said of it so far."""
    if not criteria:
        return []
    found = []
    for entry in brief.shortlist.to_score().select_related("partner").order_by("partner__name", "pk"):
        scores = answers.get(entry.pk, {})
        answered = sum(is_answered(scores[each.key]) for each in criteria if each.key in scores)
        total = total_so_far(criteria, scores) if answered else None
        found.append({"entry": entry, "missing": len(criteria) - answered, "total": total})
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def criteria_update(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    if not can_run_scoring(request.actor, brief):
        raise PermissionDenied
    stands = round_of(brief)
    stored = [{**each, "points": f"{float(each['points']):g}"} for each in criteria_now(brief)]
    initial = stored or proposed_criteria(brief)
    formset = criteria_formset(posted(request), initial)
    form = CriteriaRound(posted(request), initial={"version": str(stands.version if stands else 0)})
    if not form.is_bound or not (form.is_valid() & formset.is_valid()):
        return _criteria_page(request, brief, form, formset)
    try:
        change = scoring_rounds.save_criteria(
            by=request.actor,
            brief=brief,
            version=form.version_number,
            criteria=formset.given(),
            reopens=form.cleaned_data["reopens"],
        )
    except CriteriaChangedMeanwhile:
        return _stale_criteria(request, brief, form, formset)
    except CriteriaInUse as refusal:
        form.add_error("reopens", str(refusal))
    except BriefActionRefused as refusal:
        form.add_error(None, str(refusal))
    else:
        return after_scoring(request, brief, change)
    return _criteria_page(request, brief, form, formset)


def _stale_criteria(
    request: ActorRequest, brief: Brief, form: CriteriaRound, formset: CriteriaFormSet
) -> HttpResponse:
    now = criteria_now(brief)
    typed = [{"name": each.name, "points": str(each.points)} for each in formset.given()]
    both = Difference(_("Criteria"), value_words("criteria", typed), value_words("criteria", now))
    scoring = ScoringRound.objects.filter(brief=brief).first()
    form.take_version(str(scoring.version if scoring else 0))
    more = {"is_stale": True, "differences": [both], "again_url": request.path}
    return _criteria_page(request, brief, form, formset, more, status=409)


def _criteria_page(
    request: ActorRequest,
    brief: Brief,
    form: CriteriaRound,
    formset: CriteriaFormSet,
    more: dict[str, Any] | None = None,
    *,
    status: int = 0,
) -> HttpResponse:
    context = {
        "brief": brief,
        "form": form,
        "formset": formset,
        "handed_in": brief.scorecards.handed_in().count(),
        **(more or {}),
    }
    return render(request, CRITERIA, context, status=status or (422 if form.is_bound else 200))


@require_POST
def evaluator_ask(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Ask a colleague to score, or no longer."""
    brief = find_brief(request, uid)
    member = get_object_or_404(may_be_evaluators(brief), uid=_uid_in(request, "member"))
    is_asked = request.POST.get("on") == "1"
    try:
        change = scoring_rounds.ask(by=request.actor, brief=brief, member=member, is_asked=is_asked)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("matching:scoring", uid=uid)
    return after_scoring(request, brief, change)


def _uid_in(request: ActorRequest, name: str) -> UUID | None:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


@require_POST
def scoring_open(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Show the scorecards to everybody, or each only their own again."""
    brief = find_brief(request, uid)
    act = scoring_rounds.open_round if request.POST.get("on") == "1" else scoring_rounds.close_round
    try:
        change = act(by=request.actor, brief=brief)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("matching:scoring", uid=uid)
    return after_scoring(request, brief, change)


def after_scoring(request: ActorRequest, brief: Brief, change: Any) -> HttpResponse:
    back = redirect("matching:scoring", uid=brief.uid)
    return after(request, brief, change, on=None, where=back.url)


def own_card(brief: Brief, actor: Actor) -> Scorecard | None:
    return brief.scorecards.filter(evaluator_id=actor.user_id or 0).first()
