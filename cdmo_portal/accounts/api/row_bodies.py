"""Bodies of many rows: newline-delimited JSON or one JSON array, bounded before anything looks into them.

A line that cannot be read is a row that says why; only what is wrong with the body as a whole refuses it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, ClassVar, Final

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from cdmo_portal.accounts.api.parsers import JSONUnreadable, json_of, read_bounded
from cdmo_portal.accounts.api.problems import BodyTooLarge

NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json"
MOST_ROWS: Final = 10_000
LONGEST_ROW: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class SentRow:
    """One row as it came: its value, or why it cannot be read. `line` is None in a JSON array."""

    index: int
    line: int | None
    value: Any = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SentRows:
    """The body as it came, for who reads it again later, and its rows."""

    media_type: str
    body: bytes
    rows: tuple[SentRow, ...]


def rows_of(media_type: str, body: bytes) -> SentRows:
    """Raises BodyTooLarge or ParseError."""
    read = _lines if media_type == NDJSON else _items
    rows: list[SentRow] = []
    for row in read(body):
        if len(rows) == MOST_ROWS:
            raise BodyTooLarge(f"A body has at most {MOST_ROWS:,} rows.")
        rows.append(row)
    if not rows:
        raise ParseError("The body has no rows.")
    return SentRows(media_type, body, tuple(rows))


def _lines(body: bytes) -> Iterator[SentRow]:
    """The lines that are not empty, each with its number in the body."""
    index = 0
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield _line(index, number, line)
            index += 1


def _line(index: int, number: int, line: bytes) -> SentRow:
    if len(line) > LONGEST_ROW:
        return SentRow(index, number, problem=f"Line {number} has more than {LONGEST_ROW:,} bytes.")
    try:
        return SentRow(index, number, json_of(line))
    except JSONUnreadable as error:
        return SentRow(index, number, problem=f"Line {number} is not JSON that can be read: {error}.")


def _items(body: bytes) -> Iterator[SentRow]:
    try:
        items = json_of(body)
    except JSONUnreadable as error:
        raise ParseError(f"The body is not JSON that can be read: {error}.") from error
    if not isinstance(items, list):
        raise ParseError("The body has to be a JSON array of rows, or newline-delimited JSON.")
    for index, item in enumerate(items):
        yield SentRow(index, None, item)


class _RowsParser(BaseParser):
    """Makes SentRows of a body."""

    kind: ClassVar[str]

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return rows_of(self.kind, read_bounded(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


class NDJSONRowsParser(_RowsParser):
    media_type = kind = NDJSON


class JSONRowsParser(_RowsParser):
    media_type = kind = JSON
