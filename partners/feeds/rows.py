"""What every way into capacity speaks: rows as they were published, and why a row or a file was refused."""

import datetime as dt
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """One window as published: `end` is the first day after the period; None is not stated."""

    line_number: int
    site_id: str
    resource_id: str
    resource_label: str
    start: dt.date
    end: dt.date
    state: str
    quantity: Decimal
    unit: str
    lead_time_weeks: Decimal | None
    min_campaign: Decimal | None
    confidence: str
    reason: str
    held_until: dt.date | None
    observed_at: dt.datetime
    valid_until: dt.date | None
    note: str


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row was refused. The ids are as written, empty where the row does not even say them."""

    line_number: int
    field: str
    message: str
    site_id: str = ""
    resource_id: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file's good rows and its refused ones. `called` is what the publisher knows a row as."""

    rows: tuple[CapacityRow, ...]
    errors: tuple[RowError, ...]
    called: str = "line"

    @property
    def row_count(self) -> int:
        return len(self.rows) + len({error.line_number for error in self.errors})


class FileRefused(Exception):
    """The file as a whole cannot be used; the text says why and may be shown to its owner."""


def collected(results: Iterable[CapacityRow | RowError], called: str) -> Snapshot:
    """What was read of each row, less the rows that overlap an earlier one of the same line and state."""
    rows: list[CapacityRow] = []
    errors: list[RowError] = []
    for result in results:
        if isinstance(result, CapacityRow):
            rows.append(result)
        else:
            errors.append(result)
    kept, overlaps = without_overlaps(rows, lambda row: (row.site_id, row.resource_id, row.state), called)
    everything = sorted([*errors, *overlaps], key=lambda error: error.line_number)
    return Snapshot(tuple(kept), tuple(everything), called)


def without_overlaps(
    rows: Iterable[CapacityRow], key: Callable[[CapacityRow], Hashable], called: str = "line"
) -> tuple[list[CapacityRow], list[RowError]]:
    """The rows less those that overlap an earlier one with the same key, and an error for each of these."""
    taken: dict[Hashable, list[tuple[dt.date, dt.date, int]]] = defaultdict(list)
    kept: list[CapacityRow] = []
    errors: list[RowError] = []
    for row in rows:
        periods = taken[key(row)]
        other = overlapped(periods, row.start, row.end)
        if other is None:
            insort(periods, (row.start, row.end, row.line_number))
            kept.append(row)
        else:
            message = f"The period overlaps that of {called} {other} for the same line and state."
            errors.append(RowError(row.line_number, "period_start", message, row.site_id, row.resource_id))
    return kept, errors


def overlapped(periods: list[tuple[dt.date, dt.date, int]], start: dt.date, end: dt.date) -> int | None:
    """The number of the row that overlaps [start, end); `periods` is sorted and free of overlaps."""
    # Only the last period that begins before `end` can reach into ours, since none overlaps another.
    before = bisect_left(periods, (end,)) - 1
    if before >= 0 and periods[before][1] > start:
        return periods[before][2]
    return None
