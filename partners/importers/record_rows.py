"""Rows of a sponsor's own list, read field by field by the columns that a person gave."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from partners.importers.record_cells import (
    CellUnreadable,
    DateOrder,
    country_of,
    day_of,
    duns_of,
    fei_of,
    is_open_ended,
    line_of,
    paragraphs_of,
    text_of,
)
from partners.importers.record_columns import AGREEMENTS, heading_key

type Cells = Sequence[Any]

LINES: Final = {"name": 200, "city": 120, "condition": 1000, "vendor_number": 60, "owner": 254}
LONGEST_NOTES: Final = 4000


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which column is which field, what status words mean (by `heading_key`), and how days are written."""

    columns: Mapping[str, int]
    statuses: Mapping[str, str]
    date_order: DateOrder


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when an agreement is in force. A row that is silent on the end says neither an end nor
    that it `is_open`."""

    starts_on: dt.date | None
    ends_on: dt.date | None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class ReadRow:
    """`values` has what the row says, as history keeps it; fields that it is silent on are left out."""

    number: int
    values: Mapping[str, str]
    agreements: Mapping[str, Term]
    problems: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        return self.values.get("name", "")


def heading_row(rows: Sequence[Cells]) -> int:
    """Where the headings stand: the first row with more than one text, else the first with any."""
    wide = (at for at, row in enumerate(rows) if sum(isinstance(cell, str) for cell in row) > 1)
    return next(wide, next((at for at, row in enumerate(rows) if row), 0))


def headings_of(rows: Sequence[Cells]) -> list[str]:
    """One per column of the table, also of columns that have none."""
    at = heading_row(rows)
    width = max((len(row) for row in rows[at:]), default=0)
    heads = rows[at] if rows else []
    named = [" ".join(text_of(cell).split())[:80] for cell in heads]
    return [*named, *[""] * (width - len(named))]


def body_of(rows: Sequence[Cells]) -> Iterator[tuple[int, Cells]]:
    """The rows below the headings that hold anything, with their numbers in the file."""
    for number, row in enumerate(rows[heading_row(rows) + 1 :], start=heading_row(rows) + 2):
        if row:
            yield number, row


def column_of(rows: Sequence[Cells], column: int) -> Iterator[Any]:
    return (row[column] for _number, row in body_of(rows) if column < len(row))


def read_row(number: int, cells: Cells, mapped: Mapped, *, today: dt.date) -> ReadRow:
    """Everything that can be read, and what cannot, each with its field."""
    values: dict[str, str] = {}
    problems: list[tuple[str, str]] = []
    readers = readers_of(mapped, today)

    def cell_of(name: str) -> Any:
        column = mapped.columns.get(name, -1)
        return cells[column] if 0 <= column < len(cells) else None

    for name, read in readers.items():
        try:
            value = read(cell_of(name))
        except CellUnreadable as error:
            problems.append((name, str(error)))
        else:
            values |= {name: value} if value else {}
    if "name" not in values and not any(name == "name" for name, _reason in problems):
        problems.append(("name", "is empty"))
    agreements: dict[str, Term] = {}
    for kind, names in AGREEMENTS.items():
        term, wrong = _agreement(names, {name: cell_of(name) for name in names}, mapped, today)
        agreements |= {kind: term} if term else {}
        problems += wrong
    _check_audits(values, problems)
    return ReadRow(number, values, agreements, tuple(problems))


def readers_of(mapped: Mapped, today: dt.date) -> Mapping[str, Callable[[Any], str]]:
    def day(cell: Any, *, is_past: bool = False) -> str:
        found = day_of(cell, mapped.date_order, today=today, is_past=is_past)
        return found.isoformat() if found else ""

    def line(name: str) -> Callable[[Any], str]:
        return lambda cell: line_of(cell, LINES[name])

    return {
        **{name: line(name) for name in LINES},
        "country": country_of,
        "duns": duns_of,
        "fei": fei_of,
        "status": lambda cell: _status(cell, mapped),
        "last_audit_on": lambda cell: day(cell, is_past=True),
        "next_audit_due_on": day,
        "notes": lambda cell: paragraphs_of(cell, LONGEST_NOTES),
    }


def _status(cell: Any, mapped: Mapped) -> str:
    word = line_of(cell, 200)
    if not word:
        return ""
    status = mapped.statuses.get(heading_key(word), "")
    if not status:
        raise CellUnreadable(f"“{word[:40]}” was not given a meaning")
    return status


def _agreement(
    names: tuple[str, str], cells: Mapping[str, Any], mapped: Mapped, today: dt.date
) -> tuple[Term | None, list[tuple[str, str]]]:
    """The term that a start and an end give, and what is wrong with them."""
    start, end = names
    is_open = is_open_ended(cells[end])
    days: dict[str, dt.date | None] = {}
    problems = []
    for name in names if not is_open else (start,):
        try:
            days[name] = day_of(cells[name], mapped.date_order, today=today)
        except CellUnreadable as error:
            problems.append((name, str(error)))
    starts_on, ends_on = days.get(start), days.get(end)
    if starts_on and ends_on and ends_on < starts_on:
        problems.append((end, f"{ends_on} is before the start, {starts_on}"))
    term = Term(starts_on, ends_on, is_open)
    return term if starts_on or ends_on or is_open else None, problems


def _check_audits(values: Mapping[str, str], problems: list[tuple[str, str]]) -> None:
    last, due = values.get("last_audit_on"), values.get("next_audit_due_on")
    if last and due and due < last:
        problems.append(("next_audit_due_on", f"{due} is before the last audit, {last}"))
