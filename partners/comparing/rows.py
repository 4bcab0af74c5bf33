"""The shape of a comparison: groups of rows, a cell for each option. Pure, and blind to the order of options.

A row differs when its cells do not all say the same. Only what a cell says counts: how it is backed, by whom
and since when is small print, and silence is not the same as a yes or a no.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

NOT_STATED_TEXT: Final = _("Not stated")
MOST_BYTES: Final = 100_000
"""Of rows on one page, so that it stays under 150 KB with its header, map and drawings."""
TAGS_OF_CELL, TAGS_OF_NOTE = 35, 15


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
    return Cell(text, is_stated=False) if text else _silence(get_language())


@cache
def _silence(language: str | None) -> Cell:
    """Most cells of a page may be silent, and to translate the same words a thousand times takes its time."""
    return Cell(str(NOT_STATED_TEXT), is_stated=False)


def _small_print(cell: Cell) -> int:
    return sum(TAGS_OF_NOTE + len(note.encode()) for note in cell.notes)


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    note: str = ""

    @property
    def weight(self) -> int:
        """About how many bytes it is on a page."""
        cells = sum(TAGS_OF_CELL + len(each.text.encode()) + _small_print(each) for each in self.cells)
        return TAGS_OF_CELL + len(f"{self.label}{self.note}".encode()) + cells

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


def fitting(groups: Sequence[Group], most: int = MOST_BYTES) -> list[Group]:
    """What a page has room for: rows in which all agree go first, then the last rows of the largest group."""
    found = list(groups)
    if _weight(found) > most:
        found = [_differing(group) if group.is_foldable else group for group in found]
    while (excess := _weight(found) - most) > 0:
        largest = max((each for each in found if each.is_foldable and each.rows), key=_size, default=None)
        if largest is None:
            break
        found[found.index(largest)] = _shortened(largest, excess)
    return found


def _weight(groups: Iterable[Group]) -> int:
    return sum(row.weight for group in groups for row in group.rows)


def _differing(group: Group) -> Group:
    return group.only(row for row in group.rows if row.differs)


def _size(group: Group) -> int:
    return len(group.rows)


def _shortened(group: Group, excess: int) -> Group:
    """Without as many of its last rows as make up the excess."""
    kept = list(group.rows)
    while kept and excess > 0:
        excess -= kept.pop().weight
    return group.only(kept)
