"""Cells of a sponsor's own list, read as days, countries and numbers of companies.

A cell is what cdmo_portal.documents gives: text, a number, yes or no, None, or {"date": ISO day}.
"""

import datetime as dt
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from partners.importers.countries import alpha2_of, country_names

EARLIEST: Final = dt.date(1950, 1, 1)
YEARS_AHEAD: Final = 30
OPEN_ENDED: Final = frozenset({
    "open", "open-ended", "open ended", "evergreen", "indefinite", "unlimited", "no expiry", "no end",
})  # fmt: skip
NOTHING: Final = frozenset({"", "-", "–", "—", "n/a", "na", "n.a.", "tbd", "tbc", "?"})
NO_DAY: Final = NOTHING | {"none"}
"""Under "CDA until", "none" may mean that it never ends or that there is no agreement: it says no day."""
ALIASES: Final = {
    "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US",
    "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "the netherlands": "NL", "holland": "NL",
    "korea": "KR", "republic of korea": "KR", "czech republic": "CZ", "deutschland": "DE", "schweiz": "CH",
    "suisse": "CH", "italia": "IT", "espana": "ES", "österreich": "AT", "prc": "CN", "p.r. china": "CN",
}  # fmt: skip
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip
ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?\Z", re.ASCII)
DOTTED: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\Z", re.ASCII)
SLASHED: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})\Z", re.ASCII)
WORDED: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]+)\.?,?[ -](\d{4})\Z", re.ASCII)
HOSTILE: Final = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class DateOrder(StrEnum):
    """How a list writes 3/4/2027; unsaid, only days that can be read in one way are taken."""

    UNSAID = ""
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class CellUnreadable(ValueError):
    """The message says why, for the person whose list it is."""


def text_of(cell: Any) -> str:
    """As people see it: whole numbers without a point, days as ISO text; what says nothing is empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return f"{cell:.0f}" if float(cell).is_integer() else f"{cell}"
    if isinstance(cell, Mapping):
        return str(cell.get("date", ""))
    return str(cell)


def line_of(cell: Any, most: int) -> str:
    """One line of text; what stands on several lines is joined."""
    text = " ".join(text_of(cell).split())
    if text.casefold() in NOTHING:
        return ""
    if HOSTILE.search(text):
        raise CellUnreadable("has control characters")
    if len(text) > most:
        raise CellUnreadable(f"has {len(text):,} characters; {most:,} fit")
    return text


def paragraphs_of(cell: Any, most: int) -> str:
    """Text that may have several lines."""
    lines = [" ".join(line.split()) for line in text_of(cell).splitlines()]
    text = "\n".join(lines).strip()
    if HOSTILE.search(text.replace("\n", "")):
        raise CellUnreadable("has control characters")
    if len(text) > most:
        raise CellUnreadable(f"has {len(text):,} characters; {most:,} fit")
    return "" if text.casefold() in NOTHING else text


def day_of(cell: Any, order: DateOrder, *, today: dt.date, is_past: bool = False) -> dt.date | None:
    """A day, or nothing where the cell says nothing."""
    text = " ".join(text_of(cell).split())
    if text.casefold() in NO_DAY:
        return None
    if isinstance(cell, int | float):
        raise CellUnreadable(f"“{text[:40]}” is a number; format the column as a date")
    day = _read_day(text, order)
    if day < EARLIEST:
        raise CellUnreadable(f"{day} is before 1950")
    if is_past and day > today:
        raise CellUnreadable(f"{day} has not come yet")
    if day.year > today.year + YEARS_AHEAD:
        raise CellUnreadable(f"{day} is more than thirty years ahead")
    return day


def _read_day(text: str, order: DateOrder) -> dt.date:
    try:
        if found := ISO.match(text):
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        if found := DOTTED.match(text):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        if (found := WORDED.match(text)) and found[2].lower() in MONTHS:
            return dt.date(int(found[3]), MONTHS[found[2].lower()], int(found[1]))
        if found := SLASHED.match(text):
            return _slashed(text, int(found[1]), int(found[2]), int(found[3]), order)
    except ValueError as error:
        if isinstance(error, CellUnreadable):
            raise
        raise CellUnreadable(f"“{text[:40]}” is no day of the calendar") from error
    raise CellUnreadable(f"“{text[:40]}” is no date such as 2027-01-31 or 31/01/2027")


def _slashed(text: str, first: int, second: int, year: int, order: DateOrder) -> dt.date:
    if order is DateOrder.UNSAID and first <= 12 and second <= 12 and first != second:
        raise CellUnreadable(f"“{text}” can be read in two ways; say whether days or months come first")
    if order is DateOrder.MONTH_FIRST or (order is DateOrder.UNSAID and second > 12):
        return dt.date(year, first, second)
    return dt.date(year, second, first)


def is_open_ended(cell: Any) -> bool:
    return text_of(cell).strip().casefold() in OPEN_ENDED


def country_of(cell: Any) -> str:
    """ISO 3166 alpha-2 by code or English name; nothing where the cell says nothing."""
    text = line_of(cell, 200)
    if not text:
        return ""
    if text.upper() in country_names():
        return text.upper()
    found = ALIASES.get(text.casefold()) or alpha2_of(alpha3=text.upper(), name=text)
    if found is None:
        raise CellUnreadable(f"“{text[:40]}” is not a country that is known by this name")
    return found


def duns_of(cell: Any) -> str:
    """Nine digits; a spreadsheet takes the zeros off the front of what it holds to be a number."""
    digits = _digits(cell)
    if not digits:
        return ""
    if isinstance(cell, int | float):
        digits = digits.zfill(9)
    if len(digits) != 9:
        raise CellUnreadable(f"“{text_of(cell)[:40]}” is no DUNS number of nine digits")
    return digits


def fei_of(cell: Any) -> str:
    digits = _digits(cell)
    if digits and not 7 <= len(digits) <= 10:
        raise CellUnreadable(f"“{text_of(cell)[:40]}” is no FEI number of seven to ten digits")
    return digits


def _digits(cell: Any) -> str:
    text = line_of(cell, 200)
    digits = text if isinstance(cell, float) else re.sub(r"[\s.-]", "", text)
    if digits and not (digits.isascii() and digits.isdigit()):
        raise CellUnreadable(f"“{text[:40]}” is not a number")
    return digits
