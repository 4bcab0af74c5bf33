"""Exports: what is in the file is what was in the rows, and never a formula."""

import codecs
import csv
import datetime as dt
import io
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from cdmo_portal.spreadsheets import (
    LONGEST_SHEET_NAME,
    STARTS_A_FORMULA,
    Column,
    Export,
    Kind,
    Sheet,
    as_csv,
    as_download,
    as_xlsx,
    sheet_name,
)

DAY = dt.date(2027, 3, 4)


def export(*cells: object) -> Export:
    columns = [Column(f"Column {number}") for number, _ in enumerate(cells)]
    return Export("Sites / all", [Sheet("Sites", columns, [cells])], [("Made by", "Anna"), ("Sites", 1)])  # type: ignore[list-item]


def read(data: bytes) -> dict[str, list[list[object]]]:
    book = load_workbook(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}  # type: ignore[misc]


def test_workbook_when_read_back_then_holds_the_cells_and_says_what_it_is() -> None:
    found = read(as_xlsx(export("Cloonmore", 12, Decimal("0.25"), DAY, True, None)))

    assert found["Sites"][1] == ["Cloonmore", 12, 0.25, DAY, "yes", ""]
    assert found["About this export"][1:] == [["Made by", "Anna"], ["Sites", 1]]


def test_workbook_when_text_looks_like_a_formula_a_link_or_a_number_then_it_stays_text() -> None:
    texts = ["=1+1", "{=A1}", "https://cdmo.example", "0012", "@SUM(A1)"]

    assert read(as_xlsx(export(*texts)))["Sites"][1] == texts


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_csv_when_any_text_is_written_then_no_cell_starts_like_a_formula(texts: list[str]) -> None:
    data = as_csv(export(*texts).sheets[0])

    assert data.startswith(codecs.BOM_UTF8)
    _, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert [cell.removeprefix("'") for cell in row] == [text.removeprefix("'") for text in texts]
    assert not any(cell.startswith(STARTS_A_FORMULA) for cell in row)


def test_download_when_answered_then_is_named_dated_and_kept_by_nobody() -> None:
    answer = as_download(export("Cloonmore"), Kind.CSV, on=DAY)

    assert answer["Content-Disposition"] == 'attachment; filename="sites-all-2027-03-04.csv"'
    assert "no-store" in answer["Cache-Control"]


def test_download_when_returned_then_has_read_all_rows_already() -> None:
    """What is read later is read after the request's transaction."""
    rows = iter([["Cloonmore"], ["Larkfen"]])
    table = Export("Sites", [Sheet("Sites", [Column("Site")], rows)])

    answer = as_download(table, Kind.CSV, on=DAY)

    assert next(rows, None) is None
    assert answer.content.decode("utf-8-sig").split() == ["Site", "Cloonmore", "Larkfen"]


@given(st.text(max_size=80))
def test_sheet_name_when_made_of_any_text_then_excel_takes_it(text: str) -> None:
    name = sheet_name(text)

    assert 0 < len(name) <= LONGEST_SHEET_NAME
    assert not set("[]:*?/\\'") & set(name)
