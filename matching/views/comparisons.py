"""The runs of a brief, and two of them side by side."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import IntegerField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from matching.actions import match_notes
from matching.actions.briefs import BriefActionRefused
from matching.forms.heads import HEAD_LABELS
from matching.models import Brief, MatchRun
from matching.ranking.comparing import compare_runs
from matching.scoring.comparison import LISTS, Comparison
from matching.scoring.comparison_text import summary_of
from matching.views.briefs import find_brief

PER_PAGE = 25
MOST_OFFERED = 100
"""How many of the newest runs the pickers offer."""


def light_runs(brief: Brief) -> QuerySet[MatchRun]:
    """The runs without their results, newest first."""
    return brief.match_runs.select_related("made_by").defer("result", "asked")


def run_list(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    counts = {f"{name}_count": Cast(KT(f"result__counts__{name}"), IntegerField()) for name in LISTS}
    runs = light_runs(brief).annotate(**counts)
    page = Paginator(runs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "matching/run_list.html", {"brief": brief, "page": page})


def run_compare(request: ActorRequest, uid: UUID) -> HttpResponse:
    """`from` and `to` are uids of runs: by default the latest, and the one before it."""
    brief = find_brief(request, uid)
    offered = list(light_runs(brief)[:MOST_OFFERED])
    after = _run(brief, request.GET.get("to")) or (offered[0] if offered else None)
    before = _run(brief, request.GET.get("from")) or (_before(brief, after) if after else None)
    context: dict[str, object] = {
        "brief": brief,
        "before": before,
        "after": after,
        "runs": _with(offered, before, after),
    }
    if before is not None and after is not None:
        context |= _compared(before, after)
    return render(request, "matching/run_compare.html", context)


def _run(brief: Brief, text: str | None) -> MatchRun | None:
    """The run that a parameter names; 404 for what is none of this brief."""
    if not text:
        return None
    try:
        uid = UUID(text)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(light_runs(brief), uid=uid)


def _before(brief: Brief, run: MatchRun) -> MatchRun | None:
    return light_runs(brief).filter(pk__lt=run.pk).first()


def _with(offered: Sequence[MatchRun], *chosen: MatchRun | None) -> list[MatchRun]:
    """The offered runs, and an older one that was chosen all the same."""
    added = {run.pk: run for run in (*offered, *chosen) if run is not None}
    return sorted(added.values(), key=lambda run: -run.pk)


def _compared(before: MatchRun, after: MatchRun) -> dict[str, object]:
    whole = MatchRun.objects.select_related("facts__vocabulary").in_bulk([before.pk, after.pk])
    found = compare_runs(whole[before.pk], whole[after.pk])
    return {
        "comparison": found,
        "summary": summary_of(found),
        "groups": groups_of(found),
        "weights": [(HEAD_LABELS[each.head], 100 * each.before, 100 * each.after) for each in found.weights],
        "engines_differ": before.engine_version != after.engine_version,
    }


def groups_of(found: Comparison) -> list[dict[str, Any]]:
    """The candidates by what happened to them, in the order in which they matter."""
    groups = (
        ("entered", "New candidates", found.entered),
        ("left", "Dropped", found.left),
        ("changed_list", "In another list", found.changed_list),
        ("moved", "In another place, or with another score", found.moved),
    )
    return [{"key": key, "title": title, "changes": changes} for key, title, changes in groups if changes]


@require_POST
def note_seen(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Take the note off and show what it was about."""
    brief = find_brief(request, uid)
    try:
        seen = match_notes.see(by=request.actor, brief=brief)
    except BriefActionRefused as refusal:
        messages.info(request, str(refusal))
        return redirect("matching:match_list", uid=uid)
    query = urlencode({"from": seen.before.uid, "to": seen.after.uid})
    return redirect(f"{reverse('matching:run_compare', args=[uid])}?{query}")
