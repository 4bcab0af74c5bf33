"""The shortlist of a brief: its board and table, moves, undo, history, and taking it along as a file."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.spreadsheets import Kind
from matching.actions import shortlists
from matching.actions.briefs import BriefActionRefused
from matching.actions.shortlist_changes import ShortlistChangedMeanwhile
from matching.actions.undoing import UndoRefused, undo
from matching.forms.shortlists import SORTS, BoardQuery, MoveForm
from matching.models import Brief, ShortlistChange, ShortlistEntry
from matching.permissions import can_shortlist
from matching.score_table import round_of
from matching.views.board import board_of
from matching.views.briefs import find_brief
from matching.views.change_words import both_values, criterion_names, history, told, value_words
from partners.models import Partner

BOARD = "matching/shortlist.html"
CONFLICT = "matching/shortlist_conflict.html"
CHANGES_PER_PAGE = 25
MOST_FOUND = 8


@require_safe
@vary_on_headers("HX-Request")
def shortlist(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    is_swap = bool(request.htmx) and not request.htmx.history_restore_request
    context = board_context(request, brief) | {"done": just_done(request, brief)}
    return render(request, f"{BOARD}#swap" if is_swap else BOARD, context)


def board_context(request: ActorRequest, brief: Brief) -> dict[str, Any]:
    said = BoardQuery(request.GET).said()
    scoring = round_of(brief)
    cards = brief.scorecards.of_evaluators()
    return {
        "brief": brief,
        "board": board_of(brief, said, request.GET.get("page", "")),
        "said": said,
        "sorts": SORTS.items(),
        "file_kinds": list(Kind),
        "found": found_partners(brief, said["find"]),
        "can_shortlist": can_shortlist(request.actor, brief),
        "scoring": scoring,
        "handed_in": cards.handed_in().count() if scoring else 0,
    }


def found_partners(brief: Brief, text: str) -> list[Partner]:
    """Partners of that name that are not followed yet."""
    if not text.strip():
        return []
    followed = brief.shortlist.values("partner")
    rows = Partner.objects.filter(name__icontains=text.strip()).exclude(pk__in=followed)
    return list(rows.order_by("name", "pk")[:MOST_FOUND])


@require_POST
def shortlist_toggle(request: ActorRequest, uid: UUID, partner_uid: UUID) -> HttpResponse:
    """Follow or stop following a partner. By htmx the button comes back, else the page that it was on."""
    brief = find_brief(request, uid)
    partner = get_object_or_404(Partner, uid=partner_uid)
    is_on = request.POST.get("on") == "1"
    is_from_shortlist = request.POST.get("from") == "shortlist"
    change, refusal = None, ""
    try:
        if is_on:
            change = shortlists.add(
                by=request.actor, brief=brief, partner=partner, stage=_stage_in(request.POST)
            )
        else:
            change = shortlists.remove(by=request.actor, brief=brief, partner=partner)
    except BriefActionRefused as refused:
        refusal = str(refused)
    if request.htmx and not is_from_shortlist:
        return _button(request, brief, partner, refusal, can_undo=change is not None)
    if refusal:
        messages.error(request, refusal)
        return redirect("matching:shortlist" if is_from_shortlist else "matching:match_list", uid=uid)
    if is_from_shortlist:
        return after(request, brief, change, on=change.entry if change and is_on else None)
    text = _("%(name)s is on the shortlist.") if is_on else _("%(name)s is off the shortlist.")
    messages.success(request, text % {"name": partner.name})
    return redirect("matching:match_list", uid=uid)


def _stage_in(data: QueryDict) -> ShortlistEntry.Stage:
    given = data.get("stage", "")
    return ShortlistEntry.Stage(given) if given in ShortlistEntry.Stage else ShortlistEntry.Stage.SHORTLIST


def _button(
    request: ActorRequest, brief: Brief, partner: Partner, refusal: str, *, can_undo: bool
) -> HttpResponse:
    """The pressed or released button, and a toast that can undo it or says why nothing happened."""
    is_on = brief.shortlist.filter(partner=partner).exists()
    context: dict[str, object] = {
        "brief": brief,
        "partner_uid": partner.uid,
        "name": partner.name,
        "is_shortlisted": is_on,
    }
    answer = render(request, "matching/shortlist_button.html", context)
    words = _("%(name)s is on the shortlist.") if is_on else _("%(name)s is off the shortlist.")
    undone = {"undo": f"shortlist-{partner.uid}"} if can_undo else {}
    toast = {"text": refusal or words % {"name": partner.name}, **undone}
    answer.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return answer


@require_POST
def shortlist_move(request: ActorRequest, uid: UUID, entry_uid: UUID) -> HttpResponse:
    """Put a card into another stage; 409 with both values if a colleague moved it meanwhile."""
    brief = find_brief(request, uid)
    entry = find_entry(brief, entry_uid)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return _elsewhere(request, reverse("matching:shortlist_card", args=[uid, entry_uid]))
    wanted = {"stage": form.target.value, "reason": form.cleaned_data["reason"]}
    try:
        change = shortlists.move(
            by=request.actor,
            entry=entry,
            version=form.seen_version,
            stage=form.target,
            reason=wanted["reason"],
        )
    except ShortlistChangedMeanwhile as refusal:
        return move_conflict(request, brief, refusal, wanted)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
        return _elsewhere(request, reverse("matching:shortlist", args=[uid]))
    where = _where(request, brief, change) if change else ""
    return after(request, brief, change, on=entry, where=where)


def move_conflict(
    request: ActorRequest, brief: Brief, refusal: ShortlistChangedMeanwhile, wanted: Mapping[str, Any]
) -> HttpResponse:
    stands = {"stage": refusal.entry.stage, "reason": refusal.entry.reason}
    context = {
        "brief": brief,
        "entry": refusal.entry,
        "wanted": wanted,
        "wanted_stage": value_words("stage", wanted["stage"]),
        "is_off": refusal.entry.removed_at is not None,
        "both": both_values(wanted, stands),
        "changes": told(request, brief, refusal.changes),
    }
    return conflict_page(request, context)


def conflict_page(request: ActorRequest, context: dict[str, Any]) -> HttpResponse:
    """Both values, and what can be done. By htmx it takes the place of the page's main part."""
    answer = render(request, f"{CONFLICT}#both" if request.htmx else CONFLICT, context, status=409)
    if request.htmx:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#main", "innerHTML show:window:top"
    return answer


