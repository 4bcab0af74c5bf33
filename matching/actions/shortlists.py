"""Following partners for a brief: adding, moving, describing, taking off. Every change can be undone."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.actions.shortlist_changes import (
    ShortlistChangedMeanwhile,
    State,
    changes_since,
    locked,
    note,
    state_of,
    state_seen,
    write,
)
from matching.merging import Merged, marks, merge
from matching.models import Brief, ShortlistChange, ShortlistEntry
from matching.models.shortlists import ENDS
from matching.permissions import can_shortlist
from partners.models import Partner

MOST_ENTRIES = 200
Kind = ShortlistChange.Kind


class ShortlistFull(BriefActionRefused):
    pass


class ReasonHasNoPlace(BriefActionRefused):
    """Only where an entry ends is there a reason."""


@transaction.atomic
def add(
    *,
    by: Actor,
    brief: Brief,
    partner: Partner,
    stage: ShortlistEntry.Stage = ShortlistEntry.Stage.SHORTLIST,
) -> ShortlistChange | None:
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
        return _note_first(entry, by)
    if entry.removed_at is None:
        return None
    return write(entry, Kind.ADDED, {**state_of(entry), "is_followed": True}, by=by)


def _note_first(entry: ShortlistEntry, by: Actor) -> ShortlistChange:
    after = state_of(entry)
    return note(
        entry.brief,
        Kind.ADDED,
        {**after, "is_followed": False},
        after,
        by=by,
        version=entry.version,
        entry=entry,
    )


@transaction.atomic
def remove(
    *, by: Actor, brief: Brief, partner: Partner, version: int | None = None
) -> ShortlistChange | None:
    """Stop following the partner; nothing happens if it was not followed.

    With a `version`, raises ShortlistChangedMeanwhile if the entry is not the one of that version any more.
    """
    check_allowed(by, brief)
    entry = brief.shortlist.filter(partner=partner).first()
    entry = locked(entry) if entry is not None else None
    if entry is None or entry.removed_at is not None:
        return None
    if version not in (None, entry.version):
        raise _changed_meanwhile(entry, version or 0, {}, Merged())
    return write(entry, Kind.REMOVED, {"is_followed": False}, by=by)


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
    merged = _merged(entry, version, wanted)
    if merged.conflicts or merged.overtaken:
        raise _changed_meanwhile(entry, version, wanted, merged)
    if not merged.changed:
        return None
    return write(entry, Kind.MOVED, {**wanted, "stage_since": _since(entry, stage)}, by=by)


@transaction.atomic
def describe(
    *,
    by: Actor,
    entry: ShortlistEntry,
    version: int,
    note: str,
    tags: Iterable[str],
    reason: str | None = None,
    brings_back: bool = False,
) -> ShortlistChange | None:
    """Save what the person changed of the note, the tags and the reason; what others changed stays.

    A `reason` is said where there is a place for one. `brings_back` follows a partner again that was taken
    off. Raises ShortlistChangedMeanwhile where both changed the same, or where it was taken off.
    """
    check_allowed(by, entry.brief)
    if brings_back:
        add(by=by, brief=entry.brief, partner=entry.partner)
    entry = locked(entry)
    wanted: dict[str, Any] = {"note": note, "tags": list(tags)}
    if reason is not None:
        wanted["reason"] = reason
    merged = _merged(entry, version, wanted)
    if merged.conflicts:
        raise _changed_meanwhile(entry, version, wanted, merged)
    changed = {
        name: value for name, value in merged.changed.items() if name != "reason" or entry.stage in ENDS
    }
    return write(entry, Kind.DESCRIBED, changed, by=by) if changed else None


@transaction.atomic
def revise(
    *,
    by: Actor,
    entry: ShortlistEntry,
    version: int,
    stage: ShortlistEntry.Stage | None = None,
    reason: str | None = None,
    note: str | None = None,
    tags: Iterable[str] | None = None,
) -> None:
    """Move and describe an entry at once, all of it or nothing; what is None stays.

    Raises as `move` and `describe` do, and ReasonHasNoPlace for a reason in a stage that takes none.
    """
    if reason and (stage or entry.stage) not in ENDS:
        raise ReasonHasNoPlace("Only a partner that is declined or selected has a reason.")
    describe(
        by=by,
        entry=entry,
        version=version,
        note=entry.note if note is None else note,
        tags=entry.tags if tags is None else tags,
        reason=reason if stage is None else None,
    )
    if stage is not None:
        # Of the version that was seen: nothing of what was just described is a stage or a reason.
        stays = entry.reason if stage == entry.stage else ""
        move(by=by, entry=entry, version=version, stage=stage, reason=stays if reason is None else reason)


def check_allowed(by: Actor, brief: Brief) -> None:
    if not can_shortlist(by, brief):
        raise NotAllowed("This brief is closed, or your role may only read it.")


def _merged(entry: ShortlistEntry, version: int, wanted: State) -> Merged:
    """What is to be written of what somebody wants who saw this version of the entry."""
    seen = state_seen(entry, version)
    merged = merge(marks({name: seen[name] for name in wanted}), state_of(entry), wanted)
    if entry.removed_at is not None:
        raise _changed_meanwhile(entry, version, wanted, merged)
    return merged


def _changed_meanwhile(
    entry: ShortlistEntry, version: int, wanted: State, merged: Merged
) -> ShortlistChangedMeanwhile:
    return ShortlistChangedMeanwhile(entry, changes_since(entry, version, wanted), merged)


def _since(entry: ShortlistEntry, stage: ShortlistEntry.Stage) -> str:
    return (entry.stage_since if entry.stage == stage else timezone.now()).isoformat()
