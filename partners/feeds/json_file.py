"""Capacity as JSON: bytes in, good windows and refused windows out.

The file is one object, {"version": 1, "windows": [...]}; a window has the columns of the CSV file as members.
`partners.feeds.json_schema` says the same as a JSON Schema, which publishers check their files against:
whatever is refused here for its form is refused there, and the other way round.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from partners.feeds.cells import COLUMNS, CONFIDENCES, REQUIRED, STATES, CellRefused, read_row, shown
from partners.feeds.decoding import MAX_ROWS, decoded
from partners.feeds.rows import CapacityRow, FileRefused, RowError, Snapshot, collected

VERSION = 1
TOP = ("version", "windows")
# What each number may be at most, and how many decimals of it are kept. Others are rounded away, because
# programs that compute in binary publish 0.30000000000000004.
NUMBERS = {"quantity": (99_999_999_999, 3), "min_campaign": (99_999_999_999, 3), "lead_time_weeks": (999, 1)}
CODES = {"state": STATES, "confidence": CONFIDENCES}
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
INSTANT = rf"{DAY}(T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?)?"
FORMS = {"observed_at": INSTANT} | dict.fromkeys(
    ("period_start", "period_end", "held_until", "valid_until"), DAY
)
# Each value costs memory, so their number is bounded before any is made. No 50,000 windows in 5 MB need more.
_MAX_SIGNS = 1_000_000

type Json = bool | str | Decimal | Sequence["Json"] | Mapping[str, "Json"] | None


def parse_json(content: bytes, *, received_at: dt.datetime) -> Snapshot:
    """All windows of the file, good and refused; raises FileRefused where the file as a whole makes no sense.

    `received_at` stands for `observed_at` where a window does not say it. Windows are counted from 1.
    """
    windows = _windows(_loaded(decoded(content, published_as="JSON")))
    return collected((_read(each, number, received_at) for number, each in enumerate(windows, 1)), "window")


def _loaded(text: str) -> Json:
    if sum(text.count(sign) for sign in "[{,") > _MAX_SIGNS:
        raise FileRefused(f"The file has more values than {MAX_ROWS:,} windows need.")
    try:
        loaded: Json = json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise FileRefused(
            f"The file is not JSON: {error.msg}, line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise FileRefused("The file is nested too deeply; windows are objects of plain values.") from error
    return loaded


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise FileRefused(f"The number {shown(text)} cannot be read.") from error


def _no_number(text: str) -> NoReturn:
    raise FileRefused(f"The file is not JSON: {text} is not a number; leave the member out or write null.")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """The members of one object. A name that stands twice says two things, so the file is refused."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FileRefused(f"An object has the member {shown(twice)} twice.")
    return members


def _windows(loaded: Json) -> Sequence[Json]:
    if not isinstance(loaded, Mapping):
        raise FileRefused('The file has to be an object like {"version": 1, "windows": []}.')
    strange = next((name for name in loaded if name not in TOP), None)
    if strange is not None:
        raise FileRefused(f"The file has a member that we do not know: {shown(strange)}.")
    version, windows = loaded.get("version"), loaded.get("windows")
    if not isinstance(version, Decimal) or version != VERSION:
        raise FileRefused('The file has to say "version": 1.')
    if not isinstance(windows, list):
        raise FileRefused("The member windows has to be a list of objects.")
    if len(windows) > MAX_ROWS:
        raise FileRefused(f"The file has more than {MAX_ROWS:,} windows.")
    return windows


def _read(window: Json, number: int, received_at: dt.datetime) -> CapacityRow | RowError:
    if not isinstance(window, Mapping):
        return RowError(number, "", "This has to be an object with members such as site_id.")
    try:
        cells = _cells(window)
    except CellRefused as error:
        ids = [
            value if isinstance(value := window.get(name), str) else "" for name in ("site_id", "resource_id")
        ]
        return RowError(number, error.field, error.message, *ids)
    return read_row(list(cells), list(cells.values()), line_number=number, received_at=received_at)


def _cells(window: Mapping[str, Json]) -> dict[str, str]:
    strange = next((name for name in window if name not in COLUMNS), None)
    if strange is not None:
        raise CellRefused(shown(strange), "We know no member of this name.")
    missing = next((name for name in REQUIRED if window.get(name) is None), None)
    if missing is not None:
        raise CellRefused(missing, "This member is needed.")
    return {name: _cell(name, value) for name, value in window.items() if value is not None}


def _cell(name: str, value: Json) -> str:
    if name in NUMBERS:
        return _number_cell(name, value)
    if not isinstance(value, str):
        raise CellRefused(name, "This has to be text, in quotation marks.")
    if name in CODES and value not in CODES[name]:
        raise CellRefused(name, f"{shown(value)} is not one of {', '.join(CODES[name])}.")
    if name in FORMS and not re.fullmatch(FORMS[name], value):
        example = (
            "an instant like 2027-07-01T08:00:00Z" if name == "observed_at" else "a date like 2027-07-01"
        )
        raise CellRefused(name, f"{shown(value)} is not {example}.")
    if value != value.strip():
        raise CellRefused(name, f"{shown(value)} begins or ends with a blank.")
    return value


def _number_cell(name: str, value: Json) -> str:
    most, decimals = NUMBERS[name]
    if not isinstance(value, Decimal):
        raise CellRefused(name, "This has to be a number, without quotation marks.")
    if value < 0:
        raise CellRefused(name, f"{shown(str(value))} is negative.")
    if value > most:
        raise CellRefused(name, f"{shown(str(value))} is more than {most:,}.")
    # abs, because JSON has a number -0.
    return f"{abs(value).quantize(Decimal(10) ** -decimals):f}"
