"""Capacity as CSV: every bad row by its line number, every bad file as a whole."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.feeds.cells import COLUMNS
from partners.feeds.csv_file import parse_csv
from partners.feeds.decoding import MAX_BYTES
from partners.feeds.rows import CapacityRow, FileRefused, Snapshot, without_overlaps

NOW = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)
HEADER = "site_id,resource_id,period_start,period_end,state,quantity,unit"
GOOD = "S1,L1,2027-04-01,2027-07-01,open,4,batches"
OTHER = "S1,L1,2027-07-01,2027-10-01,open,8,batches"


def parsed(*lines: str, header: str = HEADER) -> Snapshot:
    return parse_csv("\n".join([header, *lines]).encode(), received_at=NOW)


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        parse_csv(content, received_at=NOW)
    return str(caught.value)


def test_rows_when_all_columns_are_stated_then_every_value_is_read() -> None:
    values = (
        "S1,L1,Capsules,2027-04-01,2027-07-01,Held,4.5,batches,9.5,2,planned,maintenance,2027-03-01,"
        '2027-01-10T08:00:00+02:00,2027-02-01,"a, quoted note"'
    )

    snapshot = parsed(values, header=",".join(COLUMNS))

    assert snapshot.errors == ()
    assert snapshot.rows == (
        CapacityRow(
            line_number=2,
            site_id="S1",
            resource_id="L1",
            resource_label="Capsules",
            start=dt.date(2027, 4, 1),
            end=dt.date(2027, 7, 1),
            state="held",
            quantity=Decimal("4.5"),
            unit="batches",
            lead_time_weeks=Decimal("9.5"),
            min_campaign=Decimal(2),
            confidence="planned",
            reason="maintenance",
            held_until=dt.date(2027, 3, 1),
            observed_at=dt.datetime(2027, 1, 10, 6, tzinfo=dt.UTC),
            valid_until=dt.date(2027, 2, 1),
            note="a, quoted note",
        ),
    )


def test_row_when_it_does_not_say_when_it_was_observed_then_the_reading_counts() -> None:
    assert parsed(GOOD).rows[0].observed_at == NOW


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ("S1,L1,2027-04-01,2027-07-01,open,-4,batches", "quantity", "negative"),
        ("S1,L1,2027-04-01,2027-07-01,open,4e3,batches", "quantity", "plain number"),
        ("S1,L1,2027-04-01,2027-07-01,open,NaN,batches", "quantity", "plain number"),
        ("S1,L1,2027-04-01,2027-07-01,open,٤,batches", "quantity", "plain number"),
        ("S1,L1,2027-04-01,2027-07-01,open,,batches", "quantity", "write 0"),
        ("S1,L1,2027-04-01,2027-07-01,open,999999999999,batches", "quantity", "plain number"),
        ("S1,L1,2027-07-01,2027-04-01,open,4,batches", "period_end", "first day after"),
        ("S1,L1,2027-04-01,2027-04-01,open,4,batches", "period_end", "first day after"),
        ("S1,L1,2027-04-01,2040-04-01,open,4,batches", "period_end", "five years"),
        ("S1,L1,0000-04-01,2027-07-01,open,4,batches", "period_start", "calendar"),
        ("S1,L1,2027-04-01,9999-12-31,open,4,batches", "period_end", "9999"),
        ("S1,L1,2027-02-30,2027-07-01,open,4,batches", "period_start", "calendar"),
        ("S1,L1,01/04/2027,2027-07-01,open,4,batches", "period_start", "not a date"),
        ("S1,L1,2027-W14-4,2027-07-01,open,4,batches", "period_start", "not a date"),
        ("S1,L1,2027-04-01,2027-07-01,free,4,batches", "state", "“free” is not one of open, held"),
        ("S1,L1,2027-04-01,2027-07-01,open,4,", "unit", "empty"),
        (",L1,2027-04-01,2027-07-01,open,4,batches", "site_id", "empty"),
        (f"{'S' * 81},L1,2027-04-01,2027-07-01,open,4,batches", "site_id", "81 characters"),
        (f"{'S' * 2000},L1,2027-04-01,2027-07-01,open,4,batches", "site_id", "1,000 characters"),
        ("S1,L\x001,2027-04-01,2027-07-01,open,4,batches", "resource_id", "control character"),
        ("S1,L\u202e1,2027-04-01,2027-07-01,open,4,batches", "resource_id", "reverses"),
        ("S1,L1,2027-04-01,2027-07-01,open,4", "", "6 cells"),
        ("S1,L1,2027-04-01,2027-07-01,open,4,batches,more", "", "8 cells"),
    ],
)
def test_row_when_it_is_bad_then_it_is_refused_by_line_and_field_and_the_good_ones_are_kept(
    line: str, field: str, words: str
) -> None:
    snapshot = parsed(GOOD, line, OTHER)

    assert [row.line_number for row in snapshot.rows] == [2, 4]
    (error,) = snapshot.errors
    assert (error.line_number, error.field) == (3, field)
    assert words in error.message


def test_row_when_observed_in_the_future_then_it_is_refused() -> None:
    snapshot = parsed(f"{GOOD},2028-01-01", header=f"{HEADER},observed_at")

    assert snapshot.rows == ()
    assert "future" in snapshot.errors[0].message


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "2027-01-01T99:00", "2027-01-01Tnonsense"])
def test_row_when_its_instant_is_nonsense_then_it_is_refused(instant: str) -> None:
    snapshot = parsed(f"{GOOD},{instant}", header=f"{HEADER},observed_at")

    assert [error.field for error in snapshot.errors] == ["observed_at"]


def test_row_when_text_is_right_to_left_or_emoji_then_it_is_kept() -> None:
    snapshot = parsed(f"{GOOD},קו מילוי 🧪", header=f"{HEADER},note")

    assert snapshot.rows[0].note == "קו מילוי 🧪"


def test_rows_when_they_overlap_within_line_and_state_then_the_later_one_is_refused() -> None:
    overlapping = "S1,L1,2027-06-30,2027-08-01,open,1,batches"
    other_state = "S1,L1,2027-06-30,2027-08-01,held,1,batches"

    snapshot = parsed(GOOD, overlapping, other_state)

    assert [row.line_number for row in snapshot.rows] == [2, 4]
    assert "line 2" in snapshot.errors[0].message


def test_line_numbers_when_a_cell_spans_lines_or_lines_are_blank_then_they_are_those_of_the_file() -> None:
    snapshot = parsed(f'{GOOD},"two\nlines"', "", "S1,L1,x", header=f"{HEADER},note")

    assert [error.line_number for error in snapshot.errors] == [2, 5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<!doctype html><title>Sorry</title>", "not the header"),
        (HEADER.replace(",", ";").encode(), "not the header"),
        (f"{HEADER},colour\n".encode(), "“colour”"),
        (f"{HEADER},unit\n".encode(), "twice: unit"),
        (HEADER.removesuffix(",unit").encode(), "lacks a needed column: unit"),
        (HEADER.encode() + b",x" * 100, "do not know"),
        (HEADER.encode("utf-16"), "UTF-16"),
        (f"{HEADER}\nS1,Br\u00fchl".encode("latin-1"), "Line 2 is not UTF-8"),
        (b"PK\x03\x04rest", "XLSX"),
        (f'{HEADER}\n{GOOD}\nS1,"never closed'.encode(), "Line 3 is not CSV"),
        (f'{HEADER}\nS1,"{"x" * 200_000}"'.encode(), "Line 2 is not CSV"),
        (b"x" * (MAX_BYTES + 1), "at most 5,000,000"),
        (f"{HEADER}\n".encode() + b"a\n" * 50_001, "more than 50,000 rows"),
    ],
)
def test_file_when_it_makes_no_sense_then_it_is_refused_whole(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_file_when_it_has_a_byte_order_mark_then_it_is_read() -> None:
    snapshot = parse_csv(f"{HEADER}\r\n{GOOD}\r\n".encode("utf-8-sig"), received_at=NOW)

    assert len(snapshot.rows) == 1


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_a_refusal(content: bytes) -> None:
    for start in (b"", f"{HEADER}\n".encode()):
        try:
            snapshot = parse_csv(start + content, received_at=NOW)
        except FileRefused:
            continue
        assert isinstance(snapshot, Snapshot)


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["S1", "2027-04-01", "2027-07-01", "open", "4", "-1", "0000-00-00", "batches", ""]),
)


@given(st.lists(st.lists(cells, min_size=7, max_size=7), max_size=6))
def test_any_rows_are_each_kept_or_refused_with_a_reason(table: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER.split(","), *table])

    try:
        snapshot = parse_csv(text.getvalue().encode("utf-8", "surrogatepass"), received_at=NOW)
    except FileRefused:
        return

    not_blank = [row for row in table if any(cell.strip() for cell in row)]
    assert snapshot.row_count == len(not_blank)
    assert all(error.message for error in snapshot.errors)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=25))
def test_rows_kept_never_overlap_and_each_refused_one_overlaps_a_kept_one(
    periods: list[tuple[int, int]],
) -> None:
    model = parsed(GOOD).rows[0]
    first = dt.date(2027, 1, 1)
    rows = [made(model, number, first, *period) for number, period in enumerate(periods)]

    kept, errors = without_overlaps(rows, lambda row: row.state)

    assert not any(overlap(a, b) for a in kept for b in kept if a is not b)
    refused = {error.line_number for error in errors}
    assert all(any(overlap(row, other) for other in kept) for row in rows if row.line_number in refused)
    assert len(kept) + len(refused) == len(rows)


def made(model: CapacityRow, number: int, first: dt.date, start: int, days: int) -> CapacityRow:
    start_on = first + dt.timedelta(start)
    return CapacityRow(
        number,
        model.site_id,
        model.resource_id,
        "",
        start_on,
        start_on + dt.timedelta(days),
        model.state,
        model.quantity,
        model.unit,
        None,
        None,
        model.confidence,
        "",
        None,
        model.observed_at,
        None,
        "",
    )


def overlap(a: CapacityRow, b: CapacityRow) -> bool:
    return a.start < b.end and b.start < a.end
