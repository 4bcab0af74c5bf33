"""Whether the words around a number make it a bound: "up to", "not below", "or more" (data/bounds.yaml)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from matching.reading.unit_words import CURRENCY_BEFORE, Kind
from matching.reading.wording import loaded

_WORDS: Final[dict[str, list[str]]] = loaded("bounds")


class Side(IntEnum):
    NONE = 0
    LEAST = 1
    MOST = 2


@dataclass(frozen=True, slots=True)
class Bound:
    """`start` and `end` include the bounding words; `is_denied` where these hold a no of their own."""

    side: Side
    start: int
    end: int
    is_approximate: bool = False
    is_denied: bool = False


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _any(*names: str) -> str:
    words: Iterable[str] = (word for name in names for word in _WORDS[name])
    return "|".join(words)


# How far back bounding words are looked for.
_LEAD: Final = 56
_ARTICLE: Final = r"(?:\s+(?:be|the|a|an|of|about|around|approx\.?|some|at)\b\.?)?[\s:=]*"
_BEFORE: Final = _compiled(
    r"(?<![\w>])(?:"
    + "|".join(f"(?P<{name}>{_any(name)})" for name in ("at_most", "at_least", "over", "under", "down_to"))
    + rf"){_ARTICLE}$"
)
_BETWEEN: Final = r"(?:[ -](?!(?:and|or|to|in|with|at|each|batches|lots|runs|campaigns)\b)[a-z/&]{1,14})"
_SPOKEN_OF: Final = _compiled(
    rf"(?<!\w)(?:{_any('spoken_of')}){_BETWEEN}{{0,6}}?"
    r"(?:\s?\((?:[a-z/]{1,12})\))?\s?(?:of|is|are|at|should be|must be|will be|\||:|=)?\s*$"
)
_DENIED: Final = _compiled(
    rf"(?<!\w)(?:{_any('denied')})\b(?:(?!\b(?:but|and|because|so|if)\b)[^,;.:|]){{0,32}}$"
)
_ABOUT: Final = _compiled(rf"(?:(?<!\w)(?:{_any('about')}))\s*$")
# What may stand between a number and the words behind it: "(six) max", "a year, no more".
_PER: Final = (
    r"(?:\s\([^()]{1,20}\))?"
    r"(?:\s?(?:(?:per|/|an?|each|every)\s?[\w.]{1,14}(?:\s(?:batch|lot|run|thousand|year))?"
    r"|annually|yearly|p\.\s?a\.|pa\b|monthly)"
    r"|(?:\s[a-z-]{2,12}){1,2}(?=\sor\s))?"
)
_AFTER: Final = _compiled(
    rf"(?P<per>{_PER}[\s,]{{0,2}}(?=\S))"
    rf"(?:(?P<at_least>{_any('after_at_least')})|(?P<at_most>{_any('after_at_most')}))(?!\s?\d)"
)
_WHICHEVER: Final = _compiled(r"[^.;]{0,70}?\bwhichever is (?:higher|greater|larger|more)\b")
_REFUSED: Final = _compiled(rf"[^.;,\d]{{0,40}}?\b(?:{_any('refused')})(?!\w)")


def bound_of(text: str, begin: int, end: int, kind: Kind) -> Bound:
    """`begin` and `end` hold the number with its unit."""
    start, is_approximate = begin, False
    sign = CURRENCY_BEFORE.search(text, max(0, start - 6), start)
    start = sign.start() if sign else start
    if about := _ABOUT.search(text, max(0, start - _LEAD), start):
        start, is_approximate = about.start(), True
    lead = _lead(text, start, end, kind)
    if lead:
        outer = _ABOUT.search(text, max(0, lead.start - _LEAD), lead.start)
        start = outer.start() if outer else lead.start
        return Bound(lead.side, start, end, is_approximate or bool(outer), lead.is_denied)
    side, stop = _behind(text, end)
    return Bound(side, start, stop, is_approximate)


def is_about(text: str, start: int) -> tuple[bool, int]:
    """Whether the words before a place say "about", and where they begin."""
    about = _ABOUT.search(text, max(0, start - _LEAD), start)
    return bool(about), about.start() if about else start


def _lead(text: str, start: int, end: int, kind: Kind) -> Bound | None:
    begin = max(0, start - _LEAD)
    found = _BEFORE.search(text, begin, start)
    if not found or (kind is Kind.TIME and found["over"] and found["over"].lower() == "over"):
        spoken = _SPOKEN_OF.search(text, begin, start) if not found else None
        return Bound(_spoken_side(spoken.group()), start, end) if spoken else None
    if found.start() == 0 and found.group().startswith(">"):
        return None  # a line of a message that is answered
    if found["at_most"] or found["at_least"]:
        return Bound(Side.MOST if found["at_most"] else Side.LEAST, found.start(), end)
    if found["down_to"]:
        return Bound(Side.MOST if kind is Kind.EXPOSURE else Side.LEAST, found.start(), end)
    is_denied = bool(_DENIED.search(text, begin, found.start()))
    is_under = bool(found["under"])
    if not is_denied and kind is not Kind.EXPOSURE:
        is_denied = bool(_REFUSED.match(text, end))
    return Bound(Side.LEAST if is_under == is_denied else Side.MOST, found.start(), end, is_denied=is_denied)


def _spoken_side(words: str) -> Side:
    return Side.LEAST if words.lower().startswith(("min", "lower", "lowest", "smallest")) else Side.MOST


def _behind(text: str, end: int) -> tuple[Side, int]:
    found = _AFTER.match(text, end)
    if not found:
        return (Side.LEAST if _WHICHEVER.match(text, end) else Side.NONE), end
    # "… per year, no more": the words between belong to whoever reads what the number is per.
    stop = end if found["per"].strip(" ,") else found.end()
    return (Side.LEAST if found["at_least"] else Side.MOST), stop
