"""The formats of feeds: how each is asked for, read, and how its publisher finds a row again."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from partners.feeds.calendar_file import CalendarLines, parse_calendar
from partners.feeds.csv_file import parse_csv
from partners.feeds.json_file import parse_json
from partners.feeds.rows import RowError, Snapshot


class Parse(Protocol):
    def __call__(self, content: bytes, *, received_at: dt.datetime, lines: CalendarLines) -> Snapshot:
        """Raises FileRefused."""


@dataclass(frozen=True, slots=True)
class Published:
    """One format. `accept` is the header of the request; `place` says where an error of a file stands."""

    accept: str
    parse: Parse
    place: Callable[[RowError], str]


def _csv(content: bytes, *, received_at: dt.datetime, lines: CalendarLines) -> Snapshot:
    return parse_csv(content, received_at=received_at)


def _json(content: bytes, *, received_at: dt.datetime, lines: CalendarLines) -> Snapshot:
    return parse_json(content, received_at=received_at)


def _line(error: RowError) -> str:
    return f"Line {error.line_number}" + (f", {error.field}" if error.field else "")


def _pointer(error: RowError) -> str:
    """A JSON Pointer (RFC 6901) to the member, or to its window."""
    field = error.field.replace("~", "~0").replace("/", "~1")
    return f"/windows/{error.line_number - 1}" + (f"/{field}" if field else "")


def _event(error: RowError) -> str:
    return f"Event {error.line_number}" + (f", {error.field}" if error.field else "")


FORMATS: Final[Mapping[str, Published]] = {
    "csv": Published("text/csv, */*;q=0.1", _csv, _line),
    "json": Published("application/json, */*;q=0.1", _json, _pointer),
    "ical": Published("text/calendar, */*;q=0.1", parse_calendar, _event),
}
