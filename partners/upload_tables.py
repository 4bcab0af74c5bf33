"""Uploaded tables as rows of text under known headings. A cell is what cdmo_portal.documents gives."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cdmo_portal.spreadsheets import STARTS_A_FORMULA

LONGEST_SHOWN: Final = 40
# What a spreadsheet program would take for a formula leaves the portal with an apostrophe before it.
QUOTED: Final = tuple(f"'{sign}" for sign in STARTS_A_FORMULA)


class TableRefused(ValueError):
    """The table as a whole cannot be used; the sentence is for the person who sent it."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row below the headings as it is numbered in the file. There is one cell per heading, or more."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class TextTable:
    header: Sequence[str]
    rows: Sequence[TextRow]


def text_of(cell: Any) -> str:
    """As a person sees it: numbers with the fifteen digits that a spreadsheet shows, days as ISO text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    if isinstance(cell, Mapping):
        return str(cell.get("date", ""))
    text = str(cell).strip()
    return text[1:] if text.startswith(QUOTED) else text


def table_of(rows: Sequence[Sequence[Any]], *, known: Sequence[str], needed: Sequence[str]) -> TextTable:
    """The rows under their headings, which stand in the first row that holds anything.

    Columns may stand in any order and the optional ones may be left out. Raises TableRefused where a heading
    is missing, unknown or there twice: a value from the wrong column is worse than none.
    """
    at = next((at for at, row in enumerate(rows) if row), 0)
    header = [_heading(cell) for cell in rows[at]] if rows else []
    _check(header, known, needed)
    body = [
        TextRow(number, _padded([text_of(cell) for cell in row], len(header)))
        for number, row in enumerate(rows[at + 1 :], start=at + 2)
        if row
    ]
    if not body:
        raise TableRefused("There is no row below the headings.")
    return TextTable(header, body)


def _heading(cell: Any) -> str:
    return "_".join(text_of(cell).lower().split())


def _check(header: Sequence[str], known: Collection[str], needed: Sequence[str]) -> None:
    if not set(header) & set(known):
        raise TableRefused(f"The first row is not the headings. It has to name columns: {_listed(known)}.")
    unknown = [name for name in header if name not in known]
    if unknown:
        said = f"“{unknown[0][:LONGEST_SHOWN]}”" if unknown[0] else "without a name"
        raise TableRefused(f"There is a column that we do not know: {said}. Known are {_listed(known)}.")
    twice = [name for name in known if header.count(name) > 1]
    if twice:
        raise TableRefused(f"A heading stands twice: {_listed(twice)}.")
    missing = [name for name in needed if name not in header]
    if missing:
        raise TableRefused(f"A needed column is missing: {_listed(missing)}.")


def _listed(names: Collection[str]) -> str:
    return ", ".join(names)


def _padded(cells: list[str], width: int) -> list[str]:
    """Cells that are empty at the end of a row do not come with the file."""
    return cells + [""] * (width - len(cells))
