"""Capacity as CSV: bytes in, good rows and refused rows out.

The file is UTF-8 (a byte order mark is fine) with commas and one header line. `period_end` is the first day
after the period. Columns may stand in any order and the optional ones may be left out; a column that we do
not know, or that stands twice, refuses the whole file, because a value read from the wrong column is worse
than none.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from partners.feeds.cells import COLUMNS, MAX_CELL_LENGTH, REQUIRED, read_row, shown
from partners.feeds.decoding import MAX_ROWS, decoded
from partners.feeds.rows import CapacityRow, FileRefused, RowError, Snapshot, collected

if TYPE_CHECKING:
    from _csv import Reader

MAX_COLUMNS = 64


def parse_csv(content: bytes, *, received_at: dt.datetime) -> Snapshot:
    """All rows of the file, good and refused; raises FileRefused where the file as a whole makes no sense.

    `received_at` stands for `observed_at` where a row does not say it.
    """
    reader = csv.reader(io.StringIO(decoded(content, published_as="CSV"), newline=""), strict=True)
    numbered = _numbered(reader)
    header = _header(next(numbered, (0, []))[1])
    results = (_read(header, cells, line_number, received_at) for line_number, cells in numbered)
    return collected(results, "line")


def _numbered(reader: "Reader") -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank with the number of its first line, which a quoted cell may leave behind."""
    count = 0
    while True:
        line_number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(f"Line {line_number} is not CSV: {error}.") from error
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise FileRefused(f"The file has more than {MAX_ROWS:,} rows.")
        yield line_number, cells


def _header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells[:MAX_COLUMNS]]
    if not set(names) & set(COLUMNS):
        raise FileRefused(
            f"The first line is not the header. It has to name the columns, with commas: {','.join(COLUMNS)}."
        )
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or len(cells) > MAX_COLUMNS:
        raise FileRefused(
            f"The header has a column that we do not know: {shown(unknown[0] if unknown else '…')}."
        )
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise FileRefused(f"The header names a column twice: {', '.join(twice)}.")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise FileRefused(f"The header lacks a needed column: {', '.join(missing)}.")
    return names


def _read(
    header: Sequence[str], cells: Sequence[str], line_number: int, received_at: dt.datetime
) -> CapacityRow | RowError:
    longest = max(cells, key=len)
    if len(longest) > MAX_CELL_LENGTH:
        field = header[cells.index(longest)] if len(cells) == len(header) else ""
        return RowError(line_number, field, f"A cell may have {MAX_CELL_LENGTH:,} characters at most.")
    return read_row(header, cells, line_number=line_number, received_at=received_at)
