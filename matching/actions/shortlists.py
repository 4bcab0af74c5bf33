"""Following partners for a brief: adding, moving, describing, taking off. Every change can be undone."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.actions.shortlist_changes import (
    ShortlistChangedMeanwhile,
    changes_since,
    locked,
    note,
    seen_version,
    state_of,
    write,
)
from matching.models import Brief, ShortlistChange, ShortlistEntry
from matching.models.shortlists import ENDS
from matching.permissions import can_shortlist
from partners.models import Partner

MOST_ENTRIES = 200
Kind = ShortlistChange.Kind


class ShortlistFull(BriefActionRefused):
    pass


@transaction.atomic
def add(
    *,
    by: Actor,
    brief: Brief,
    partner: Partner,
    stage: ShortlistEntry.Stage = ShortlistEntry.Stage.SHORTLIST,
) -> ShortlistEntry:
    """Follow the partner for this brief; doing it twice is one entry.

    One that was taken off comes back as it was, with its stage, note, tags and scores.
    """
    check_allowed(by, brief)
    if brief.shortlist.count() >= MOST_ENTRIES and not brief.shortlist.filter(partner=partner).exists():
        raise ShortlistFull(f"A shortlist holds {MOST_ENTRIES} partners at most. Take one off first.")
    made, is_new = ShortlistEntry.ever.get_or_create(
        brief=brief,
        partner=partner,
        defaults={"organisation_id": brief.organisation_id, "added_by": by.user, "stage": stage},
    )
    entry = locked(made)
    if is_new:
        _note_first(entry, by)
    elif entry.removed_at is not None:
        write(entry, Kind.ADDED, {**state_of(entry), "is_followed": True}, by=by)
    return entry


def _note_first(entry: ShortlistEntry, by: Actor) -> None:
    after = state_of(entry)
    note(
        entry.brief,
        Kind.ADDED,
        {**after, "is_followed": False},
        after,
        by=by,
        version=entry.version,
        entry=entry,
    )


@transaction.atomic
def remove(*, by: Actor, brief: Brief, partner: Partner) -> None:
    """Stop following the partner; nothing happens if it was not followed."""
    check_allowed(by, brief)
    entry = brief.shortlist.filter(partner=partner).first()
    if entry is None:
        return
    entry = locked(entry)
    if entry.removed_at is None:
        write(entry, Kind.REMOVED, {"is_followed": False}, by=by)


@transaction.atomic
def move(
    *, by: Actor, entry: ShortlistEntry, version: int, stage: ShortlistEntry.Stage, reason: str = ""
) -> ShortlistChange | None:
    """Put the entry into a stage, with a reason where it ends there; nothing is written if it stands there.

    Raises ShortlistChangedMeanwhile if somebody moved it, or took it off, after `version`.
    """
    check_allowed(by, entry.brief)
    entry = locked(entry)
    wanted = {"stage": stage.value, "reason": reason if stage in ENDS else ""}
    if not _is_news(entry, version, wanted):
        return None
    return write(entry, Kind.MOVED, {**wanted, "stage_since": _since(entry, stage)}, by=by)


@transaction.atomic
def describe(
    *, by: Actor, entry: ShortlistEntry, version: int, note: str, tags: Iterable[str], reason: str = ""
) -> ShortlistChange | None:
    """Save the note, the tags, and the reason where there is a place for one; as `move` otherwise."""
    check_allowed(by, entry.brief)
    entry = locked(entry)
    wanted = {
        "note": note,
        "tags": list(tags),
        "reason": reason if entry.stage in ENDS else entry.reason,
    }
    if not _is_news(entry, version, wanted):
        return None
    stands = state_of(entry)
    return write(
        entry,
        Kind.DESCRIBED,
        {name: value for name, value in wanted.items() if stands[name] != value},
        by=by,
    )


def check_allowed(by: Actor, brief: Brief) -> None:
    if not can_shortlist(by, brief):
        raise NotAllowed("This brief is closed, or your role may only read it.")


def _is_news(entry: ShortlistEntry, version: int, wanted: dict[str, Any]) -> bool:
    """Whether there is something to write; raises where it would go over a later change of the same."""
    stands = state_of(entry)
    is_same = all(stands[name] == value for name, value in wanted.items())
    if entry.removed_at is None and is_same:
        return False
    changes = changes_since(entry, seen_version(version, entry), wanted)
    if changes or entry.removed_at is not None:
        raise ShortlistChangedMeanwhile(entry, changes)
    return True


def _since(entry: ShortlistEntry, stage: ShortlistEntry.Stage) -> str:
    return (entry.stage_since if entry.stage == stage else timezone.now()).isoformat()
