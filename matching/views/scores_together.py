"""All scorecards side by side, once they are open, and what the evaluators agree on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions.agreed_scores import AgreedChangedMeanwhile, agree, agreed_version
from matching.actions.briefs import BriefActionRefused
from matching.forms.scorecards import ScoresForm
from matching.models import Brief, CriterionScore
from matching.permissions import can_run_scoring
from matching.score_table import PartnerScores, ScoreTable, is_open, score_table
from matching.views.board import standings_of
from matching.views.briefs import find_brief
from matching.views.shortlists import after, just_done
from partners.forms.editing import differences

TOGETHER = "matching/scores_together.html"
ONE = "matching/scores_of.html"
DETAILS_PER_PAGE = 5


@require_safe
def scores_together(request: ActorRequest, uid: UUID) -> HttpResponse:
    """The ranking of all partners, and some of them at a time criterion by criterion."""
    brief = find_brief(request, uid)
    if not is_open(brief):
        messages.error(request, _("The scorecards are not open yet: each scores alone first."))
        return redirect("matching:scoring", uid=uid)
    table = score_table(brief, request.actor)
    run = brief.match_runs.defer("asked").first()
    standings = standings_of(run.result) if run else {}
    context = {
        "brief": brief,
        "table": table,
        "ranked": [(each, standings.get(str(each.entry.partner.uid))) for each in table.partners],
        "run": run,
        "page": Paginator(table.partners, DETAILS_PER_PAGE).get_page(request.GET.get("page")),
        "can_run": can_run_scoring(request.actor, brief),
        "done": just_done(request, brief),
    }
    return render(request, TOGETHER, context)


@require_http_methods(["GET", "HEAD", "POST"])
def scores_of(request: ActorRequest, uid: UUID, entry_uid: UUID) -> HttpResponse:
    """One partner with all comments, and the form for what was agreed on."""
    brief = find_brief(request, uid)
    if not is_open(brief):
        raise Http404
    table = score_table(brief, request.actor)
    scores = next((each for each in table.partners if each.entry.uid == entry_uid), None)
    if scores is None:
        raise Http404
    form = _form(posted(request), table, scores)
    if not form.is_bound or not form.is_valid():
        return _page(request, brief, table, scores, form=form)
    if not can_run_scoring(request.actor, brief) and brief.state != Brief.State.CLOSED:
        raise PermissionDenied
    scores.entry.brief = brief
    try:
        change = agree(
            by=request.actor, entry=scores.entry, version=form.version_number, answers=form.answers
        )
    except AgreedChangedMeanwhile:
        return _stale(request, brief, table, scores, form)
    except BriefActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, brief, table, scores, form=form)
    back = reverse("matching:scores_together", args=[uid])
    return after(request, brief, change, on=None, where=back)


def _form(data: QueryDict | None, table: ScoreTable, scores: PartnerScores) -> ScoresForm:
    rows = CriterionScore.objects.filter(entry=scores.entry, scorecard__evaluator__isnull=True)
    return ScoresForm(
        data,
        criteria=[each.row for each in table.criteria],
        stored={row.criterion_id: row for row in rows},
        is_agreed=True,
        version=agreed_version(scores.entry),
    )


def _stale(
    request: ActorRequest, brief: Brief, table: ScoreTable, scores: PartnerScores, form: ScoresForm
) -> HttpResponse:
    stored = _form(None, table, scores)
    form.take_version(str(agreed_version(scores.entry)))
    both = {"is_stale": True, "differences": differences(form, stored), "again_url": request.path}
    return _page(request, brief, table, scores, form=form, more=both, status=409)


def _page(
    request: ActorRequest,
    brief: Brief,
    table: ScoreTable,
    scores: PartnerScores,
    *,
    form: ScoresForm,
    more: dict[str, Any] | None = None,
    status: int = 0,
) -> HttpResponse:
    context = {
        "brief": brief,
        "table": table,
        "scores": scores,
        "form": form,
        "lines": list(zip(table.criteria, form.rows, strict=True)),
        "can_run": can_run_scoring(request.actor, brief),
        **(more or {}),
    }
    return render(request, ONE, context, status=status or (422 if form.is_bound else 200))
