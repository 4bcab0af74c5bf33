"""Cells and headings of a sponsor's own list, as people write them."""

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.importers.record_cells import (
    CellUnreadable,
    DateOrder,
    country_of,
    day_of,
    duns_of,
    fei_of,
    line_of,
    text_of,
)
from partners.importers.record_columns import guessed, heading_key, meant
from partners.importers.record_rows import Mapped, Term, body_of, headings_of, read_row

TODAY = dt.date(2027, 3, 1)
UNSAID, DAYS, MONTHS = DateOrder
A_DAY = dt.date(2027, 1, 31)


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ({"date": "2027-01-31"}, UNSAID, A_DAY),
        ("2027-01-31", UNSAID, A_DAY),
        ("2027-01-31 00:00:00", UNSAID, A_DAY),
        ("31/01/2027", UNSAID, A_DAY),
        ("01/31/2027", UNSAID, A_DAY),
        ("31.1.2027", UNSAID, A_DAY),
        ("3.4.2027", MONTHS, dt.date(2027, 4, 3)),
        ("31 Jan 2027", UNSAID, A_DAY),
        ("31-January-2027", UNSAID, A_DAY),
        ("03/04/2027", DAYS, dt.date(2027, 4, 3)),
        ("03/04/2027", MONTHS, dt.date(2027, 3, 4)),
        ("04/04/2027", UNSAID, dt.date(2027, 4, 4)),
        ("n/a", UNSAID, None),
        ("None", UNSAID, None),
        (None, UNSAID, None),
    ],
)
def test_day_when_written_in_a_usual_way_then_is_read(
    cell: Any, order: DateOrder, day: dt.date | None
) -> None:
    assert day_of(cell, order, today=TODAY) == day


@pytest.mark.parametrize(
    ("cell", "order", "why"),
    [
        ("03/04/2027", UNSAID, "two ways"),
        ("31/01/2027", MONTHS, "no day of the calendar"),
        ("30/02/2027", UNSAID, "no day of the calendar"),
        ("2027", UNSAID, "is no date"),
        ("soon", UNSAID, "is no date"),
        (46053.0, UNSAID, "format the column as a date"),
        ("1949-12-31", UNSAID, "before 1950"),
        ("2058-01-01", UNSAID, "thirty years"),
        ("٣١/٠١/٢٠٢٧", UNSAID, "is no date"),
    ],
)
def test_day_when_it_cannot_be_told_then_says_why(cell: Any, order: DateOrder, why: str) -> None:
    with pytest.raises(CellUnreadable, match=why):
        day_of(cell, order, today=TODAY)


def test_day_when_it_should_be_past_then_tomorrow_is_refused() -> None:
    with pytest.raises(CellUnreadable, match="not come yet"):
        day_of("2027-03-02", UNSAID, today=TODAY, is_past=True)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2050, 12, 31)), st.sampled_from([DAYS, MONTHS]))
def test_day_when_its_order_is_said_then_comes_back_as_written(day: dt.date, order: DateOrder) -> None:
    written = f"{day:%d/%m/%Y}" if order is DAYS else f"{day:%m/%d/%Y}"

    assert day_of(written, order, today=TODAY) == day


@given(st.one_of(st.none(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), st.text()))
def test_cell_when_arbitrary_then_is_read_or_refused_and_nothing_else(cell: Any) -> None:
    for read in (country_of, duns_of, fei_of, lambda each: line_of(each, 60)):
        with suppress(CellUnreadable):
            read(cell)
    with suppress(CellUnreadable):
        day_of(cell, UNSAID, today=TODAY)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("IE", "IE"), ("ie", "IE"), ("IRL", "IE"), ("Ireland", "IE"), ("USA", "US"), ("UK", "GB"), ("", "")],
)
def test_country_when_named_in_a_usual_way_then_is_its_code(cell: str, code: str) -> None:
    assert country_of(cell) == code


