"""From "4 8 1h 2i 0x -" to the capacity windows of a line."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange

from partners.models import CapacityWindow, Line
from partners.quarters import Quarter
from partners.sample.dates import coming_quarters, moment
from partners.sample.specs import LineSpec

State, Confidence = CapacityWindow.State, CapacityWindow.Confidence
SHUTDOWN_STARTS, SHUTDOWN_LASTS = dt.timedelta(days=28), dt.timedelta(days=21)


def highest(spec: LineSpec) -> Decimal | None:
    """A little more than the line reports in its best quarter; nothing where it reports nothing."""
    numbers = [int(cell.rstrip("hix")) for cell in spec.quarters.split() if cell != "-"]
    return Decimal(max(numbers) + 2) if numbers else None


def windows_of(line: Line, spec: LineSpec, as_of: dt.date) -> Iterator[CapacityWindow]:
    for cell, quarter in zip(spec.quarters.split(), coming_quarters(as_of), strict=False):
        if cell != "-":
            yield from _of_quarter(line, spec, cell, quarter, as_of)


def _of_quarter(
    line: Line, spec: LineSpec, cell: str, quarter: Quarter, as_of: dt.date
) -> Iterator[CapacityWindow]:
    window = _window(line, spec, as_of)
    window.period = DateRange(quarter.start, quarter.end)
    window.quantity = Decimal(cell.rstrip("hix"))
    if cell.endswith("h"):
        window.state = State.HELD
        window.held_until = as_of + dt.timedelta(days=30)
    if cell.endswith("i"):
        window.confidence = Confidence.INDICATIVE
    yield window
    if cell.endswith("x"):
        yield _shutdown(line, spec, quarter, as_of)


def _shutdown(line: Line, spec: LineSpec, quarter: Quarter, as_of: dt.date) -> CapacityWindow:
    window = _window(line, spec, as_of)
    start = quarter.start + SHUTDOWN_STARTS
    window.period = DateRange(start, start + SHUTDOWN_LASTS)
    window.state, window.quantity = State.UNAVAILABLE, Decimal(1)
    window.reason = "Media fill and maintenance"
    return window


def _window(line: Line, spec: LineSpec, as_of: dt.date) -> CapacityWindow:
    return CapacityWindow(
        site=line.site,
        line=line,
        state=State.OPEN,
        unit=spec.unit,
        confidence=Confidence.FIRM,
        observed_at=moment(as_of, spec.observed_days),
        valid_until=as_of + dt.timedelta(days=spec.valid_days - spec.observed_days),
        audience=spec.audience,
        source=line.capacity_source,
    )
