"""Capacity as a calendar (iCalendar): events and free/busy times of lines become windows.

An event that states a quantity is a window. Others say only that a line is free, held, taken or out of use on
some days; for those the line's nominal capacity is shared out by days, quarter by quarter, so that a quarter
that is free as a whole has all of it. A day that several events name has the least free of their states.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from itertools import groupby
from typing import Any, Final, NamedTuple

from cdmo_portal.documents import DocumentRefused
from cdmo_portal.documents.limits import WALL_SECONDS
from cdmo_portal.documents.processes import said_apart
from partners.feeds.cells import STATES, read_row, shown
from partners.feeds.decoding import decoded
from partners.feeds.rows import CapacityRow, FileRefused, RowError, Snapshot, collected
from partners.quarters import THOUSANDTH, Quarter, quarters_from

QUARTERS_READ: Final = 8
LARGEST_ANSWER: Final = 20_000_000
LEAST_FREE_FIRST: Final = ("unavailable", "committed", "held", "open")

type Ids = tuple[str, str]
type Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """A line by one pair of its ids, and what an event without a quantity needs to know of it."""

    site_id: str
    resource_id: str
    unit: str
    nominal_per_quarter: Decimal | None


@dataclass(frozen=True, slots=True)
class CalendarLines:
    """The line of events that name none, all lines by ids, and the time zone whose days count."""

    own: CalendarLine | None = None
    known: Mapping[Ids, CalendarLine] = field(default_factory=dict)
    time_zone: str = "UTC"


class Said(NamedTuple):
    """What one occurrence of one event says of a line."""

    number: int
    start: dt.date
    end: dt.date
    cells: Cells


class Day(NamedTuple):
    """What is true of a line on one day, and by which event."""

    rank: int
    more: tuple[tuple[str, str], ...]
    number: int


def parse_calendar(content: bytes, *, received_at: dt.datetime, lines: CalendarLines) -> Snapshot:
    """The windows of this quarter and the seven after it; raises FileRefused. Events are counted from 1."""
    decoded(content, published_as="the calendar")
    events = _events(content, lines.time_zone, received_at.date())
    return windows_of(events, received_at=received_at, lines=lines)


def windows_of(
    events: Sequence[Mapping[str, Any]], *, received_at: dt.datetime, lines: CalendarLines
) -> Snapshot:
    """What the events say of lines; they are as `partners.feeds.calendar_events` gives them."""
    results: list[CapacityRow | RowError] = []
    by_days: dict[CalendarLine, list[Said]] = defaultdict(list)
    for event in events:
        cells = _addressed(event["cells"], lines)
        refusal = _refusal(event, cells, lines)
        if refusal is not None:
            results.append(refusal)
            continue
        start, end = dt.date.fromisoformat(event["start"]), dt.date.fromisoformat(event["end"])
        said = Said(event["number"], start, end, cells)
        if "quantity" in cells:
            results.append(_row(said, received_at))
        else:
            by_days[lines.known[cells["site_id"], cells["resource_id"]]].append(said)
    for line, several in by_days.items():
        shared = _shared_out(line, several, received_at.date())
        results += [_row(said, received_at) for said in shared]
    return collected(sorted(results, key=lambda result: result.line_number), "event")


def span_read(today: dt.date) -> tuple[dt.date, dt.date]:
    """The first day that is read of a calendar, and the first that is not any more."""
    quarters = quarters_from(Quarter.of(today), QUARTERS_READ)
    return quarters[0].start, quarters[-1].end


def _events(content: bytes, time_zone: str, today: dt.date) -> Sequence[Mapping[str, Any]]:
    first, end = span_read(today)
    module = ("partners.feeds", time_zone, str(first), str(end))
    try:
        events = said_apart(module, content, most=LARGEST_ANSWER, seconds=WALL_SECONDS).get("events")
    except DocumentRefused as refusal:
        raise FileRefused(str(refusal)) from refusal
    if not isinstance(events, list):
        raise FileRefused(
            "The calendar takes too much time or memory to read. Publish fewer or simpler events."
        )
    return events


def _addressed(cells: Cells, lines: CalendarLines) -> dict[str, str]:
    """What an event says, with the ids of the calendar's own line and the line's unit where it says none."""
    said = {name: value for name, value in cells.items() if value}
    if lines.own is not None:
        said.setdefault("site_id", lines.own.site_id)
        said.setdefault("resource_id", lines.own.resource_id)
    line = lines.known.get((said.get("site_id", ""), said.get("resource_id", "")))
    if line is not None:
        said.setdefault("unit", line.unit)
    return said


def _refusal(event: Mapping[str, Any], cells: Cells, lines: CalendarLines) -> RowError | None:
    """Why an event cannot be used, if it cannot."""
    ids = cells.get("site_id", ""), cells.get("resource_id", "")
    field, message = "", ""
    if "refused" in event:
        field, message = event["field"], event["refused"]
    elif not all(ids):
        message = (
            "It names no line. Choose one for the calendar, or write X-CAPACITY-SITE-ID and -RESOURCE-ID."
        )
    elif cells["state"].lower() not in STATES:
        field, message = "X-CAPACITY-STATE", f"{shown(cells['state'])} is not one of {', '.join(STATES)}."
    elif "quantity" not in cells:
        message = _no_share(lines.known.get(ids), ids)
    return RowError(event["number"], field, message, *ids) if message else None


def _no_share(line: CalendarLine | None, ids: Ids) -> str:
    if line is None:
        return f"No line of yours has the site_id {shown(ids[0])} and resource_id {shown(ids[1])}."
    if line.nominal_per_quarter is None:
        return (
            "It states no quantity, and the line no nominal capacity per quarter to take it from. "
            "State that on your profile, or write X-CAPACITY-QUANTITY."
        )
    return ""


def _row(said: Said, received_at: dt.datetime) -> CapacityRow | RowError:
    cells = {**said.cells, "period_start": str(said.start), "period_end": str(said.end)}
    return read_row(list(cells), list(cells.values()), line_number=said.number, received_at=received_at)


def _shared_out(line: CalendarLine, several: Sequence[Said], today: dt.date) -> Iterator[Said]:
    """Runs of days within one quarter that say the same, with their part of the nominal capacity."""
    nominal = line.nominal_per_quarter or Decimal(0)
    for days, what in _runs(_days(several, today)):
        start, end = days[0], days[-1] + dt.timedelta(1)
        quarter = Quarter.of(start)
        share = nominal * len(days) / (quarter.end - quarter.start).days
        said = {
            "site_id": line.site_id,
            "resource_id": line.resource_id,
            "unit": line.unit,
            "state": LEAST_FREE_FIRST[what.rank],
            "quantity": f"{share.quantize(THOUSANDTH, ROUND_DOWN):f}",
        }
        yield Said(what.number, start, end, {**dict(what.more), **said})


def _days(several: Sequence[Said], today: dt.date) -> dict[dt.date, Day]:
    first, end = span_read(today)
    found: dict[dt.date, Day] = {}
    for said in several:
        rank = LEAST_FREE_FIRST.index(said.cells["state"].lower())
        more = {name: text for name, text in said.cells.items() if name not in _OF_THE_LINE}
        day_of = Day(rank, tuple(sorted(more.items())), said.number)
        day = max(said.start, first)
        while day < min(said.end, end):
            if day not in found or rank < found[day].rank:
                found[day] = day_of
            day += dt.timedelta(1)
    return found


_OF_THE_LINE: Final = ("site_id", "resource_id", "unit", "state")


def _runs(days: Mapping[dt.date, Day]) -> Iterator[tuple[list[dt.date], Day]]:
    """Consecutive days of one quarter that say the same. The first of them tells by which event."""
    numbered = enumerate(sorted(days))
    for _, run in groupby(
        numbered, key=lambda each: (each[1].toordinal() - each[0], Quarter.of(each[1]), days[each[1]][:2])
    ):
        together = [day for _, day in run]
        yield together, days[together[0]]
