"""The words about dates of data/date_words.yaml, compiled for where they stand."""

import re
from functools import cache
from typing import Final

from matching.reading.wording import loaded

_WEEKDAY: Final = r"(?:(?:easter\s+)?(?:mon|tues?|wed(?:nes)?|thur?s?|fri|satur|sun)(?:day)?\b,?\s*)?"
_LEAD: Final = rf"\s*(?:the\s+)?{_WEEKDAY}[:~(|]?\s*{_WEEKDAY}$"
# How the words of a list are put into a pattern; the others are looked for anywhere.
_FRAMES: Final = {
    "by": r"(?:{})" + _LEAD,
    "from": r"(?:{})" + _LEAD,
    "between": r"(?:{})[\w\s:]{{0,20}}$",
    "by_label": r"\b(?:{})\b[^.;:|]{{0,45}}(?:[:|=]|\bis|\bon|\bin|-)?" + _LEAD,
    "from_label": r"\b(?:{})\b[^.;:|]{{0,45}}(?:[:|=]|\bis|\bon|\bin|-)?" + _LEAD,
    "by_after": r"\s*(?:{})",
    "from_after": r"\s*,?\s*(?:{})",
    "past": r"\b(?<!be )(?:{})\b[^.;]{{0,40}}$",
    "forecast": r"\b(?:{})\b[^.;]{{0,45}}$",
    "counted_before": r"\b(?:{})\b[^.;]{{0,25}}$",
    "counted_after": r"\s*(?:\w+\s)?(?:{})",
    "outside": r"\b(?:{})",
    "year": r"(?:^|[-–—/:|,(]|\b(?:{}))\s*$",
}


@cache
def date_words(name: str) -> re.Pattern[str]:
    raw = loaded("date_words")
    words = raw[name] if isinstance(raw[name], str) else "|".join(raw[name])
    return re.compile(_FRAMES.get(name, r"\b(?:{})\b").format(words), re.IGNORECASE)
