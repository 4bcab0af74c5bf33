"""The formats of feeds: how each is asked for, read, and how its publisher finds a row again."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from partners.feeds.csv_file import parse_csv
from partners.feeds.json_file import parse_json
from partners.feeds.rows import RowError, Snapshot


class Parse(Protocol):
    def __call__(self, content: bytes, *, received_at: dt.datetime) -> Snapshot:
        """Raises FileRefused."""


@dataclass(frozen=True, slots=True)
class Published:
    """One format. `accept` is the header of the request; `place` says where an error of a file stands."""

    accept: str
    parse: Parse
    place: Callable[[RowError], str]


def _line(error: RowError) -> str:
    return f"Line {error.line_number}" + (f", {error.field}" if error.field else "")


def _pointer(error: RowError) -> str:
    """A JSON Pointer (RFC 6901) to the member, or to its window."""
    field = error.field.replace("~", "~0").replace("/", "~1")
    return f"/windows/{error.line_number - 1}" + (f"/{field}" if field else "")


FORMATS: Final[Mapping[str, Published]] = {
    "csv": Published("text/csv, */*;q=0.1", parse_csv, _line),
    "json": Published("application/json, */*;q=0.1", parse_json, _pointer),
}
