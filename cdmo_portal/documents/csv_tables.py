"""The table of a CSV file, whatever it is separated by."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from cdmo_portal.documents.cells import Room
from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.limits import LONGEST_CELL
from cdmo_portal.documents.plain_text import characters

DELIMITERS: Final = (",", ";", "\t")
LOOKED_AT: Final = 30
# What Excel itself writes and reads as a first line.
SAID: Final = re.compile(r"sep=([,;\t])\n", re.IGNORECASE)


def csv_tables(data: bytes) -> list[dict[str, Any]]:
    """One table. Raises DocumentRefused."""
    csv.field_size_limit(LONGEST_CELL)
    text = characters(data)
    said = SAID.match(text)
    if said:
        text = "\n" + text[said.end() :]
    try:
        delimiter = said[1] if said else delimiter_of(text)
        return [Room().table("CSV", rows_of(text, delimiter, is_strict=True))]
    except csv.Error as error:
        raise DocumentRefused(
            "This CSV file cannot be read: a quotation mark is opened and not closed, or not doubled within a"
            " cell, or a cell is too long."
        ) from error


def rows_of(text: str, delimiter: str, *, is_strict: bool = False) -> Iterator[list[str]]:
    """Unless strict, a quotation mark that is not closed takes all rows below it into its cell."""
    # The line ends are kept, so that one within quotation marks stays in its cell.
    return csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=is_strict)


def delimiter_of(text: str) -> str:
    """The one by which most of the first rows have the same number of cells, more than one."""

    def fit(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in islice(rows_of(text, delimiter), LOOKED_AT) if len(row) > 1)
        width, rows = max(widths.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
        return rows, width

    return max(DELIMITERS, key=fit)
