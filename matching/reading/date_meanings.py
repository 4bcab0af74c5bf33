"""What the dates that people write mean: first and last day of what a pattern of `calendar` matched."""

import calendar
import datetime as dt
import re
from typing import Final

from matching.reading.date_words import date_words

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier", "february feb februar", "march mar märz maerz mars",
            "april apr avril",
            "may mai", "june jun juni juin", "july jul juli juillet", "august aug août",
            "september sept sep", "october oct oktober okt octobre", "november nov novembre",
            "december dec dezember dez décembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ORDINALS: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4,
}  # fmt: skip
_SPELT: Final = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        start=1,
    )
}


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _months(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, first, 1), month_end(year, last)


def _part_of(first: dt.date, last: dt.date, part: str | None) -> tuple[dt.date, dt.date]:
    """The end, middle or beginning of a period, as briefs mean it."""
    word = (part or "").strip().lower()
    if not word:
        return first, last
    days = (last - first).days + 1
    if days > 300 and word.startswith(("early", "late")):
        return _months(first.year, *((1, 4) if word.startswith("early") else (9, 12)))
    if word.startswith("mid") or "middle" in word:
        return _middle(first, last, days)
    if word == "eo" or any(each in word for each in ("end", "close", "late")):
        return (dt.date(last.year, last.month, 1) if days > 31 else last - dt.timedelta(10), last)
    if "half" in word:
        return _half(first, last, is_first="first" in word)
    return first, first + dt.timedelta(days // 3)


def _middle(first: dt.date, last: dt.date, days: int) -> tuple[dt.date, dt.date]:
    if days > 300:  # numeric_patterns of the vocabulary: mid-2027 is May to August
        return _months(first.year, 5, 8)
    if days > 31:
        middle = first + dt.timedelta(days // 2)
        return dt.date(middle.year, middle.month, 1), month_end(middle.year, middle.month)
    return dt.date(first.year, first.month, 11), dt.date(first.year, first.month, 15)


def _half(first: dt.date, last: dt.date, *, is_first: bool) -> tuple[dt.date, dt.date]:
    middle = first + (last - first) / 2
    if (last - first).days > 300:
        middle = dt.date(first.year, 6, 30)
    return (first, middle) if is_first else (middle + dt.timedelta(1), last)


def _year(match: re.Match[str], as_of: dt.date, *, last_month: int = 12) -> int:
    """The year written, or the next one in which the period has not ended on the day of reading."""
    written = match.groupdict().get("year")
    if written:
        if "year" in written.lower():
            return as_of.year + ("next" in written.lower())
        digits = written.strip("'’")
        return int(digits) if len(digits) == 4 else 2000 + int(digits)
    return as_of.year if last_month >= as_of.month else as_of.year + 1


def quarter(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    groups = match.groupdict()
    number = int(groups["q"] or groups["q2"] or _ORDINALS[groups["q3"].lower()])
    year = _year(match, as_of, last_month=number * 3)
    return _part_of(*_months(year, number * 3 - 2, number * 3), groups["part"])


def half_year(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    number = int(match["h"] or match["h2"])
    year = _year(match, as_of, last_month=number * 6)
    return _part_of(*_months(year, number * 6 - 5, number * 6), match["part"])


def month_of(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    written = match["month"].lower()
    month = int(written) if written.isdigit() else MONTHS[written]
    year = _year(match, as_of, last_month=month)
    return _part_of(*_months(year, month, month), match["part"])


def date(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    month = match["month"]
    number = int(month) if month.isdigit() else MONTHS[month.lower()]
    try:
        day = dt.date(_year(match, as_of, last_month=number), number, int(match["day"]))
    except ValueError:
        return None
    return day, day


def days(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """ "7 to 25 September"."""
    last = date(match, as_of)
    first = int(match["first_day"])
    return (last[0].replace(day=first), last[0]) if last and 0 < first < last[0].day else None


def week_of(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """The week, Monday to Sunday, in which a day lies."""
    day = date(match, as_of)
    monday = day[0] - dt.timedelta(day[0].weekday()) if day else None
    return (monday, monday + dt.timedelta(6)) if monday else None


def nth_week(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    month = MONTHS[match["month"].lower()]
    first, last = _months(_year(match, as_of, last_month=month), month, month)
    if match["nth"].lower() == "last":
        return last - dt.timedelta(6), last
    start = first + dt.timedelta(7 * _ORDINALS[match["nth"].lower()] - 7)
    return start, start + dt.timedelta(6)


def two_quarters(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    first, last = (_ORDINALS[match[name].lower()] for name in ("first_quarter", "q3"))
    year = _year(match, as_of, last_month=last * 3)
    return _months(year, first * 3 - 2, last * 3) if first < last else None


def easter(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    year = _year(match, as_of)
    day = _easter_of(year)
    day = _easter_of(year + 1) if not match["year"] and day < as_of else day
    return day, day


def _easter_of(year: int) -> dt.date:
    """Gauss's rule as corrected by Lichtenberg, for the Gregorian calendar."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    golden = year % 19
    seed = (19 * golden + moon) % 30
    full = 21 + seed - (seed + golden // 11) // 29
    sunday = 7 - (year + year // 4 + sun) % 7
    return dt.date(year, 3, 1) + dt.timedelta(full + 7 - (full - sunday) % 7 - 1)


def whole_year(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """A bare number such as 2027 is a year after a word that asks for one: "in 2027", not "USP 2027"."""
    if not match["part"] and not date_words("year").search(match.string, 0, match.start()):
        return None
    return _part_of(*_months(_year(match, as_of), 1, 12), match["part"])


def year_end(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    year = as_of.year + 1 if "next" in match.group().lower() else _year(match, as_of)
    return dt.date(year, 12, 1), dt.date(year, 12, 31)


def week(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    number = int(match["week"])
    this_week = as_of.isocalendar().week
    year = _year(match, as_of) if match["year"] else as_of.year + (number < this_week)
    try:
        monday = dt.date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
    weeks = max(int(match["last"] or 0) - number, 0)
    return monday, monday + dt.timedelta(7 * weeks + 6)


def from_now(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    number = match["number"].lower()
    count = _SPELT.get(number) or int(number)
    if count > 120:
        return None
    unit = match["unit"].lower()
    if unit.startswith("m"):
        months = as_of.year * 12 + as_of.month - 1 + count
        year, month = divmod(months, 12)
        day = min(as_of.day, calendar.monthrange(year, month + 1)[1])
        return as_of, dt.date(year, month + 1, day)
    days = {"d": 1, "w": 7, "y": 365}[unit[0]]
    return as_of, as_of + dt.timedelta(count * days)


def this_or_next(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    """This or next year, quarter, season."""
    is_next = match["which"].lower().startswith(("next", "coming"))
    unit = match["unit"].lower()
    if unit == "year":
        return _part_of(*_months(as_of.year + is_next, 1, 12), match["part"])
    if unit == "quarter":
        year, quarter = divmod(as_of.year * 4 + (as_of.month - 1) // 3 + is_next, 4)
        return _part_of(*_months(year, quarter * 3 + 1, quarter * 3 + 3), match["part"])
    year, month = divmod(as_of.year * 12 + as_of.month - 1 + is_next, 12)
    return _part_of(*_months(year, month + 1, month + 1), match["part"])


def season(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    first, last = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}[
        match["season"].lower()
    ]
    year = _year(match, as_of, last_month=last)
    if (match["which"] or "").lower().startswith("next") and year == as_of.year and as_of.month > first:
        year += 1
    return _months(year, first, last)


def christmas(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    year = _year(match, as_of)
    return dt.date(year, 12, 24), dt.date(year, 12, 24)


def month_of_short(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    month = MONTHS[match["month"].lower()]
    year = _year(match, as_of) if match["year"] else 2000 + int(match["yy"])
    return _part_of(*_months(year, month, month), match["part"])


def bare_month(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """A month without a year; "may" and "mar" are read as months only where they are written so."""
    written = match["month"]
    if not written[0].isupper() or (written.lower() in {"mar", "mars", "mai"}):
        return None
    return month_of(match, as_of)
