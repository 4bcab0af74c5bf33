"""Calendar quarters, and what windows say about them. Pure: the day of today is always handed in."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"Q{self.number} {self.year}"

    @classmethod
    def from_code(cls, code: str) -> "Quarter | None":
        """The quarter of a code, or nothing for any other text."""
        found = re.fullmatch(r"([1-9][0-9]{3})Q([1-4])", code, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def code(self) -> str:
        """For addresses and names of inputs: "2027Q3"."""
        return f"{self.year}Q{self.number}"

    @property
    def start(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> dt.date:
        """The first day after it."""
        return self.next.start

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)


def quarters_later(quarter: Quarter, count: int) -> Quarter:
    """So many quarters after it, or before it for a negative count."""
    index = quarter.year * 4 + quarter.number - 1 + count
    return Quarter(index // 4, index % 4 + 1)


class Window(Protocol):
    """The part of a capacity window that quarters are made of; `end` is the first day after it."""

    @property
    def start(self) -> dt.date: ...
    @property
    def end(self) -> dt.date: ...
    @property
    def state(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...


def quarters_from(first: Quarter, count: int) -> list[Quarter]:
    found = [first]
    while len(found) < count:
        found.append(found[-1].next)
    return found


def shares(start: dt.date, end: dt.date, quantity: Decimal) -> dict[Quarter, Decimal]:
    """The quantity of a period spread over its quarters by days; the parts add up to it exactly."""
    parts: dict[Quarter, Decimal] = {}
    quarter, left = Quarter.of(start), quantity
    while quarter.end < end:
        days = (quarter.end - max(start, quarter.start)).days
        parts[quarter] = (quantity * days / (end - start).days).quantize(THOUSANDTH)
        left -= parts[quarter]
        quarter = quarter.next
    return {**parts, quarter: left}


def by_quarter(windows: Iterable[Window]) -> dict[Quarter, dict[str, Decimal]]:
    """Per quarter, the quantity in each state that some window mentions; what is not there is not stated."""
    table: dict[Quarter, dict[str, Decimal]] = defaultdict(dict)
    for window in windows:
        for quarter, part in shares(window.start, window.end, window.quantity).items():
            table[quarter][window.state] = table[quarter].get(window.state, Decimal(0)) + part
    return dict(table)


def beyond_nominal(
    windows: Iterable[Window], nominal: Decimal, judged: Container[Quarter]
) -> tuple[Quarter, Decimal] | None:
    """The first judged quarter in which all states together pass what the line can do, with their sum."""
    return min(all_beyond_nominal(windows, nominal, judged).items(), default=None)


def all_beyond_nominal(
    windows: Iterable[Window], nominal: Decimal, judged: Container[Quarter]
) -> dict[Quarter, Decimal]:
    """Every such quarter with its sum."""
    sums = {
        quarter: (sum(states.values(), Decimal(0)), len(states))
        for quarter, states in by_quarter(windows).items()
        if quarter in judged
    }
    # Spreading by days rounds to a thousandth per window.
    return {quarter: total for quarter, (total, many) in sums.items() if total > nominal + THOUSANDTH * many}


def touched(windows: Iterable[Window]) -> set[Quarter]:
    """The quarters that these windows speak of."""
    return {quarter for window in windows for quarter in shares(window.start, window.end, window.quantity)}


def next_open(windows: Iterable[Window], today: dt.date) -> Quarter | None:
    """The first quarter, from that of today, in which a window that has not ended reports something open.

    It is all that audiences without the right to quantities learn.
    """
    coming = [
        max(Quarter.of(window.start), Quarter.of(today))
        for window in windows
        if window.state == "open" and window.quantity > 0 and window.end > today
    ]
    return min(coming, default=None)
