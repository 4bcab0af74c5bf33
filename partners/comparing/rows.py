"""The shape of a comparison: groups of rows, a cell for each option. Pure, and blind to the order of options.

A row differs when its cells do not all say the same. Only what a cell says counts: how it is backed, by whom
and since when is small print, and silence is not the same as a yes or a no.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext_lazy as _

NOT_STATED_TEXT: Final = _("Not stated")
MOST_CELLS: Final = 1_100
"""On one page: a cell with its small print is some 90 bytes, and a page stays under 150 KB."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`key` is what is compared (the text, unless it says less than the facts); `notes` are small print.

    `mark` is a word such as "Highest stated"; `tone` good, warn or bad; `verdict` of a brief's requirement.
    """

    text: str
    notes: tuple[str, ...] = ()
    key: Hashable = None
    is_stated: bool = True
    mark: str = ""
    tone: str = ""
    verdict: str = ""
    url: str = ""

    @property
    def compared(self) -> Hashable:
        return self.text if self.key is None else self.key


def not_stated(text: str = "") -> Cell:
    """Silence; `text` where another word than "Not stated" is fair."""
    return Cell(text or str(NOT_STATED_TEXT), is_stated=False)


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    note: str = ""

    @property
    def differs(self) -> bool:
        return len({(each.is_stated, each.compared) for each in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Group:
    """`left_out`: rows of it that this page has no room for; `is_foldable`: whether that may happen."""

    key: str
    title: str
    rows: tuple[Row, ...]
    is_foldable: bool = False
    left_out: int = 0
    note: str = ""

    @property
    def differing(self) -> int:
        return sum(row.differs for row in self.rows)

    def only(self, rows: Iterable[Row]) -> "Group":
        kept = tuple(rows)
        return replace(self, rows=kept, left_out=self.left_out + len(self.rows) - len(kept))


def total(groups: Iterable[Group]) -> int:
    return sum(len(group.rows) for group in groups)


def only_differences(groups: Iterable[Group]) -> list[Group]:
    """The rows that differ; groups without one vanish."""
    kept = (
        replace(group, rows=tuple(row for row in group.rows if row.differs))
        for group in groups
        if group.differing
    )
    return list(kept)


def fitting(groups: Sequence[Group], most_rows: int) -> list[Group]:
    """As many rows as a page has room for: those that agree go first, then groups, the largest first."""
    found = list(groups)
    if total(found) > most_rows:
        found = [_differing(group) if group.is_foldable else group for group in found]
    while total(found) > most_rows:
        largest = max((each for each in found if each.is_foldable and each.rows), key=_size, default=None)
        if largest is None:
            break
        at = found.index(largest)
        room = 0 if _others(found, at) else most_rows
        found[at] = largest.only(largest.rows[:room])
    return found


def _differing(group: Group) -> Group:
    return group.only(row for row in group.rows if row.differs)


def _size(group: Group) -> int:
    return len(group.rows)


def _others(groups: Sequence[Group], at: int) -> bool:
    """Whether anything else is on the page; a group that is alone is cut, not taken away."""
    return any(each.rows for index, each in enumerate(groups) if index != at)
