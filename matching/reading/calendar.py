"""Days and periods as people write them: patterns and what they mean, without looking at the words around."""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from matching.reading.anchors import Anchors, anchors_of
from matching.reading.date_words import date_words
from matching.reading.findings import Span

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
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
}
_SPELT: Final = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        start=1,
    )
}
_MONTH: Final = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_YEAR: Final = r"(?P<year>20\d\d|(?:the\s+)?next\s+year|this\s+year)"
_SHORT_YEAR: Final = (
    r"(?P<year>20\d\d|(?:the\s+)?next\s+year|this\s+year|['’]\d\d|"
    r"(?<=[\s/hHqQ-])[2-4]\d(?![\d.,]*\d|\s*[a-zµ%])(?!\d))"
)
_PART: Final = (
    r"(?P<part>(?:the\s+)?(?:end|close)\s+of\s+(?:the\s+)?|(?:the\s+)?(?:beginning|start)\s+of\s+(?:the\s+)?|"
    r"(?:the\s+)?middle\s+of\s+(?:the\s+)?|mid[-\s]+(?:of\s+)?|early(?:\s+in)?\s+|late(?:\s+in)?\s+|end[-\s]+|"
    r"begin(?:ning)?\s+|eo(?=q[1-4])|(?:the\s+)?(?:first|second)\s+half\s+of\s+)?"
)
_DAY_MONTH: Final = (
    r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?(?:\s+of)?[\s-]+" + _MONTH + r"(?:,?[\s-]+" + _YEAR + r")?(?!\d)"
)
_QUARTER: Final = (
    r"(?:q(?:uarter\s+)?(?P<q>[1-4])|(?P<q2>[1-4])q|"
    r"(?:the\s+)?(?P<q3>first|second|third|fourth|1st|2nd|3rd|4th|last(?=\s+quarter\s+(?:of|in)\s))\s+quarter)"
)
_OF: Final = r"(?:\s+of|\s+in|,)?[\s/-]*"
# Most sentences hold no date, and there are many rules.
_MAY_HOLD: Final = re.compile(
    r"\d\d|\d[hq]|[hqwk]\s?\d|quarter|half of|year|eoy|month|mths?\b|weeks?\b|wks?\b|days?\b|"
    r"easter|christmas|xmas|spring|summer|autumn|fall\b|\d\s?(?:st|nd|rd|th|w|m|d|\.)|\d[\s-]*$|"
    r"\d?(?<![a-z])(?:" + "|".join(MONTHS) + r")(?![a-z])",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"\s*(?:to|and|until|through|till|or|[-–—/])\s*(?:the\s+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of what was written, both included."""

    first: dt.date
    last: dt.date
    span: Span
    is_relative: bool = False  # counted from the day of reading: "within 14 weeks"
    has_year: bool = True
    is_middle: bool = False  # the middle of a month
    is_range: bool = False  # written with both ends: "from March to June"


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    meaning: Callable[[re.Match[str], dt.date], tuple[dt.date, dt.date] | None]
    is_relative: bool = False
    anchors: Anchors = frozenset()


def periods(text: str, as_of: dt.date, offset: int = 0) -> list[Period]:
    """All periods written in `text`, in order, none within another. Spans are moved by `offset`."""
    found: list[Period] = []
    lower = text.lower()
    for rule in _RULES if _MAY_HOLD.search(text) else ():
        if rule.anchors and not any(anchor in lower for anchor in rule.anchors):
            continue
        for match in rule.pattern.finditer(text):
            if any(match.start() < each.span.end and each.span.start < match.end() for each in found):
                continue
            meaning = rule.meaning(match, as_of)
            if meaning:
                has_year = rule.is_relative or bool(match.groupdict().get("year"))
                is_range = "first_day" in match.groupdict()
                span = Span(match.start(), match.end())
                is_middle = (meaning[1] - meaning[0]).days < 6 and match.group().lower().startswith("mid")
                found.append(Period(*meaning, span, rule.is_relative, has_year, is_middle, is_range))
    joined = _joined(text, sorted(found, key=lambda each: each.span))
    return [replace(each, span=Span(each.span.start + offset, each.span.end + offset)) for each in joined]


def _joined(text: str, found: list[Period]) -> list[Period]:
    """ "March to June 2027" and "Q3/Q4 2026" are one period; the year may stand once."""
    result: list[Period] = []
    for period in found:
        before = result[-1] if result else None
        if before and _JOINT.fullmatch(text, before.span.end, period.span.start):
            first = before.last if before.is_middle else before.first
            if not before.has_year and period.has_year:
                first = _in_year_of(first, period)
            is_between = text[: before.span.start].lower().rstrip().endswith("between")
            is_list = text[before.span.end : period.span.start].strip() == "and" and not is_between
            is_list = is_list and before.has_year == period.has_year
            if first <= period.last and not is_list:
                span = Span(before.span.start, period.span.end)
                result[-1] = Period(first, period.last, span, is_range=True)
                continue
        result.append(period)
    return result


def _in_year_of(first: dt.date, period: Period) -> dt.date:
    year = period.last.year
    if first.weekday() == 0 and period.last - period.first == dt.timedelta(
        6
    ):  # weeks: "KW 10 to KW 14, 2027"
        return dt.date.fromisocalendar(year, first.isocalendar().week, 1)
    moved = first.replace(year=year, day=min(first.day, calendar.monthrange(year, first.month)[1]))
    return moved if moved <= period.last else moved.replace(year=year - 1, day=min(moved.day, 28))


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


def _quarter(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    groups = match.groupdict()
    number = int(groups["q"] or groups["q2"] or _ORDINALS[groups["q3"].lower()])
    year = _year(match, as_of, last_month=number * 3)
    return _part_of(*_months(year, number * 3 - 2, number * 3), groups["part"])


def _half_year(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    number = int(match["h"] or match["h2"])
    year = _year(match, as_of, last_month=number * 6)
    return _part_of(*_months(year, number * 6 - 5, number * 6), match["part"])


def _month_of(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    written = match["month"].lower()
    month = int(written) if written.isdigit() else MONTHS[written]
    year = _year(match, as_of, last_month=month)
    return _part_of(*_months(year, month, month), match["part"])


def _day(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    month = match["month"]
    number = int(month) if month.isdigit() else MONTHS[month.lower()]
    try:
        day = dt.date(_year(match, as_of, last_month=number), number, int(match["day"]))
    except ValueError:
        return None
    return day, day


def _days(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """ "7 to 25 September"."""
    last = _day(match, as_of)
    first = int(match["first_day"])
    return (last[0].replace(day=first), last[0]) if last and 0 < first < last[0].day else None


def _week_of(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """The week, Monday to Sunday, in which a day lies."""
    day = _day(match, as_of)
    monday = day[0] - dt.timedelta(day[0].weekday()) if day else None
    return (monday, monday + dt.timedelta(6)) if monday else None


def _nth_week(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    month = MONTHS[match["month"].lower()]
    first, last = _months(_year(match, as_of, last_month=month), month, month)
    if match["nth"].lower() == "last":
        return last - dt.timedelta(6), last
    start = first + dt.timedelta(7 * _ORDINALS[match["nth"].lower()] - 7)
    return start, start + dt.timedelta(6)


def _two_quarters(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    first, last = (_ORDINALS[match[name].lower()] for name in ("first_quarter", "q3"))
    year = _year(match, as_of, last_month=last * 3)
    return _months(year, first * 3 - 2, last * 3) if first < last else None


def _easter(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
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


def _whole_year(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """A bare number such as 2027 is a year after a word that asks for one: "in 2027", not "USP 2027"."""
    if not match["part"] and not date_words("year").search(match.string, 0, match.start()):
        return None
    return _part_of(*_months(_year(match, as_of), 1, 12), match["part"])


def _year_end(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    year = as_of.year + 1 if "next" in match.group().lower() else _year(match, as_of)
    return dt.date(year, 12, 1), dt.date(year, 12, 31)


def _week(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    number = int(match["week"])
    this_week = as_of.isocalendar().week
    year = _year(match, as_of) if match["year"] else as_of.year + (number < this_week)
    try:
        monday = dt.date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
    weeks = max(int(match["last"] or 0) - number, 0)
    return monday, monday + dt.timedelta(7 * weeks + 6)


def _from_now(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
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


def _this_or_next(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
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


def _season(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    first, last = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}[
        match["season"].lower()
    ]
    year = _year(match, as_of, last_month=last)
    if (match["which"] or "").lower().startswith("next") and year == as_of.year and as_of.month > first:
        year += 1
    return _months(year, first, last)


def _christmas(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    year = _year(match, as_of)
    return dt.date(year, 12, 24), dt.date(year, 12, 24)


def _month_of_short(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date]:
    month = MONTHS[match["month"].lower()]
    year = _year(match, as_of) if match["year"] else 2000 + int(match["yy"])
    return _part_of(*_months(year, month, month), match["part"])


def _bare_month(match: re.Match[str], as_of: dt.date) -> tuple[dt.date, dt.date] | None:
    """A month without a year; "may" and "mar" are read as months only where they are written so."""
    written = match["month"]
    if not written[0].isupper() or (written.lower() in {"mar", "mars", "mai"}):
        return None
    return _month_of(match, as_of)


def _rule(
    pattern: str, meaning: Callable[..., tuple[dt.date, dt.date] | None], *, is_relative: bool = False
) -> _Rule:
    compiled = re.compile(rf"(?<![\w.]){pattern}", re.IGNORECASE)
    return _Rule(compiled, meaning, is_relative, anchors_of(pattern))


_RULES: Final = (
    _rule(
        r"(?:the\s+)?(?:week|w/c)\s*(?:of|commencing|starting|beginning|from)?\s+"
        rf"(?:the\s+)?(?:monday,?\s+)?{_DAY_MONTH}",
        _week_of,
    ),
    _rule(
        rf"(?:the\s+)?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last)\s+week\s+(?:of|in)\s+{_MONTH}(?:{_OF}{_YEAR})?",
        _nth_week,
    ),
    _rule(
        r"(?P<first_day>[0-3]?\d)(?:st|nd|rd|th|\.)?\s*(?:to|and|until|till|through|[-–])\s*(?:the\s+)?"
        rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR})?(?!\d)",
        _days,
    ),
    _rule(
        rf"{_MONTH}\s+(?P<first_day>[0-3]?\d)(?:st|nd|rd|th)?\s*(?:to|until|till|through|[-–])\s*"
        rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)(?:,?\s+{_YEAR})?",
        _days,
    ),
    _rule(
        r"(?P<first_quarter>first|second|third|1st|2nd|3rd)\s+(?:or|and|to)\s+(?:the\s+)?"
        r"(?P<q3>second|third|fourth|2nd|3rd|4th)"
        rf"\s+quarter(?:{_OF}{_SHORT_YEAR})?",
        _two_quarters,
    ),
    _rule(rf"(?P<day>[0-3]?\d)(?P<month>{'|'.join(MONTHS)})(?P<year>20\d\d)(?!\d)", _day),
    _rule(r"(?P<year>20\d\d)/(?P<month>0[1-9]|1[0-2])/(?P<day>[0-3]\d)(?!\d)", _day),
    _rule(r"(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?!\d)", _day),
    _rule(r"(?P<day>[0-3]?\d)\.(?P<month>0?[1-9]|1[0-2])\.(?P<year>20\d\d)(?!\d)", _day),
    _rule(r"(?P<day>[0-3]?\d)/(?P<month>0?[1-9]|1[0-2])/(?P<year>20\d\d)(?!\d)", _day),
    _rule(r"(?P<month>0?[1-9]|1[0-2])/(?P<day>[0-3]?\d)/(?P<year>20\d\d)(?!\d)", _day),
    _rule(r"(?P<part>)(?P<month>0[1-9]|1[0-2])[/.](?P<year>20\d\d)(?!\d)", _month_of),
    _rule(r"(?P<day>[0-3]?\d)\.(?P<month>0?[1-9]|1[0-2])\.(?P<year>2[5-9]|3\d)(?![\w.]*\d)", _day),
    _rule(r"(?P<month>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/(?P<year>2[5-9]|3\d)(?![\d/])", _day),
    _rule(r"(?P<day>[0-3]?\d)/(?P<month>0?[1-9]|1[0-2])/(?P<year>2[5-9]|3\d)(?![\d/])", _day),
    _rule(r"(?P<day>[0-3]\d)\.(?P<month>0[1-9]|1[0-2])\.(?=\s|$)(?!\s+\d)", _day),
    _rule(
        rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?[\s-]{_MONTH}[\s-]+(?P<year>['’]?(?:2[5-9]|3[0-9]))"
        r"(?=\s*(?:[.,;:)|]|$))",
        _day,
    ),
    _rule(rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?(?:\s+of)?[\s-]+{_MONTH}(?:,?[\s-]+{_YEAR})?(?!\d)", _day),
    _rule(rf"{_MONTH}\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?!\d|\s*[-–]\s*\d)(?:,?\s+{_YEAR})?", _day),
    _rule(rf"{_PART}{_QUARTER}(?![a-z]|-\d{{3}}|-\d{{2}}/)(?:{_OF}{_SHORT_YEAR})?", _quarter),
    _rule(rf"{_PART}(?:h(?P<h>[12])|(?P<h2>[12])h)(?![a-z])(?:{_OF}{_SHORT_YEAR})?", _half_year),
    _rule(
        r"(?P<part>)(?P<which>this|next|the coming|coming)\s+"
        r"(?P<season>spring|summer|autumn|fall)(?P<year>)\b",
        _season,
    ),
    _rule(rf"(?P<which>)(?P<season>spring|summer|autumn|fall)\s+(?:of\s+)?{_YEAR}", _season),
    _rule(rf"{_PART}{_MONTH}(?:{_OF}{_YEAR}|\s*['’](?P<yy>\d\d))", _month_of_short),
    _rule(
        r"(?:year[-\s]end|eoy|(?:the\s+)?year['’]s\s+end|"
        rf"(?:the\s+)?end\s+of\s+(?:(?:the|this|next)\s+)?year)(?:\s+{_YEAR})?",
        _year_end,
    ),
    _rule(
        r"(?:(?<=\bin\s)|(?<=\bfor\s)|(?<=\bby\s)|(?<=\buntil\s))(?P<which>)(?P<year>)(?:the\s+)?"
        r"(?P<season>spring|summer|autumn)\b",
        _season,
    ),
    _rule(rf"(?P<which>)easter(?!\s+\w+day)(?:\s+{_YEAR})?", _easter),
    _rule(
        r"(?:(?:the\s+)?end\s+of\s+)?(?:week|wk|cw|kw|calendar week)\s*(?P<week>[0-5]?\d)\b"
        rf"(?:\s*[-–/]\s*(?P<last>[0-5]?\d)\b(?!\d|[.,]\d))?(?!\s*(?:weeks|wk))(?:{_OF}{_YEAR})?",
        _week,
    ),
    _rule(rf"{_PART}(?P<which>this|next|the coming|coming)\s+(?P<unit>year|quarter|month)\b", _this_or_next),
    _rule(rf"(?P<which>)(?:christmas|xmas)(?:\s+{_YEAR})?", _christmas),
    _rule(
        rf"(?<![A-Za-z]-)(?<!\d\s)(?<!room\s)(?<!no\.\s){_PART}{_YEAR}"
        r"(?![\d,.]*\d|\s\d{2}|-\d{1,3}(?!\d))(?!\s*(?:l|kg|ml|units|tablets|vials|capsules|litres|liters|g|mg)\b)",
        _whole_year,
    ),
    _rule(
        r"(?P<part>mid[-\s]|early\s+|late\s+|(?:the\s+)?(?:end|beginning|middle|start)\s+of\s+|end[-\s])"
        rf"{_MONTH}",
        _month_of,
    ),
    _rule(
        r"(?P<part>)(?<![^\s(/–-])" + _MONTH + r"(?=[\s,.;:)/–-]|$)", _bare_month
    ),
    _rule(
        r"(?P<how>within|in|no later than|not later than|maximum|max\.?|at most|inside)\s+"
        r"(?:the\s+(?:next|coming|following)\s+|about\s+|approx\.?\s+|~\s*|max\.?\s+)?"
        r"(?P<number>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[-\s]*"
        r"(?P<unit>days?|weeks?|wks?|months?|mths?)\b(?!\s+(?:stability|study|shelf|ich))",
        _from_now,
        is_relative=True,
    ),
    _rule(
        r"(?P<number>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[-\s]*"
        r"(?P<unit>days?|weeks?|wks?|months?|mths?)\s+(?:from (?:now|today|this date))",
        _from_now,
        is_relative=True,
    ),
)  # fmt: skip
