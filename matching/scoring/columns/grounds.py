"""One segment looked at on one day: where statements reach, and from which day on they count."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from matching.scoring.columns.arrays import Anything, Bools, Bytes, Ints
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.tables import Segment
from matching.scoring.contexts import Context
from matching.scoring.facts import Scope
from partners.ageing import CAPACITY_DAYS, is_older_than_days, is_older_than_months, is_stale

HARD, SOFT, UNKNOWN, MET = np.int8(0), np.int8(1), np.int8(2), np.int8(3)
"""Levels of a verdict: unmet for good, unmet but for a change that can be named, unknown, met.

In this order "any of" is the highest level and "all of" the lowest.
"""

WITHIN_SITE = (Scope.LINE, Scope.BUILDING)


@dataclass(frozen=True)
class Ground:
    """What every column is computed from. Arrays that come out have one entry per row, unless said."""

    segment: Segment
    book: CodeBook
    context: Context
    days: dict[tuple[str, float], int] = field(default_factory=dict)

    @property
    def today(self) -> int:
        return self.context.today.toordinal()

    @cached_property
    def lines(self) -> Ints:
        """How many lines the row's site has; 0 where the row stands for a site without lines."""
        return self.segment.sites.lines[self.segment.rows.site]

    @cached_property
    def has_line(self) -> Bools:
        found: Bools = self.lines > 0
        return found

    @cached_property
    def is_only_line(self) -> Bools:
        found: Bools = self.lines == 1
        return found

    def numbers(self, codes: Iterable[str]) -> Ints:
        return self.book.terms.find(codes)

    def rows_of_sites(self, by_site: Anything) -> Anything:
        return by_site.take(self.segment.rows.site)

    def level(self, level: np.int8) -> Bytes:
        return np.full(self.segment.row_count, level, dtype=np.int8)

    def groups(self, scope: Scope) -> tuple[Ints, int]:
        """For every row the group whose lines a scope takes together, and how many groups there are."""
        if scope is Scope.LINE:
            return np.arange(self.segment.row_count, dtype=np.int32), self.segment.row_count
        if scope is Scope.BUILDING:
            buildings = self.segment.rows.building
            return buildings, int(buildings.max(initial=-1)) + 1
        return self.segment.rows.site, self.segment.site_count

    def oldest_fresh(self, measure: str = "") -> int:
        """The first day on which something confirmed then still counts."""
        return self.oldest(measure, 0, lambda day: not is_stale(day, self.context.today, measure))

    def oldest_within(self, months: float) -> int:
        return self.oldest(
            "months", months, lambda day: not is_older_than_months(day, self.context.today, months)
        )

    def oldest_report(self) -> int:
        return self.oldest(
            "days", CAPACITY_DAYS, lambda day: not is_older_than_days(day, self.context.today, CAPACITY_DAYS)
        )

    def oldest(self, kind: str, length: float, holds: Callable[[dt.date], bool]) -> int:
        """Bisected once for every question: many columns ask the same."""
        found = self.days.get((kind, length))
        if found is None:
            found = self.days[kind, length] = first_day(holds, self.context.today)
        return found


def first_day(holds: Callable[[dt.date], bool], today: dt.date) -> int:
    """The first ordinal day for which it holds; ages only fall as days go on, so it can be bisected."""
    days = range(1, today.toordinal() + 1)
    return bisect_left(days, x=True, key=lambda day: holds(dt.date.fromordinal(day))) + 1


def any_at(places: Ints, count: int) -> Bools:
    """Which of `count` places are named at least once."""
    found = np.zeros(count, dtype=np.bool_)
    found[places] = True
    return found


def most_at(places: Ints, values: Anything, count: int, least: float) -> Anything:
    """The largest value per place, `least` where there is none."""
    found = np.full(count, least, dtype=values.dtype)
    np.maximum.at(found, places, values)
    return found


def first_of_each(column: Ints) -> Ints:
    """Where a sorted column has a value for the first time."""
    return np.flatnonzero(np.diff(column, prepend=-1))


def is_one_of(column: Ints, numbers: Ints) -> Bools:
    """As `np.isin`, by a table: numbers of codes are small."""
    size = max(int(column.max(initial=-1)), int(numbers.max(initial=-1))) + 1
    return any_at(numbers, size).take(column)


def spans(column: Ints, numbers: Ints) -> list[tuple[int, int]]:
    """Where a sorted column has one of the numbers: starts and ends, those that adjoin made one."""
    starts = np.searchsorted(column, numbers, side="left").tolist()
    ends = np.searchsorted(column, numbers, side="right").tolist()
    found: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        elif start < end:
            found.append((start, end))
    return found


def within(found: list[tuple[int, int]]) -> Ints:
    """The positions in these spans."""
    if not found:
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([np.arange(start, end) for start, end in found])


def slices(column: Ints, numbers: Ints) -> Ints:
    """Positions at which a sorted column has one of the numbers."""
    return within(spans(column, numbers))
