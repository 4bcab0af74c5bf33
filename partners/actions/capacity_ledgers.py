"""What the windows of one line leave room for: the same rule for one new window and for thousands."""

import datetime as dt
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from partners.feeds.rows import overlapped
from partners.models import CapacityWindow, Line
from partners.quarters import THOUSANDTH, Quarter, shares
from partners.snapshot_plans import Span, span_of

type Key = tuple[dt.date, dt.date, str]


class MoreThanNominal(Exception):
    """All states together would pass what the line can do in a quarter."""

    def __init__(self, quarter: Quarter, total: Decimal, nominal: Decimal, unit: str) -> None:
        super().__init__(
            f"{total.normalize():f} {unit} over all states in {quarter}, "
            f"but the line can do {nominal.normalize():f} a quarter."
        )
        self.quarter = quarter


class WindowsOverlap(Exception):
    """Another window of the same line and state covers part of the period."""


@dataclass(slots=True)
class _Stated:
    """What the windows of one state say of one quarter: how many, and how much together."""

    windows: int = 0
    total: Decimal = Decimal(0)


class LineLedger:
    """Windows of a line by state and by quarter, added up once and kept up to date."""

    def __init__(self, line: Line, windows: Iterable[CapacityWindow]) -> None:
        self.line = line
        self._periods: dict[str, list[tuple[dt.date, dt.date, int]]] = defaultdict(list)
        self._ends: list[Key] = []
        self._stated: dict[Quarter, dict[str, _Stated]] = defaultdict(dict)
        for window in windows:
            self.enter(span_of(window), unit=window.unit)

    def enter(self, span: Span, *, unit: str) -> None:
        insort(self._periods[span.state], (span.start, span.end, len(self._ends)))
        self._ends.append((span.start, span.end, span.state))
        for quarter, part in self._counted(span, unit):
            stated = self._stated[quarter].setdefault(span.state, _Stated())
            stated.windows, stated.total = stated.windows + 1, stated.total + part

    def leave(self, span: Span, *, unit: str) -> None:
        """Take out what was entered."""
        periods = self._periods[span.state]
        periods[:] = [each for each in periods if each[:2] != (span.start, span.end)]
        for quarter, part in self._counted(span, unit):
            stated = self._stated[quarter][span.state]
            stated.windows, stated.total = stated.windows - 1, stated.total - part
            if not stated.windows:
                del self._stated[quarter][span.state]

    def require_room(self, span: Span) -> None:
        """Raises WindowsOverlap or MoreThanNominal.

        Quarters that this window leaves alone are none of its business: one that is over may pass a nominal
        that has been lowered since.
        """
        other = overlapped(self._periods[span.state], span.start, span.end)
        if other is not None:
            start, end, _state = self._ends[other]
            raise WindowsOverlap(f"Another window with this state runs from {start} to {end}.")
        nominal = self.line.nominal_per_quarter
        if nominal is None:
            return
        for quarter, part in shares(span.start, span.end, span.quantity).items():
            states = self._stated.get(quarter, {})
            total = part + sum((each.total for each in states.values()), Decimal(0))
            # Spreading by days rounds to a thousandth per window.
            if total > nominal + THOUSANDTH * len({*states, span.state}):
                raise MoreThanNominal(quarter, total, nominal, self.line.capacity_unit)

    def _counted(self, span: Span, unit: str) -> Iterable[tuple[Quarter, Decimal]]:
        if self.line.nominal_per_quarter is None or unit != self.line.capacity_unit:
            return ()
        return shares(span.start, span.end, span.quantity).items()
