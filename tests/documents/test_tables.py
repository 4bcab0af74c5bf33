"""Tables of workbooks and CSV files: what arrives as what, and what is refused."""

import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from cdmo_portal.documents import DocumentRefused, tables_of
from cdmo_portal.documents.csv_tables import csv_tables
from cdmo_portal.documents.limits import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS
from cdmo_portal.documents.workbooks import workbook_tables
from tests.documents.making import with_part, word

type Fill = Callable[[Any, Any], object]


def workbook(*sheets: tuple[str, Fill]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, fill in sheets:
            fill(book, book.add_worksheet(name))
    return stream.getvalue()


def of_rows(*rows: Sequence[object]) -> bytes:
    def fill(_book: Any, sheet: Any) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return workbook(("Ours", fill))


def far_apart() -> bytes:
    """Two cells, and between them more nothing than the reading process has memory for."""

    def fill(_book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "first")
        sheet.write(1_000_000, 5_000, "last")

    return workbook(("Ours", fill))


def rows_in(name: str, data: bytes) -> list[list[Any]]:
    rows: list[list[Any]] = tables_of(name, io.BytesIO(data))[0]["rows"]
    return rows


def test_workbook_when_read_then_values_keep_their_kinds_and_places() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 0, ["Name", "DUNS", "Audit", "Sum", "Yes"])
        sheet.write_string(2, 0, "  Cork\x00 & co\n")
        sheet.write_number(2, 1, 123456789)
        sheet.write_datetime(2, 2, dt.date(2027, 1, 31), book.add_format({"num_format": "d mmm yy"}))
        sheet.write_formula(2, 3, "=1+1", None, 2)
        sheet.write_boolean(2, 4, True)
        sheet.write_formula(4, 3, "=1/0", None, "#DIV/0!")
        sheet.write_string(5, 0, "last")

    rows = rows_in("ours.XLSX", workbook(("Ours", fill)))

    assert rows[0] == []
    assert rows[2][1:] == [123456789.0, {"date": "2027-01-31"}, 2.0, True]
    assert rows[2][0].startswith("Cork")
    assert "\x00" not in rows[2][0]
    assert rows[3:] == [[], [], ["last"]]


def test_workbook_when_it_has_several_sheets_then_hidden_ones_are_left_out_and_empty_ones_say_so() -> None:
    data = workbook(
        ("Ours", lambda _book, sheet: sheet.write(0, 0, "x")),
        ("Hidden", lambda _book, sheet: (sheet.write(0, 0, "x"), sheet.hide())),
        ("Nothing", lambda _book, _sheet: None),
    )

    tables = tables_of("ours.xlsx", io.BytesIO(data))

    assert [(table["name"], table["refused"]) for table in tables] == [("Ours", ""), ("Nothing", "is empty")]


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [(MOST_ROWS + 1, 0, "more than"), (0, MOST_COLUMNS, "more than"), (150_000, 30, "far away")],
)
def test_workbook_when_a_sheet_is_too_large_then_only_that_sheet_is_refused(
    row: int, column: int, told: str
) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "first")
        sheet.write(row, column, "last")

    tables = tables_of(
        "ours.xlsx",
        io.BytesIO(workbook(("Small", lambda _book, sheet: sheet.write(0, 0, "x")), ("Large", fill))),
    )

    assert tables[0]["rows"] == [["x"]]
    assert tables[1]["rows"] == []
    assert told in tables[1]["refused"]


