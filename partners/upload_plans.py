"""What the dry run of an upload says of each row, as JSON that is kept, shown and compared."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from partners.models import ProfileUpload

type PlannedRow = dict[str, Any]
type FieldChange = tuple[str, str, str]
"""What it is about, what stands, and what will stand."""


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"
    SAME = "same"
    REFUSED = "refused"


GOOD: Final = {
    # An upload says of capacity that stays the same that it is still true, which is news.
    ProfileUpload.Kind.CAPACITY: (Outcome.NEW, Outcome.CHANGED, Outcome.CLOSED, Outcome.SAME),
    ProfileUpload.Kind.CAPABILITIES: (Outcome.NEW, Outcome.CHANGED),
}


def planned(
    outcome: Outcome,
    *,
    rows: Iterable[int] = (),
    what: str,
    about: str = "",
    changes: Iterable[FieldChange] = (),
) -> PlannedRow:
    """`rows` are numbers of the file: several for a statement with several numbers, none for what it
    leaves out."""
    return {
        "outcome": outcome.value,
        "rows": list(rows),
        "what": what,
        "about": about,
        "changes": [list(each) for each in changes],
        "problem": ["", ""],
    }


def refused(row: int, *, what: str, column: str, reason: str) -> PlannedRow:
    return {**planned(Outcome.REFUSED, rows=[row], what=what), "problem": [column, reason]}


def in_order(plan: Iterable[PlannedRow]) -> list[PlannedRow]:
    """As they stand in the file, and then what the file leaves out."""
    return sorted(plan, key=lambda each: (not each["rows"], each["rows"]))


def counted(plan: Sequence[PlannedRow], kind: str) -> dict[str, Any]:
    found = Counter(each["outcome"] for each in plan)
    counts: dict[str, Any] = {outcome.value: found[outcome.value] for outcome in Outcome}
    return {**counts, "good": sum(found[each.value] for each in GOOD[ProfileUpload.Kind(kind)])}
