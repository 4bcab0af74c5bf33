"""Calendar arithmetic at its edges."""

import datetime as dt

import pytest

from partners.ageing import add_days, add_months, is_older_than_months, months_since

DAY = dt.date


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (DAY(2027, 1, 31), 1, DAY(2027, 2, 28)),
        (DAY(2027, 12, 1), 3, DAY(2028, 3, 1)),
        (DAY(9999, 12, 1), 3, DAY.max),
        (DAY(1, 1, 1), -3, DAY.min),
    ],
)
def test_months_stay_inside_the_calendar(start: dt.date, months: int, expected: dt.date) -> None:
    assert add_months(start, months) == expected


@pytest.mark.parametrize(("days", "expected"), [(1e9, DAY.max), (-1e9, DAY.min), (3.4, DAY(2026, 11, 26))])
def test_days_stay_inside_the_calendar(days: float, expected: dt.date) -> None:
    assert add_days(DAY(2026, 11, 23), days) == expected


@pytest.mark.parametrize(
    ("today", "is_older"), [(DAY(2026, 11, 23), False), (DAY(2026, 11, 24), True), (DAY(2020, 1, 1), False)]
)
def test_age_turns_on_the_day_after(today: dt.date, is_older: bool) -> None:
    assert is_older_than_months(DAY(2023, 11, 23), today, 36) is is_older


def test_day_to_come_is_no_months_old() -> None:
    assert months_since(DAY(2027, 1, 1), DAY(2026, 1, 1)) == 0
