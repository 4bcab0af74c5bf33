"""How long a statement holds, and calendar arithmetic that cannot overflow."""

import calendar
import datetime as dt

CAPACITY_DAYS = 60
"""Capacity and lead time perish quickly."""

CAPABILITY_MONTHS = 24
EXPERIENCE_MONTHS = 12

EXPERIENCE_MEASURES = frozenset({"sc.batches-36-months", "sc.ppq-campaigns", "sc.approved-products"})
LEAD_TIME_MEASURES = frozenset({"sc.lead-time-weeks"})

DAYS_PER_MONTH = 365.25 / 12


def add_days(day: dt.date, days: float) -> dt.date:
    """Kept inside the calendar: year 1 and year 9999 are ends, not errors."""
    number = day.toordinal() + round(days)
    return dt.date.fromordinal(min(max(number, 1), dt.date.max.toordinal()))


def add_weeks(day: dt.date, weeks: float) -> dt.date:
    return add_days(day, weeks * 7)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day (31 January + 1 month = 28 or 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return dt.date.max if months > 0 else dt.date.min
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def months_since(day: dt.date, today: dt.date) -> int:
    """Completed months; a day in the future is 0 months old."""
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return max(months, 0)


def exact_months_since(day: dt.date, today: dt.date) -> float:
    return max((today - day).days, 0) / DAYS_PER_MONTH


def is_older_than_months(day: dt.date, today: dt.date, months: float) -> bool:
    whole = int(min(months, 12_000))
    return today > add_days(add_months(day, whole), (min(months, 12_000) - whole) * DAYS_PER_MONTH)


def is_older_than_days(day: dt.date, today: dt.date, days: int) -> bool:
    return (today - day).days > days


def is_stale(day: dt.date, today: dt.date, measure: str = "") -> bool:
    """Whether a statement confirmed on `day` is past its shelf life; some measures have their own."""
    if measure in LEAD_TIME_MEASURES:
        return is_older_than_days(day, today, CAPACITY_DAYS)
    return is_older_than_months(day, today, shelf_months(measure))


def last_day(day: dt.date, measure: str = "") -> dt.date:
    """The last day on which a statement confirmed on `day` still counts: `is_stale` from the next one on."""
    if measure in LEAD_TIME_MEASURES:
        return add_days(day, CAPACITY_DAYS)
    return add_months(day, shelf_months(measure))


def shelf_months(measure: str) -> int:
    return EXPERIENCE_MONTHS if measure in EXPERIENCE_MEASURES else CAPABILITY_MONTHS


def quarter_of(day: dt.date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3 + 1
