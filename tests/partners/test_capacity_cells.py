"""What people and spreadsheets write into a cell, and how it comes back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.capacity_grids import Cell
from partners.forms.capacity_grid import CellRefused, quantity, read_seen, typed_form, write_seen
from partners.models import CapacityWindow, Line
from partners.quarters import Quarter

LINE = Line(capacity_unit="batches")
AMOUNTS = st.decimals(min_value=0, max_value=Decimal("99999999999.999"), places=3)
CELLS = st.builds(
    Cell,
    st.sampled_from(CapacityWindow.State.values),
    st.builds(Quarter, st.integers(1000, 9999), st.integers(1, 4)),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", "3"),
        (" 3 ", "3"),
        ("1,5", "1.5"),
        ("1,500", "1500"),
        ("1 500", "1500"),
        ("1\u00a0500", "1500"),
        ("1\u202f500,5", "1500.5"),
        ("1.500,5", "1500.5"),
        ("0.125", "0.125"),
        ("12k", "12000"),
        ("3 batches", "3"),
        ("0", "0"),
    ],
)
def test_quantity_when_it_is_one_number_then_it_is_read(text: str, expected: str) -> None:
    assert quantity(text, LINE) == Decimal(expected)


@pytest.mark.parametrize("text", ["", "  ", "-", "–", "\u00a0"])
def test_quantity_when_it_is_empty_or_a_dash_then_it_is_not_stated(text: str) -> None:
    assert quantity(text, LINE) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.234", "two ways"),
        ("many", "not a number"),
        ("-1", "negative"),
        ("3–5", "one number"),
        ("up to 5", "one number"),
        ("2 × 5", "one number"),
        ("3 days", "counts in batches"),
        ("0.0001", "three decimals"),
        ("99999999999999", "more than any line"),
        ("=SUM(A1)", "not a number"),
        ("#REF!", "not a number"),
        ("NaN", "not a number"),
        ("1e99", "more than any line"),
        ("9" * 119, "too many digits"),
        ("5\ufffd", "leave the unit out"),
    ],
)
def test_quantity_when_it_is_no_number_or_may_be_two_then_it_is_refused(text: str, words: str) -> None:
    with pytest.raises(CellRefused, match=words):
        quantity(text, LINE)


@given(AMOUNTS)
def test_typed_form_when_read_back_then_it_is_the_same_amount(value: Decimal) -> None:
    assert quantity(typed_form(value), LINE) == value


@given(st.text(max_size=60))
def test_quantity_when_any_text_is_typed_then_it_is_an_amount_or_a_refusal(text: str) -> None:
    try:
        value = quantity(text, LINE)
    except CellRefused:
        return
    assert value is None or 0 <= value < 10**11


@given(st.dictionaries(CELLS, AMOUNTS, max_size=40))
def test_seen_when_written_and_read_then_it_is_the_same(seen: dict[Cell, Decimal]) -> None:
    assert read_seen(write_seen(seen)) == seen


@given(st.text(max_size=200))
def test_read_seen_when_somebody_meddled_with_it_then_it_is_read_without_a_fault(text: str) -> None:
    assert all(value >= 0 for value in read_seen(text).values())
