"""One segment looked at on one day: where statements reach, and from which day on they count."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.scoring.ageing import CAPACITY_DAYS, is_older_than_days, is_older_than_months, is_stale
from matching.scoring.columns.arrays import Anything, Bools, Bytes, Ints
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.tables import Segment
from matching.scoring.contexts import Context
from matching.scoring.facts import Scope

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
        return by_site[self.segment.rows.site]

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
        today = self.context.today
        return first_day(lambda day: not is_stale(day, today, measure), today)

    def oldest_within(self, months: float) -> int:
        today = self.context.today
        return first_day(lambda day: not is_older_than_months(day, today, months), today)

    def oldest_report(self) -> int:
        today = self.context.today
        return first_day(lambda day: not is_older_than_days(day, today, CAPACITY_DAYS), today)


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


def slices(column: Ints, numbers: Ints) -> Ints:
    """Positions at which a sorted column has one of the numbers."""
    starts = np.searchsorted(column, numbers, side="left")
    ends = np.searchsorted(column, numbers, side="right")
    parts = [np.arange(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