@pytest.mark.parametrize(
    ("cell", "duns"),
    [(12345678.0, "012345678"), ("12-345-6789", "123456789"), ("012345678", "012345678"), (None, "")],
)
def test_duns_when_a_spreadsheet_took_its_zero_then_it_is_put_back(cell: Any, duns: str) -> None:
    assert duns_of(cell) == duns


@pytest.mark.parametrize("cell", ["12345678", "12345678x", 1.5, "٣٤٥٦٧٨٩١٢"])
def test_duns_when_it_has_not_nine_digits_then_is_refused(cell: Any) -> None:
    with pytest.raises(CellUnreadable):
        duns_of(cell)


def test_text_when_a_whole_number_then_has_no_point() -> None:
    assert text_of(4711.0) == "4711"
    assert text_of(True) == "yes"


def test_line_when_it_turns_the_reading_direction_or_is_too_long_then_is_refused() -> None:
    assert line_of(" two\n lines ", 20) == "two lines"
    with pytest.raises(CellUnreadable, match="control"):
        line_of("a\u202eb", 20)
    with pytest.raises(CellUnreadable, match="21 characters"):
        line_of("x" * 21, 20)


def test_headings_when_usual_then_are_guessed_and_a_column_is_one_field() -> None:
    heads = ["Supplier", "Approval status", "Next audit (due)", "CDA expires", "Status", "Remarks"]

    found = guessed(heads, {})

    assert found == {"name": 0, "status": 4, "next_audit_due_on": 2, "cda_until": 3, "notes": 5}
    assert guessed(heads, {"status": heading_key("approval STATUS")})["status"] == 1
    assert guessed(heads, {"no such field": "supplier"}) == found


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Approved", "approved"),
        ("Approved with conditions", "conditional"),
        ("DO NOT USE", "blocked"),
    ],
)
def test_status_word_when_usual_then_is_understood(word: str, status: str) -> None:
    assert meant(word, {}) == status
    assert meant(word, {heading_key(word): "none"}) == "none"
    assert meant("??", {}) == ""


def test_table_when_it_has_a_title_above_then_headings_are_the_first_row_with_several_texts() -> None:
    rows: list[list[Any]] = [
        ["Our suppliers"],
        [],
        ["Name", "City", None, "Status"],
        ["A", "Cork"],
        [],
        ["B"],
    ]

    assert headings_of(rows) == ["Name", "City", "", "Status"]
    assert list(body_of(rows)) == [(4, ["A", "Cork"]), (6, ["B"])]


def test_row_when_read_then_has_what_it_says_and_every_reason_for_what_it_does_not() -> None:
    columns = {
        "name": 0,
        "status": 1,
        "last_audit_on": 2,
        "next_audit_due_on": 3,
        "cda_from": 4,
        "cda_until": 5,
    }
    mapped = Mapped(columns, {"ok": "approved"}, UNSAID)

    good = read_row(7, ["A", "OK", "2026-01-01", None, "2026-01-01", "evergreen"], mapped, today=TODAY)
    bad = read_row(8, [None, "odd", "2028-01-01", "x", "2027-01-02", "2027-01-01"], mapped, today=TODAY)

    assert dict(good.values) == {"name": "A", "status": "approved", "last_audit_on": "2026-01-01"}
    assert good.agreements == {"cda": Term(dt.date(2026, 1, 1), None, is_open=True)}
    assert good.problems == ()
    assert {field for field, _reason in bad.problems} == set(columns) - {"cda_from"}


@pytest.mark.parametrize(("until", "is_open"), [("open-ended", True), ("None", False), (None, False)])
def test_agreement_when_its_end_is_not_said_then_is_open_by_word_only(
    until: str | None, is_open: bool
) -> None:
    mapped = Mapped({"name": 0, "cda_from": 1, "cda_until": 2}, {}, UNSAID)

    read = read_row(2, ["A", "2026-01-01", until], mapped, today=TODAY)

    assert read.agreements == {"cda": Term(dt.date(2026, 1, 1), None, is_open)}
