"""Days and periods as people write them: patterns and what they mean, without looking at the words around."""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from matching.reading import date_meanings as means
from matching.reading.anchors import Anchors, anchors_of
from matching.reading.date_meanings import MONTHS
from matching.reading.findings import Span

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
    is_week = first.weekday() == 0 and period.last - period.first == dt.timedelta(6)
    if is_week:  # "KW 10 to KW 14, 2027"
        return dt.date.fromisocalendar(year, first.isocalendar().week, 1)
    moved = first.replace(year=year, day=min(first.day, calendar.monthrange(year, first.month)[1]))
    return moved if moved <= period.last else moved.replace(year=year - 1, day=min(moved.day, 28))


def _rule(
    pattern: str, meaning: Callable[..., tuple[dt.date, dt.date] | None], *, is_relative: bool = False
) -> _Rule:
    compiled = re.compile(rf"(?<![\w.]){pattern}", re.IGNORECASE)
    return _Rule(compiled, meaning, is_relative, anchors_of(pattern))


_RULES: Final = (
    _rule(
        r"(?:the\s+)?(?:week|w/c)\s*(?:of|commencing|starting|beginning|from)?\s+"
        rf"(?:the\s+)?(?:monday,?\s+)?{_DAY_MONTH}",
        means.week_of,
    ),
    _rule(
        rf"(?:the\s+)?(?P<nth>first|1st|second|2nd|third|3rd|fourth|4th|last)\s+week\s+(?:of|in)\s+{_MONTH}(?:{_OF}{_YEAR})?",
        means.nth_week,
    ),
    _rule(
        r"(?P<first_day>[0-3]?\d)(?:st|nd|rd|th|\.)?\s*(?:to|and|until|till|through|[-–])\s*(?:the\s+)?"
        rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR})?(?!\d)",
        means.days,
    ),
    _rule(
        rf"{_MONTH}\s+(?P<first_day>[0-3]?\d)(?:st|nd|rd|th)?\s*(?:to|until|till|through|[-–])\s*"
        rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)(?:,?\s+{_YEAR})?",
        means.days,
    ),
    _rule(
        r"(?P<first_quarter>first|second|third|1st|2nd|3rd)\s+(?:or|and|to)\s+(?:the\s+)?"
        r"(?P<q3>second|third|fourth|2nd|3rd|4th)"
        rf"\s+quarter(?:{_OF}{_SHORT_YEAR})?",
        means.two_quarters,
    ),
    _rule(rf"(?P<day>[0-3]?\d)(?P<month>{'|'.join(MONTHS)})(?P<year>20\d\d)(?!\d)", means.date),
    _rule(r"(?P<year>20\d\d)/(?P<month>0[1-9]|1[0-2])/(?P<day>[0-3]\d)(?!\d)", means.date),
    _rule(r"(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?!\d)", means.date),
    _rule(r"(?P<day>[0-3]?\d)\.(?P<month>0?[1-9]|1[0-2])\.(?P<year>20\d\d)(?!\d)", means.date),
    _rule(r"(?P<day>[0-3]?\d)/(?P<month>0?[1-9]|1[0-2])/(?P<year>20\d\d)(?!\d)", means.date),
    _rule(r"(?P<month>0?[1-9]|1[0-2])/(?P<day>[0-3]?\d)/(?P<year>20\d\d)(?!\d)", means.date),
    _rule(r"(?P<part>)(?P<month>0[1-9]|1[0-2])[/.](?P<year>20\d\d)(?!\d)", means.month_of),
    _rule(r"(?P<day>[0-3]?\d)\.(?P<month>0?[1-9]|1[0-2])\.(?P<year>2[5-9]|3\d)(?![\w.]*\d)", means.date),
    _rule(r"(?P<month>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/(?P<year>2[5-9]|3\d)(?![\d/])", means.date),
    _rule(r"(?P<day>[0-3]?\d)/(?P<month>0?[1-9]|1[0-2])/(?P<year>2[5-9]|3\d)(?![\d/])", means.date),
    _rule(r"(?P<day>[0-3]\d)\.(?P<month>0[1-9]|1[0-2])\.(?=\s|$)(?!\s+\d)", means.date),
    _rule(
        rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?[\s-]{_MONTH}[\s-]+(?P<year>['’]?(?:2[5-9]|3[0-9]))"
        r"(?=\s*(?:[.,;:)|]|$))",
        means.date,
    ),
    _rule(_DAY_MONTH, means.date),
    _rule(rf"{_MONTH}\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?!\d|\s*[-–]\s*\d)(?:,?\s+{_YEAR})?", means.date),
    _rule(rf"{_PART}{_QUARTER}(?![a-z]|-\d{{3}}|-\d{{2}}/)(?:{_OF}{_SHORT_YEAR})?", means.quarter),
    _rule(rf"{_PART}(?:h(?P<h>[12])|(?P<h2>[12])h)(?![a-z])(?:{_OF}{_SHORT_YEAR})?", means.half_year),
    _rule(
        r"(?P<part>)(?P<which>this|next|the coming|coming)\s+"
        r"(?P<season>spring|summer|autumn|fall)(?P<year>)\b",
        means.season,
    ),
    _rule(rf"(?P<which>)(?P<season>spring|summer|autumn|fall)\s+(?:of\s+)?{_YEAR}", means.season),
    _rule(rf"{_PART}{_MONTH}(?:{_OF}{_YEAR}|\s*['’](?P<yy>\d\d))", means.month_of_short),
    _rule(
        r"(?:year[-\s]end|eoy|(?:the\s+)?year['’]s\s+end|"
        rf"(?:the\s+)?end\s+of\s+(?:(?:the|this|next)\s+)?year)(?:\s+{_YEAR})?",
        means.year_end,
    ),
    _rule(
        r"(?:(?<=\bin\s)|(?<=\bfor\s)|(?<=\bby\s)|(?<=\buntil\s))(?P<which>)(?P<year>)(?:the\s+)?"
        r"(?P<season>spring|summer|autumn)\b",
        means.season,
    ),
    _rule(rf"(?P<which>)easter(?!\s+\w+day)(?:\s+{_YEAR})?", means.easter),
    _rule(
        r"(?:(?:the\s+)?end\s+of\s+)?(?:week|wk|cw|kw|calendar week)\s*(?P<week>[0-5]?\d)\b"
        rf"(?:\s*[-–/]\s*(?P<last>[0-5]?\d)\b(?!\d|[.,]\d))?(?!\s*(?:weeks|wk))(?:{_OF}{_YEAR})?",
        means.week,
    ),
    _rule(
        rf"{_PART}(?P<which>this|next|the coming|coming)\s+(?P<unit>year|quarter|month)\b",
        means.this_or_next,
    ),
    _rule(rf"(?P<which>)(?:christmas|xmas)(?:\s+{_YEAR})?", means.christmas),
    _rule(
        rf"(?<![A-Za-z]-)(?<!\d\s)(?<!room\s)(?<!no\.\s){_PART}{_YEAR}"
        r"(?![\d,.]*\d|\s\d{2}|-\d{1,3}(?!\d))(?!\s*(?:l|kg|ml|units|tablets|vials|capsules|litres|liters|g|mg)\b)",
        means.whole_year,
    ),
    _rule(
        r"(?P<part>mid[-\s]|early\s+|late\s+|(?:the\s+)?(?:end|beginning|middle|start)\s+of\s+|end[-\s])"
        rf"{_MONTH}",
        means.month_of,
    ),
    _rule(
        r"(?P<part>)(?<![^\s(/–-])" + _MONTH + r"(?=[\s,.;:)/–-]|$)", means.bare_month
    ),
    _rule(
        r"(?P<how>within|in|no later than|not later than|maximum|max\.?|at most|inside)\s+"
        r"(?:the\s+(?:next|coming|following)\s+|about\s+|approx\.?\s+|~\s*|max\.?\s+)?"
        r"(?P<number>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[-\s]*"
        r"(?P<unit>days?|weeks?|wks?|months?|mths?)\b(?!\s+(?:stability|study|shelf|ich))",
        means.from_now,
        is_relative=True,
    ),
    _rule(
        r"(?P<number>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[-\s]*"
        r"(?P<unit>days?|weeks?|wks?|months?|mths?)\s+(?:from (?:now|today|this date))",
        means.from_now,
        is_relative=True,
    ),
)  # fmt: skip
