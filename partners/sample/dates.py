"""Dates of the sample world, all counted from the day of loading."""

import calendar
import datetime as dt

from partners.quarters import Quarter, quarters_from


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier (or later, when negative), or that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def moment(day: dt.date, days_before: int = 0) -> dt.datetime:
    """Nine in the morning, so many days earlier."""
    return dt.datetime.combine(day - dt.timedelta(days=days_before), dt.time(9), tzinfo=dt.UTC)


def coming_quarters(as_of: dt.date) -> list[Quarter]:
    """Q1 … Q7: the seven calendar quarters after that of `as_of`."""
    return quarters_from(Quarter.of(as_of).next, 7)
