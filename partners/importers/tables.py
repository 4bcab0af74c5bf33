"""Rows of a published table, tab- or comma-separated, with every line whole or the file refused."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from partners.importers.refusals import RegisterFileRefused


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number in the file, and its values by header, stripped."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(text: str) -> Table:
    """Take the text apart; the separator is a tab if the first line holds one, else a comma."""
    first_line = text.split("\n", 1)[0]
    is_tabbed = "\t" in first_line
    lines = _tabbed(text) if is_tabbed else _commaed(text)
    headers = tuple(name.strip() for name in next(lines)[1])
    rows = tuple(_rows(lines, headers))
    if not is_tabbed and not text.endswith("\n"):
        # A tabbed line ends in a tab, so a cut shows; a last comma-separated value may be cut unseen.
        raise RegisterFileRefused("the file ends inside its last line", where=f"line {rows[-1].line}")
    return Table(headers, rows)


def _rows(lines: Iterator[tuple[int, list[str]]], headers: tuple[str, ...]) -> Iterator[Row]:
    expected = 0
    for number, fields in lines:
        if len(fields) < 2 and not "".join(fields).strip():
            continue  # an empty line; a line of tabs is the stump of a cut one
        expected = expected or _fields_per_line(fields, headers)
        if len(fields) != expected:
            raise RegisterFileRefused(
                f"{len(fields)} fields where the lines before have {expected}; the line is cut or damaged",
                where=f"line {number}",
            )
        values = (" ".join(field.split()) for field in fields)
        yield Row(number, dict(zip(headers, values, strict=False)))
    if not expected:
        raise RegisterFileRefused("there is a heading and no row under it")


def _fields_per_line(fields: list[str], headers: tuple[str, ...]) -> int:
    """FDA ends every row with a tab, so a row may have one blank field more than there are headers."""
    surplus = fields[len(headers) :]
    if len(fields) < len(headers) or len(surplus) > 1 or any(field.strip() for field in surplus):
        raise RegisterFileRefused(
            f"{len(fields)} fields under {len(headers)} headings; the line is cut or damaged",
            where="the first row",
        )
    return len(fields)


def _tabbed(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines end at \\n only: `str.splitlines` would also split at characters that may stand in a name."""
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        yield number, line.removesuffix("\r").split("\t")


def _commaed(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for fields in reader:
            yield reader.line_num, fields
    except csv.Error as error:
        raise RegisterFileRefused(
            f"it is not a whole comma-separated line ({error})", where=f"line {reader.line_num}"
        ) from error
