"""Tables that leave the portal as XLSX or CSV files.

Text stays text in either: a spreadsheet program must never take what somebody typed for a formula.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import xlsxwriter
from django.http import HttpResponse
from django.utils.text import slugify

type Cell = str | int | float | Decimal | dt.date | dt.datetime | bool | None

LONGEST_CELL: Final = 32_767
LONGEST_SHEET_NAME: Final = 31
NOT_IN_SHEET_NAMES: Final = str.maketrans("[]:*?/\\'", "        ")
STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Kind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


CONTENT_TYPES: Final = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, which names the unit of its numbers, and a width in characters."""

    label: str
    width: int = 18


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: rows have one cell for each column; None is an empty cell."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Export:
    """What leaves: tables, and who took them, when, by which filters and from which sources (`about`)."""

    title: str
    sheets: Sequence[Sheet]
    about: Sequence[tuple[str, Cell]] = field(default_factory=tuple)


def as_download(export: Export, kind: Kind, *, on: dt.date) -> HttpResponse:
    """The answer that a browser saves. CSV has room for the first table alone and for no "about".

    It is whole when it is returned: rows that were read while it is sent would be read after the request's
    transaction, and without its organisation.
    """
    content = as_xlsx(export) if kind is Kind.XLSX else as_csv(export.sheets[0])
    answer = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    name = f"{slugify(export.title) or 'export'}-{on:%Y-%m-%d}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    stream = io.BytesIO()
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([_csv_cell(column.label) for column in sheet.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    text.flush()
    return stream.getvalue()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, str):
        return as_text(cell)
    return str(cell)


def as_text(text: str) -> str:
    """A text for a cell of a CSV file that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def as_xlsx(export: Export) -> bytes:
    """A workbook: "About this export" last, headings that stay in sight, filters on every column."""
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(stream, options) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for sheet in export.sheets:
            _write_sheet(book, sheet, heading)
        if export.about:
            columns = [Column("About this export", 28), Column("", 90)]
            _write_sheet(book, Sheet("About this export", columns, export.about), heading)
    return stream.getvalue()


# XlsxWriter's classes carry annotations without a py.typed, hence Any.
def _write_sheet(book: Any, sheet: Sheet, heading: Any) -> None:
    page = book.add_worksheet(sheet_name(sheet.name))
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(0, number, column.label, heading)
    last = 0
    for last, row in enumerate(sheet.rows, 1):
        for number, cell in enumerate(row):
            _write_cell(page, last, number, cell)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _write_cell(page: Any, row: int, column: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        page.write_string(row, column, "yes" if cell else "no")
    elif isinstance(cell, str):
        page.write_string(row, column, cell[:LONGEST_CELL])
    elif isinstance(cell, dt.date):
        page.write_datetime(row, column, cell)
    else:
        page.write_number(row, column, float(cell))


def sheet_name(name: str) -> str:
    """Excel takes 31 characters and refuses some."""
    return " ".join(name.translate(NOT_IN_SHEET_NAMES).split())[:LONGEST_SHEET_NAME] or "Sheet"
