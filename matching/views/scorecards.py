"""One's own scorecard, partner by partner: saved as one goes, handed in when it is ready."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cdmo_portal.accounts.actors import ActorRequest
from matching.actions import scorecards
from matching.actions.briefs import BriefActionRefused
from matching.actions.scorecards import ScoresConflict
from matching.forms.scorecards import ScoresForm
from matching.models import Brief, CriterionScore, ShortlistEntry
from matching.models.shortlists import SCORED_STAGES
from matching.permissions import can_score
from matching.score_table import CriterionShare, criteria_of, is_open, own_answers, total_so_far
from matching.views.briefs import find_brief
from matching.views.scoring import after_scoring, own_card, own_rows
from matching.views.shortlists import find_entry
from partners.forms.editing import Difference, shown

PAGE = "matching/scorecard.html"
type Stored = Mapping[str, CriterionScore]


@require_http_methods(["GET", "HEAD", "POST"])
def scorecard_update(request: ActorRequest, uid: UUID, entry_uid: UUID) -> HttpResponse:
    """Score one partner. By htmx only the line that says when it was saved comes back.

    What is sent too late, of a partner that moved on or a brief that was closed, comes back with the reason.
    """
    brief = find_brief(request, uid)
    entry = find_entry(brief, entry_uid)
    criteria = criteria_of(brief)
    is_sent = request.method == "POST"
    if not is_sent and (entry.removed_at or entry.stage not in SCORED_STAGES):
        raise Http404
    if not criteria or not (is_sent or can_score(request.actor, brief)):
        messages.error(request, _("There is nothing for you to score here yet."))
        return redirect("matching:scoring", uid=uid)
    return _save(request, brief, entry, criteria) if is_sent else _page(request, brief, entry, criteria)


def _save(
    request: ActorRequest, brief: Brief, entry: ShortlistEntry, criteria: list[CriterionShare]
) -> HttpResponse:
    form = _form(request.POST, criteria, {})
    if not form.is_valid():
        return _page(request, brief, entry, criteria, form)
    opened = None if "mine" in request.POST else form.opened
    try:
        saved = scorecards.save_scores(by=request.actor, entry=entry, answers=form.answers, opened=opened)
    except ScoresConflict as conflict:
        return _page(request, brief, entry, criteria, form, conflicts=conflict.names)
    except BriefActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, brief, entry, criteria, form)
    if request.htmx:
        return _page(request, brief, entry, criteria, overtaken=saved.overtaken)
    return redirect(_next(request, brief, entry, criteria))


def _form(data: QueryDict | None, criteria: Sequence[CriterionShare], stored: Stored) -> ScoresForm:
    rows = [each.row for each in criteria]
    return ScoresForm(data, criteria=rows, stored={int(key): row for key, row in stored.items()})


def _page(
    request: ActorRequest,
    brief: Brief,
    entry: ShortlistEntry,
    criteria: list[CriterionShare],
    sent: ScoresForm | None = None,
    *,
    conflicts: Sequence[str] = (),
    overtaken: Sequence[str] = (),
) -> HttpResponse:
    """What was `sent` and could not be saved, else what is saved."""
    answers = own_answers(brief, request.actor)
    stored = answers.get(entry.pk, {})
    saved = _form(None, criteria, stored)
    form = sent or saved
    card, is_together = own_card(brief, request.actor), is_open(brief)
    total = total_so_far(criteria, stored)
    rows = own_rows(brief, answers, criteria)
    lines = list(zip(criteria, form.rows, total.parts, strict=True))
    context = {
        "brief": brief,
        "entry": entry,
        "form": form,
        "is_saved": sent is None and request.method == "POST",
        "lines": lines,
        "overtaken": [line for line in lines if {f"{sort}{line[0].key}" for sort in "sc"} & {*overtaken}],
        "differences": [
            Difference(str(form[name].label), shown(form[name]), shown(saved[name])) for name in conflicts
        ],
        "total": total,
        "rows": rows,
        "missing": sum(row["missing"] for row in rows),
        "is_open": is_together,
        "is_closed": is_together or bool(card and card.handed_in_at),
    }
    template = f"{PAGE}#saved" if request.htmx else PAGE
    return render(request, template, context, status=_status(sent, conflicts))


def _status(sent: ScoresForm | None, conflicts: Sequence[str]) -> int:
    if sent is None:
        return 200
    return 409 if conflicts else 422


def _next(request: ActorRequest, brief: Brief, entry: ShortlistEntry, criteria: list[CriterionShare]) -> str:
    """The next partner that is not wholly scored, in the order of the list; the overview after the last."""
    rows = own_rows(brief, own_answers(brief, request.actor), criteria)
    place = next((number for number, row in enumerate(rows) if row["entry"].pk == entry.pk), 0)
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
