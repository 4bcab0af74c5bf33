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

from partners.feeds.cells import COLUMNS, MAX_CELL_LENGTH, REQUIRED, read_row
from partners.feeds.rows import CapacityRow, FileRefused, RowError, Snapshot, without_overlaps

if TYPE_CHECKING:
    from _csv import Reader

MAX_BYTES = 5_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 64

_OTHER_ENCODINGS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "an XLSX or ZIP file",
    b"\x1f\x8b": "gzip",
}


def parse_csv(content: bytes, *, received_at: dt.datetime) -> Snapshot:
    """All rows of the file, good and refused; raises FileRefused where the file as a whole makes no sense.

    `received_at` stands for `observed_at` where a row does not say it.
    """
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    numbered = _numbered(reader)
    header = _header(next(numbered, (0, []))[1])
    rows: list[CapacityRow] = []
    errors: list[RowError] = []
    for line_number, cells in numbered:
        result = _read(header, cells, line_number, received_at)
        (rows if isinstance(result, CapacityRow) else errors).append(result)  # type: ignore[arg-type]
    kept, overlaps = without_overlaps(rows, lambda row: (row.site_id, row.resource_id, row.state))
    return Snapshot(tuple(kept), tuple(sorted([*errors, *overlaps], key=lambda error: error.line_number)))


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise FileRefused(f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are read.")
    if not content.strip():
        raise FileRefused("The file is empty.")
    for start, name in _OTHER_ENCODINGS.items():
        if content.startswith(start):
            raise FileRefused(f"The file looks like {name}; publish CSV in UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line_number = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"Line {line_number} is not UTF-8; publish CSV in UTF-8.") from error


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
        raise FileRefused(f"The header has a column that we do not know: “{_shown(unknown)}”.")
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise FileRefused(f"The header names a column twice: {', '.join(twice)}.")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise FileRefused(f"The header lacks a needed column: {', '.join(missing)}.")
    return names


def _shown(names: Sequence[str]) -> str:
    name = names[0] if names else "…"
    return "".join(sign if sign.isprintable() else "�" for sign in name[:40])


def _read(
    header: Sequence[str], cells: Sequence[str], line_number: int, received_at: dt.datetime
) -> CapacityRow | RowError:
    longest = max(cells, key=len)
    if len(longest) > MAX_CELL_LENGTH:
        field = header[cells.index(longest)] if len(cells) == len(header) else ""
        return RowError(line_number, field, f"A cell may have {MAX_CELL_LENGTH:,} characters at most.")
    return read_row(header, cells, line_number=line_number, received_at=received_at)
