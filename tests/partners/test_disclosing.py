"""When a week may be told: once its last day is seven days ago, not a day earlier."""

import datetime as dt

import pytest

from partners.disclosing import last_told, week_of

MONDAY = dt.date(2026, 11, 2)
LAST_DAY = dt.date(2026, 11, 8)


@pytest.mark.parametrize(
    ("days_after", "told"),
    [(6, MONDAY - dt.timedelta(days=7)), (7, MONDAY), (13, MONDAY), (14, MONDAY + dt.timedelta(days=7))],
)
def test_week_when_its_last_day_is_so_many_days_ago_then_told_from_the_seventh(
    days_after: int, told: dt.date
) -> None:
    assert last_told(LAST_DAY + dt.timedelta(days=days_after)) == told


def test_week_when_named_then_by_its_monday() -> None:
    days = [MONDAY + dt.timedelta(days=number) for number in range(8)]

    assert {week_of(day) for day in days[:7]} == {MONDAY}
    assert week_of(days[7]) == days[7]
