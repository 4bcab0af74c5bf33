"""The cells of one row, as text, into values. Every refusal names the column and says what is expected."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

from partners.feeds.rows import CapacityRow, RowError

REQUIRED = ("site_id", "resource_id", "period_start", "period_end", "state", "quantity", "unit")
COLUMNS = (
    "site_id",
    "resource_id",
    "resource_label",
    "period_start",
    "period_end",
    "state",
    "quantity",
    "unit",
    "lead_time_weeks",
    "min_campaign",
    "confidence",
    "reason",
    "held_until",
    "observed_at",
    "valid_until",
    "note",
)
STATES = ("open", "held", "committed", "unavailable")
CONFIDENCES = ("firm", "planned", "indicative")
MAX_CELL_LENGTH = 1_000
LONGEST = {"site_id": 80, "resource_id": 80, "resource_label": 120, "unit": 30, "reason": 120, "note": 300}
FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_PERIOD_DAYS = 5 * 366
# A publisher's clock may run ahead of ours, but a number observed next year would never grow old.
CLOCK_TOLERANCE = dt.timedelta(hours=1)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,11}(\.[0-9]{1,3})?")
_WEEKS = re.compile(r"[0-9]{1,3}(\.[0-9])?")
# Controls, lone surrogates, and the marks that make text read in another order than it is stored.
UNREADABLE = r"\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069"
_UNREADABLE = re.compile(f"[{UNREADABLE}]")


class CellRefused(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def read_row(
    header: Sequence[str], cells: Sequence[str], *, line_number: int, received_at: dt.datetime
) -> CapacityRow | RowError:
    """The row, or the first thing that is wrong with it."""
    if len(cells) != len(header):
        message = f"The row has {len(cells)} cells, the header has {len(header)}."
        return RowError(line_number, "", message)
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    try:
        return _row(values, line_number, received_at)
    except CellRefused as error:
        ids = [values.get(name, "")[:80] for name in ("site_id", "resource_id")]
        site_id, resource_id = (_UNREADABLE.sub("�", text) for text in ids)
        return RowError(line_number, error.field, error.message, site_id, resource_id)


def _row(values: Mapping[str, str], line_number: int, received_at: dt.datetime) -> CapacityRow:
    start = _needed_date(values, "period_start")
    end = _needed_date(values, "period_end")
    _check_period(start, end)
    return CapacityRow(
        line_number=line_number,
        site_id=_needed_text(values, "site_id"),
        resource_id=_needed_text(values, "resource_id"),
        resource_label=_text(values, "resource_label"),
        start=start,
        end=end,
        state=_code(values, "state", STATES, default=None),
        quantity=_number(values, "quantity"),
        unit=_needed_text(values, "unit"),
        lead_time_weeks=_optional_number(values, "lead_time_weeks", _WEEKS, "9 or 9.5"),
        min_campaign=_optional_number(values, "min_campaign", _NUMBER, "3 or 2.5"),
        confidence=_code(values, "confidence", CONFIDENCES, default="firm"),
        reason=_text(values, "reason"),
        held_until=_date(values, "held_until"),
        observed_at=_instant(values, "observed_at", received_at),
        valid_until=_date(values, "valid_until"),
        note=_text(values, "note"),
    )


def _check_period(start: dt.date, end: dt.date) -> None:
    if end <= start:
        raise CellRefused(
            "period_end",
            "period_end is the first day after the period, so it has to lie after period_start "
            "(the third quarter of 2027 is 2027-07-01 to 2027-10-01).",
        )
    if (end - start).days > MAX_PERIOD_DAYS:
        raise CellRefused("period_end", "A period may last five years at most.")


def _text(values: Mapping[str, str], field: str) -> str:
    text = values.get(field, "")
    longest = LONGEST.get(field, MAX_CELL_LENGTH)
    if len(text) > longest:
        raise CellRefused(field, f"The text has {len(text)} characters; at most {longest} are kept.")
    if _UNREADABLE.search(text):
        raise CellRefused(field, "The text has a control character or a mark that reverses reading order.")
    return unicodedata.normalize("NFC", text)[:longest]


def _needed_text(values: Mapping[str, str], field: str) -> str:
    text = _text(values, field)
    if not text:
        raise CellRefused(field, "The cell is empty, but this column is needed.")
    return text


def _code(values: Mapping[str, str], field: str, codes: Sequence[str], *, default: str | None) -> str:
    code = values.get(field, "").lower()
    if not code and default is not None:
        return default
    if code not in codes:
        raise CellRefused(field, f"{shown(code)} is not one of {', '.join(codes)}.")
    return code


def _date(values: Mapping[str, str], field: str) -> dt.date | None:
    text = values.get(field, "")
    if not text:
        return None
    if not _DATE.fullmatch(text):
        raise CellRefused(field, f"{shown(text)} is not a date like 2027-07-01.")
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise CellRefused(field, f"{shown(text)} is not a day of the calendar.") from error
    return _within_years(field, day)


def _needed_date(values: Mapping[str, str], field: str) -> dt.date:
    day = _date(values, field)
    if day is None:
        raise CellRefused(field, "The cell is empty, but this column is needed.")
    return day


def _within_years(field: str, day: dt.date) -> dt.date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellRefused(field, f"The year {day.year} is not between {FIRST_YEAR} and {LAST_YEAR}.")
    return day


def _instant(values: Mapping[str, str], field: str, received_at: dt.datetime) -> dt.datetime:
    """An ISO instant or day, UTC where no offset is given; an empty cell means: as of the reading."""
    text = values.get(field, "")
    if not text:
        return received_at
    if not _DATE.match(text) or len(text) > 40:
        raise CellRefused(field, f"{shown(text)} is not an instant like 2027-07-01T08:00:00Z.")
    try:
        instant = dt.datetime.fromisoformat(text)
        _within_years(field, instant)
        instant = instant.replace(tzinfo=dt.UTC) if instant.tzinfo is None else instant.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise CellRefused(field, f"{shown(text)} is not an instant like 2027-07-01T08:00:00Z.") from error
    if instant > received_at + CLOCK_TOLERANCE:
        raise CellRefused(field, f"{shown(text)} lies in the future; nothing can have been observed then.")
    return instant


def _number(values: Mapping[str, str], field: str) -> Decimal:
    number = _optional_number(values, field, _NUMBER, "12 or 12.5")
    if number is None:
        raise CellRefused(field, "The cell is empty; write 0 where nothing is left.")
    return number


def _optional_number(
    values: Mapping[str, str], field: str, form: re.Pattern[str], example: str
) -> Decimal | None:
    text = values.get(field, "")
    if not text:
        return None
    if text.startswith("-") and form.fullmatch(text[1:]):
        raise CellRefused(field, f"{shown(text)} is negative.")
    if not form.fullmatch(text):
        raise CellRefused(field, f"{shown(text)} is not a plain number like {example}.")
    return Decimal(text)


def shown(text: str) -> str:
    """What was written, safe and short enough to stand in a message."""
    clean = _UNREADABLE.sub("�", text)
    return f"“{clean[:40]}…”" if len(clean) > 40 else f"“{clean}”"
