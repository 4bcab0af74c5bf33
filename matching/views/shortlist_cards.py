"""One card of a shortlist: its note, tags and reason, and its own history."""

from typing import Any
from uuid import UUID

from django.db.models import F, Func
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import shortlists
from matching.actions.briefs import BriefActionRefused
from matching.actions.interests import InterestRefused, check_state
from matching.actions.shortlist_changes import ShortlistChangedMeanwhile
from matching.forms.shortlists import EntryForm, distinct_tags, folded
from matching.models import Brief, ShortlistEntry
from matching.permissions import can_ask_interest, can_shortlist
from matching.views.board import cards_of
from matching.views.briefs import find_brief
from matching.views.change_words import history, label_of, told, value_words
from matching.views.shortlists import after, find_entry, just_done
from partners.forms.editing import Difference

CARD = "matching/shortlist_card.html"
CHANGES_SHOWN = 20
MOST_SUGGESTIONS = 100


@require_http_methods(["GET", "HEAD", "POST"])
def shortlist_card(request: ActorRequest, uid: UUID, entry_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    entry = find_entry(brief, entry_uid)
    form = EntryForm(posted(request), entry=entry)
    if not form.is_bound or not form.is_valid():
        return _page(request, brief, entry, form)
    try:
        change = shortlists.describe(
            by=request.actor,
            entry=entry,
            version=form.version_number,
            brings_back="bring-back" in request.POST,
            **form.said,
        )
    except ShortlistChangedMeanwhile as refusal:
        return _stale(request, brief, form, refusal)
    except BriefActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, brief, entry, form)
    return after(request, brief, change, on=entry, where=request.path)


def _stale(
    request: ActorRequest, brief: Brief, form: EntryForm, refusal: ShortlistChangedMeanwhile
) -> HttpResponse:
    """What was typed, and beside it what stands there now; saving again takes what was typed.

    What others changed alone stands in the form as they left it.
    """
    now = find_entry(brief, refusal.entry.uid)
    mine = {name: form.said[name] for name in (*refusal.merged.changed, *refusal.merged.conflicts)}
    context = {
        "is_stale": True,
        "again_url": request.path,
        "differences": [
            Difference(label_of(name), value_words(name, value), value_words(name, getattr(now, name)))
            for name, value in mine.items()
            if name in refusal.merged.conflicts
        ],
    }
    return _page(request, brief, now, EntryForm(entry=now, typed=mine), context, status=409)


def _page(
    request: ActorRequest,
    brief: Brief,
    entry: ShortlistEntry,
    form: EntryForm,
    more: dict[str, Any] | None = None,
    *,
    status: int = 0,
) -> HttpResponse:
    changes = list(history(brief).filter(entry=entry)[: CHANGES_SHOWN + 1])
    run = brief.match_runs.defer("asked").first()
    context = {
        "brief": brief,
        "entry": entry,
        "form": form,
        "card": cards_of(brief, [entry], run)[0],
        "run": run,
        "known_tags": known_tags(request),
        "changes": told(request, brief, changes[:CHANGES_SHOWN]),
        "has_more": len(changes) > CHANGES_SHOWN,
        "can_shortlist": can_shortlist(request.actor, brief),
        **_interest_of(request, brief, entry),
        "has_typed": form.is_bound or bool(more),
        "done": just_done(request, brief),
        **(more or {}),
    }
    return render(request, CARD, context, status=status or (422 if form.is_bound else 200))


def _interest_of(request: ActorRequest, brief: Brief, entry: ShortlistEntry) -> dict[str, Any]:
    """What was asked last of the partner; where nothing is, why it cannot be."""
    asked = brief.interests.filter(partner=entry.partner).select_related("made_by").first()
    context = {"interest": asked, "can_ask": can_ask_interest(request.actor, brief), "why_not": ""}
    if context["can_ask"] and (asked is None or asked.is_withdrawn):
        try:
            check_state(brief, entry)
        except InterestRefused as refusal:
            context["why_not"] = str(refusal)
    return context


def known_tags(request: ActorRequest) -> list[str]:
    """The organisation's own tags, each in one spelling."""
    rows = ShortlistEntry.objects.visible_to(request.actor).order_by()
    tags = rows.annotate(tag=Func(F("tags"), function="unnest")).values_list("tag", flat=True).distinct()
    return sorted(distinct_tags(sorted(tags[:1000])), key=folded)[:MOST_SUGGESTIONS]
