from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cdmo_portal.look import wording

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (2000, "L", "2,000 L"),
        (Decimal("2000.0000"), "L", "2,000 L"),
        (Decimal("1E+3"), "", "1,000"),
        (0.03, "µg/m³", "0.03 µg/m³"),
        (0, "batches", "0 batches"),
        (None, "L", "not stated"),
        (1e15, "vg", "1,000,000,000,000,000 vg"),
    ],
)
def test_amount_for_a_number_with_unit_reads_as_people_write_it(
    value: wording.Number | None, unit: str, text: str
) -> None:
    assert wording.amount(value, unit).replace(wording.NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (200, 2000, "200–2,000 L"),
        (None, 2000, "up to 2,000 L, smallest not stated"),
        (200, None, "from 200 L, largest not stated"),
        (50, 50, "50 L"),
        (0, 0, "0 L"),
        (None, None, "not stated"),
    ],
)
def test_span_when_an_end_is_missing_says_so(low: int | None, high: int | None, text: str) -> None:
    assert wording.span(low, high, "L").replace(wording.NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("day", "text"),
    [(date(2027, 1, 1), "Q1 2027"), (date(2027, 9, 30), "Q3 2027"), (date(2027, 12, 31), "Q4 2027")],
)
def test_quarter_for_a_day_is_its_calendar_quarter(day: date, text: str) -> None:
    assert wording.quarter(day).replace(wording.NO_BREAK, " ") == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 20), "today"),
        (date(2026, 11, 19), "yesterday"),
        (date(2026, 11, 8), "12 days ago"),
        (date(2026, 5, 3), "6 months ago"),
        (date(2022, 2, 1), "4 years ago"),
        (date(2026, 11, 21), "in the future"),
        (datetime(2026, 11, 8, 23, 59, tzinfo=UTC), "12 days ago"),
    ],
)
def test_age_of_a_day_is_in_the_coarsest_fair_unit(day: date, text: str) -> None:
    assert wording.age(day, TODAY) == text


@pytest.mark.parametrize(("value", "text"), [(2.1, "+2.1"), (-0.3, "−0.3"), (0, "0.0"), (-0.0, "0.0")])
def test_signed_when_a_difference_is_shown_then_its_direction_is_plain(value: float, text: str) -> None:
    assert wording.signed(value) == text
