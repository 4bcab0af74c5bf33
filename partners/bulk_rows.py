"""What many rows that were sent at once come to: by which rule, and what became of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID


class Mode(StrEnum):
    ALL_OR_NOTHING = "all-or-nothing"
    BEST_EFFORT = "best-effort"


class Became(StrEnum):
    """`left-out` is a good row of which nothing was kept, because another one was refused."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    LEFT_OUT = "left-out"


KEPT: Final = frozenset({Became.CREATED, Became.UPDATED, Became.UNCHANGED})

type Entry = dict[str, str]
"""One entry of problem details, with its pointer into the row."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row, by its place among those that were sent."""

    index: int
    became: Became
    uid: UUID | None = None
    errors: tuple[Entry, ...] = ()


def refused(index: int, field: str, reason: str, code: str = "conflict") -> Outcome:
    entry = {"pointer": f"#/{field}" if field else "#", "detail": reason, "code": code}
    return Outcome(index, Became.REFUSED, errors=(entry,))


def has_refused(outcomes: Iterable[Outcome]) -> bool:
    return any(each.became == Became.REFUSED for each in outcomes)


def without_effect(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The same where nothing was kept, because some row was refused."""
    return [
        replace(each, became=Became.LEFT_OUT, uid=None) if each.became in KEPT else each for each in outcomes
    ]


def totals_of(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    found = Counter(each.became for each in outcomes)
    return {each.value.replace("-", "_"): found[each] for each in Became}
