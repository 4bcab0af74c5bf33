"""Changes of a shortlist's entries: written under the entry's lock, each with a line in the history."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.actions.briefs import BriefActionRefused
from matching.merging import Merged
from matching.models import Brief, ShortlistChange, ShortlistEntry

type State = Mapping[str, Any]
"""Fields of an entry, of a scorecard or of the scoring as they stand in the history: plain JSON."""

OF_ENTRIES = frozenset(
    {
        ShortlistChange.Kind.ADDED,
        ShortlistChange.Kind.REMOVED,
        ShortlistChange.Kind.MOVED,
        ShortlistChange.Kind.DESCRIBED,
    }
)
"""Changes of an entry itself; their version is the entry's."""

SILENT = frozenset({"stage_since"})
"""Kept so that an undo brings it back, but no matter of conflict."""


class ShortlistChangedMeanwhile(BriefActionRefused):
    """A colleague changed the same of this entry since the person saw it; nothing was written."""

    def __init__(self, entry: ShortlistEntry, changes: Sequence[ShortlistChange], merged: Merged) -> None:
        super().__init__("A colleague changed this while you were looking at it.")
        self.entry = entry
        self.changes = changes
        self.merged = merged


def locked(entry: ShortlistEntry) -> ShortlistEntry:
    """The entry as it stands now, taken off or not, locked to the end of the transaction."""
    return (
        ShortlistEntry.ever.select_for_update(of=("self",))
        .select_related("partner", "brief")
        .get(pk=entry.pk)
    )


def state_of(entry: ShortlistEntry) -> dict[str, Any]:
    return {
        "is_followed": entry.removed_at is None,
        "stage": entry.stage,
        "stage_since": entry.stage_since.isoformat(),
        "reason": entry.reason,
        "note": entry.note,
        "tags": list(entry.tags),
    }


def write(
    entry: ShortlistEntry,
    kind: ShortlistChange.Kind,
    after: State,
    *,
    by: Actor,
    undoes: ShortlistChange | None = None,
) -> ShortlistChange:
    """Give a locked entry these values, and note what stood there before."""
    stands = state_of(entry)
    before = {name: stands[name] for name in after}
    _fill(entry, after)
    entry.version += 1
    entry.save()
    return note(entry.brief, kind, before, after, by=by, version=entry.version, entry=entry, undoes=undoes)


def note(
    brief: Brief,
    kind: ShortlistChange.Kind,
    before: State,
    after: State,
    *,
    by: Actor,
    version: int,
    entry: ShortlistEntry | None = None,
    undoes: ShortlistChange | None = None,
) -> ShortlistChange:
    """One line of the history, and the event that says there is one."""
    change = ShortlistChange.objects.create(
        organisation_id=brief.organisation_id,
        brief=brief,
        entry=entry,
        kind=kind,
        by=by.user,
        before=dict(before),
        after=dict(after),
        version=version,
        undoes=undoes,
    )
    partner = {"partner": entry.partner_id} if entry is not None else {}
    undone = {"undoes": undoes.pk} if undoes is not None else {}
    verb = "undone" if undoes is not None else kind.value.replace("-", "_")
    record(f"shortlist.{verb}", by=by, about=brief, data={"change": change.pk, **partner, **undone})
    return change


def state_seen(entry: ShortlistEntry, version: int) -> dict[str, Any]:
    """The entry as it stood when it had this version: what later changes replaced, put back."""
    seen = state_of(entry)
    for row in _since(entry, version).order_by("-pk"):
        seen |= row.before
    return seen


def changes_since(entry: ShortlistEntry, version: int, fields: Iterable[str]) -> list[ShortlistChange]:
    """Changes of any of these fields that were written after the entry had this version, oldest first."""
    wanted = {*fields, "is_followed"}
    rows = _since(entry, version).select_related("by").order_by("pk")
    return [
        row for row in rows if any(row.before[name] != row.after[name] for name in wanted & row.after.keys())
    ]


def _since(entry: ShortlistEntry, version: int) -> QuerySet[ShortlistChange]:
    """A version that never was is as good as none: what it says was seen is nothing that stood there."""
    seen = version if 0 < version <= entry.version else 0
    return entry.changes.filter(kind__in=OF_ENTRIES, version__gt=seen)


def _fill(entry: ShortlistEntry, state: State) -> None:
    for name, value in state.items():
        if name == "is_followed":
            entry.removed_at = None if value else timezone.now()
        elif name == "stage_since":
            entry.stage_since = dt.datetime.fromisoformat(value)
        else:
            setattr(entry, name, value)
