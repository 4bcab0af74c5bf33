"""Uploaded tables as text: what cells become, and which headings are taken."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.documents.csv_tables import csv_tables
from cdmo_portal.spreadsheets import Column, Sheet, as_csv
from partners.upload_tables import QUOTED, TableRefused, table_of, text_of

KNOWN = ("site_id", "term", "note")
SINGLE_LINE = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=40).map(str.strip)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (True, "yes"),
        (7.0, "7"),
        (0.1 + 0.2, "0.3"),
        (1234567.125, "1234567.125"),
        ({"date": "2027-07-01"}, "2027-07-01"),
        ("'=1+1", "=1+1"),
        ("'tis", "'tis"),
    ],
)
def test_cell_when_taken_as_text_then_reads_as_a_person_sees_it(cell: object, text: str) -> None:
    assert text_of(cell) == text


@given(st.decimals(0, 10**11, places=3))
def test_number_when_it_went_through_a_spreadsheet_then_is_the_same(number: Decimal) -> None:
    assert Decimal(text_of(float(number))) == number


@given(st.lists(SINGLE_LINE, min_size=1, max_size=5))
def test_text_when_it_leaves_as_csv_and_comes_back_then_is_the_same(texts: list[str]) -> None:
    data = as_csv(Sheet("Ours", [Column("site_id"), Column("note")], [("S1", text) for text in texts]))

    table = table_of(csv_tables(data)[0]["rows"], known=KNOWN, needed=("site_id",))

    came_back = [row.cells[1] for row in table.rows]
    quoted = [text[1:] if text.startswith(QUOTED) else text for text in texts]
    assert came_back == quoted


@given(st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=6))
def test_table_when_it_is_anything_then_is_read_or_refused_with_a_sentence(rows: list[list[str]]) -> None:
    said = ""
    widths = [0]
    try:
        table = table_of(rows, known=KNOWN, needed=("site_id",))
        widths = [len(row.cells) - len(table.header) for row in table.rows]
    except TableRefused as error:
        said = str(error)

    assert not said or said.endswith(".")
    assert min(widths) >= 0


def test_rows_when_some_are_blank_then_keep_the_numbers_of_the_file() -> None:
    rows = [[], ["Site ID", "TERM"], [], ["S1"], ["S2", "lyo", "more"]]

    table = table_of(rows, known=KNOWN, needed=("site_id", "term"))

    assert [(row.number, list(row.cells)) for row in table.rows] == [
        (4, ["S1", ""]),
        (5, ["S2", "lyo", "more"]),
    ]