def test_workbook_when_as_large_as_it_may_be_then_is_read() -> None:
    data = of_rows(*[["x", number] for number in range(MOST_ROWS + 1)])

    assert len(rows_in("ours.xlsx", data)) == MOST_ROWS + 1


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("ours.xlsx", b"", "empty"),
        ("ours.xls", b"x", "Only .xlsx, .csv"),
        ("ours.docx", word("x"), "Only .xlsx, .csv"),
        ("ours.xlsx", word("x"), "no Excel workbook"),
        ("ours.xlsx", b"Name;DUNS", "whatever its name says"),
        ("ours.csv", of_rows(["x"]), "whatever its name says"),
        ("ours.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "has a password"),
        ("ours.xlsx", of_rows(["x"])[:900], "damaged"),
        ("ours.xlsx", with_part(of_rows(["x"]), "xl/media/1.png", b"\0" * 60_000_000), "too large once"),
        (
            "ours.xlsx",
            with_part(of_rows(["x"]), "xl/sharedStrings.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><sst/>"),
            "DTD",
        ),
        ("ours.xlsx", with_part(of_rows(["x"]), "xl/workbook.xml", b"<workbook>"), "no Excel workbook"),
        ("ours.xlsx", far_apart(), "no cells far from it"),
        ("ours.csv", b"x" * (LARGEST_FILE + 1), "larger than 5 MB"),
        ("ours.csv", b"a,b\x00c", "other than text"),
        ("ours.csv", b'a,"' + b"x" * 40_000, "quotation mark"),
        ("ours.csv", b'Name,City\n"Larkfen,Cork\nOther,Oss\n', "quotation mark"),
        ("ours.csv", b'Name,City\n"Larkfen,Cork\n"Other",Oss\n', "quotation mark"),
    ],
)
def test_file_when_it_cannot_be_a_table_then_is_refused_with_the_reason(
    name: str, data: bytes, told: str
) -> None:
    with pytest.raises(DocumentRefused, match=told):
        tables_of(name, io.BytesIO(data))


@pytest.mark.parametrize(
    "text",
    [
        "Name,City\nA,Cork\nB,Oss",
        "Name;City\r\nA;Cork\r\nB;Oss\r\n",
        "Name\tCity\nA\tCork\nB\tOss",
        'Name;City\n"A";"Cork"\nB;Oss',
    ],
)
def test_csv_when_separated_by_one_of_three_then_is_read_alike(text: str) -> None:
    assert rows_in("ours.csv", text.encode()) == [["Name", "City"], ["A", "Cork"], ["B", "Oss"]]


def test_csv_when_cells_hold_separators_and_lines_then_they_stay_in_their_cells() -> None:
    text = 'Name;Notes\n"A, B";"first\nsecond; third"\n\nC;"say ""yes"""'

    assert rows_in("ours.csv", text.encode()) == [
        ["Name", "Notes"],
        ["A, B", "first\nsecond; third"],
        [],
        ["C", 'say "yes"'],
    ]


def test_csv_when_it_says_its_separator_then_rows_keep_their_numbers() -> None:
    assert rows_in("ours.csv", b"sep=;\nName;City, country\nA;Cork, IE") == [
        [],
        ["Name", "City, country"],
        ["A", "Cork, IE"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_when_written_in_a_usual_encoding_then_names_are_right(encoding: str) -> None:
    assert rows_in("ours.csv", "Name,City\nMüller,Besançon".encode(encoding))[1] == ["Müller", "Besançon"]


@settings(max_examples=200)
@given(st.binary(min_size=1, max_size=400))
def test_bytes_when_arbitrary_then_are_a_table_or_refused(data: bytes) -> None:
    for read in (csv_tables, workbook_tables):
        try:
            tables = read(data)
        except DocumentRefused:
            continue
        assert all(isinstance(table["rows"], list) for table in tables)


@settings(max_examples=100)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=9), min_size=2, max_size=2
        ),
        min_size=1,
        max_size=5,
    )
)
def test_csv_when_every_cell_is_quoted_then_comes_back_as_written(rows: list[tuple[str, str]]) -> None:
    written = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)

    read = csv_tables(written.encode())[0]["rows"]

    kept = [[cell.strip() or None for cell in row] for row in rows]
    assert [row + [None] * (2 - len(row)) for row in read] == kept[: len(read)]