@require_POST
def shortlist_undo(request: ActorRequest, uid: UUID, change_uid: UUID) -> HttpResponse:
    """Take a change back, and go on where the button was."""
    brief = find_brief(request, uid)
    change = get_object_or_404(brief.shortlist_changes.select_related("brief", "entry"), uid=change_uid)
    try:
        undone = undo(by=request.actor, change=change)
    except UndoRefused as refusal:
        return _undo_refused(request, brief, change, refusal)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
        return _elsewhere(request, _where(request, brief, change))
    return after(request, brief, undone, on=undone.entry, where=_where(request, brief, undone))


def _undo_refused(
    request: ActorRequest, brief: Brief, change: ShortlistChange, refusal: UndoRefused
) -> HttpResponse:
    since = history(brief).filter(pk__gt=change.pk, entry=change.entry)
    later = [row for row in since if row.after.keys() & refusal.restores.keys()]
    context = {
        "brief": brief,
        "entry": change.entry,
        "undoing": told(request, brief, [change])[0],
        "refusal": str(refusal),
        "both": both_values(refusal.restores, refusal.stands, criterion_names(brief)),
        "changes": told(request, brief, later[:3]),
    }
    return conflict_page(request, context)


def after(
    request: ActorRequest,
    brief: Brief,
    change: ShortlistChange | None,
    *,
    on: ShortlistEntry | None,
    where: str = "",
) -> HttpResponse:
    """What was done with an undo beside it: the board with a toast by htmx, else the page that it was on."""
    board_path = reverse("matching:shortlist", args=[brief.uid])
    here = _here(request)
    if here.path != board_path:
        back = where or board_path
        return _elsewhere(request, f"{back}?{urlencode({'done': change.uid})}" if change else back)
    # The board and its links answer for the address that it has there, not for this request's own.
    request.GET = QueryDict(here.query)
    done = told(request, brief, [change])[0] if change else None
    answer = render(request, f"{BOARD}#swap", board_context(request, brief) | {"undoable": done})
    toast = {"text": done.sentence if done else _("It is there already."), "undo": "undo" if done else None}
    answer["HX-Trigger"] = json.dumps({"toast": toast})
    focus = f"card-{on.uid}" if on else "board"
    answer["HX-Trigger-After-Settle"] = json.dumps({"focus-on": {"id": focus}})
    return answer


def _here(request: ActorRequest) -> SplitResult:
    """The page of ours that htmx says the button was on; nowhere, where it says nothing that can be read."""
    try:
        return urlsplit((request.htmx and request.htmx.current_url_abs_path) or "")
    except ValueError:
        return urlsplit("")


def _elsewhere(request: ActorRequest, path: str) -> HttpResponse:
    """A redirect, which htmx has to be told of in its own way."""
    if not request.htmx:
        return redirect(path)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = path
    return answer


def _where(request: ActorRequest, brief: Brief, change: ShortlistChange) -> str:
    """The page that the undo button stood on, by the name that it sent."""
    came_from = request.POST.get("from", "")
    if came_from == "card" and change.entry is not None:
        return reverse("matching:shortlist_card", args=[brief.uid, change.entry.uid])
    pages = {"history": "shortlist_history", "scoring": "scoring", "together": "scores_together"}
    return reverse(f"matching:{pages.get(came_from, 'shortlist')}", args=[brief.uid])


@require_safe
def shortlist_history(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Who did what when, newest first."""
    brief = find_brief(request, uid)
    page = Paginator(history(brief), CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "brief": brief,
        "page": page,
        "changes": told(request, brief, page),
        "done": just_done(request, brief),
    }
    return render(request, "matching/shortlist_history.html", context)


def just_done(request: ActorRequest, brief: Brief) -> Any:
    """The change that the address names as just made by this person, to be told with its undo."""
    try:
        uid = UUID(request.GET.get("done", ""))
    except ValueError:
        return None
    found = history(brief).filter(uid=uid, by_id=request.actor.user_id or 0).first()
    return told(request, brief, [found])[0] if found else None


def find_entry(brief: Brief, uid: UUID) -> ShortlistEntry:
    """Also one that was taken off: its note and history are still there."""
    rows = ShortlistEntry.ever.filter(brief=brief).select_related("brief", "partner", "added_by")
    return get_object_or_404(rows, uid=uid)
