"""One's own scorecard, partner by partner: saved as one goes, handed in when it is ready."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import scorecards
from matching.actions.briefs import BriefActionRefused
from matching.forms.scorecards import ScoresForm
from matching.models import Brief, CriterionScore, ShortlistEntry
from matching.permissions import can_score
from matching.views.briefs import find_brief
from matching.views.score_table import CriterionShare, criteria_of, is_open, own_answers, total_so_far
from matching.views.scoring import after_scoring, own_card, own_rows

PAGE = "matching/scorecard.html"


@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_update(request: ActorRequest, uid: UUID, entry_uid: UUID) -> HttpResponse:
    """Score one partner. By htmx only the line that says when it was saved comes back."""
    brief = find_brief(request, uid)
    entry = get_object_or_404(brief.shortlist.to_score().select_related("brief", "partner"), uid=entry_uid)
    criteria = criteria_of(brief)
    if not criteria or not can_score(request.actor, brief):
        messages.error(request, _("There is nothing for you to score here yet."))
        return redirect("matching:scoring", uid=uid)
    stored = own_answers(brief, request.actor).get(entry.pk, {})
    form = _form(request, criteria, stored)
    if not form.is_bound or not form.is_valid():
        return _page(request, brief, entry, criteria, form)
    try:
        scorecards.save_scores(by=request.actor, entry=entry, answers=form.answers)
    except BriefActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, brief, entry, criteria, form)
    if request.htmx:
        return _page(request, brief, entry, criteria, form, status=200)
    return redirect(_next(request, brief, entry, criteria))


def _form(
    request: ActorRequest, criteria: Sequence[CriterionShare], stored: Mapping[str, CriterionScore]
) -> ScoresForm:
    rows = [each.row for each in criteria]
    return ScoresForm(posted(request), criteria=rows, stored={int(key): row for key, row in stored.items()})


def _page(
    request: ActorRequest,
    brief: Brief,
    entry: ShortlistEntry,
    criteria: list[CriterionShare],
    form: ScoresForm,
    *,
    status: int = 0,
) -> HttpResponse:
    card, is_together = own_card(brief, request.actor), is_open(brief)
    rows = own_rows(brief, request.actor, criteria)
    stored = own_answers(brief, request.actor).get(entry.pk, {})
    context = {
        "brief": brief,
        "entry": entry,
        "form": form,
        "lines": list(zip(criteria, form.rows, total_so_far(criteria, stored).parts, strict=True)),
        "total": total_so_far(criteria, stored),
        "rows": rows,
        "missing": sum(row["missing"] for row in rows),
        "is_open": is_together,
        "is_closed": is_together or bool(card and card.handed_in_at),
    }
    template = f"{PAGE}#saved" if request.htmx else PAGE
    return render(request, template, context, status=status or (422 if form.is_bound else 200))


def _next(request: ActorRequest, brief: Brief, entry: ShortlistEntry, criteria: list[CriterionShare]) -> str:
    """The next partner that is not wholly scored, in the order of the list; the overview after the last."""
    rows = own_rows(brief, request.actor, criteria)
    place = next(number for number, row in enumerate(rows) if row["entry"].pk == entry.pk)
    for row in [*rows[place + 1 :], *rows[:place]]:
        if row["missing"]:
            return reverse("matching:scorecard_update", args=[brief.uid, row["entry"].uid])
    return reverse("matching:scoring", args=[brief.uid])


@require_POST
def scorecard_hand_in(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Hand one's scorecard in, or take it back."""
    brief = find_brief(request, uid)
    act = scorecards.hand_in if request.POST.get("on") == "1" else scorecards.take_back
    try:
        change = act(by=request.actor, brief=brief)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("matching:scoring", uid=uid)
    return after_scoring(request, brief, change)
