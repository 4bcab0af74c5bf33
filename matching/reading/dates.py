"""When something has to be done: periods of a text with what they bind and how strictly."""

import datetime as dt
import re
from typing import Final

from matching.reading.calendar import Period, periods
from matching.reading.date_words import date_words
from matching.reading.findings import DateFound, Relation, Span, Strength
from matching.reading.passages import Sentence

_I: Final = re.IGNORECASE
_FARTHEST_CUE: Final = 80
_LONG_EVENT, _SHORT_WORD = 12, 3
_LOOSE_ENDS: Final = frozenset(
    (
        "in", "by", "on", "at", "from", "for", "to", "of", "the", "is", "are", "and", "until", "before",
        "not", "no",
    )
)  # fmt: skip
_LOOSE_STARTS: Final = frozenset({"and", "or", ","})
_LOOKED_AT: Final = 200
_STARTS: Final = re.compile(r"\b(?:begins?|starts?|starting|opens?)\s*(?:on|:|=)?\s*$", _I)
_DUE: Final = re.compile(
    r"\b(?:releas\w+|deliver\w+|ready|due|needed|arriv\w+|complete\w*|finished|deadline|available at)\b"
    r"[^.;]{0,30}\b(?:for|on|until|is)\s*$",
    _I,
)
_COUNTED: Final = re.compile(r"\d\s?(?:million|MM|M|Mio|k)\s(?:\w+\s){0,2}(?:by|in)\s*$", _I)
_SUPPLY: Final = re.compile(
    r"\d\s*(?:kg|g|mg|grams?|kilos?)\b(?! (?:strength|tablet|capsule|dose))[^.;]{0,30}$", _I
)
_RATE: Final = re.compile(r"\b(?:per year|a year|annually|p\.a\.)\s+from\s*$", _I)
# What was said before one of these is another matter: "The patent expires in 2034, but the launch …".
_TURN: Final = re.compile(r";|\bbut\b|,\s(?:and|so|yet)\s", _I)
_CLAUSE_ENDS: Final = re.compile(
    r"[;:|]|,\s+(?:and|but|so|while|with|which|then)\s|\s(?:but|so that|so|while|then)\s|\s-\s|,(?=\s)"
)


def dates_of(sentence: Sentence, as_of: dt.date) -> list[DateFound]:
    found: list[DateFound] = []
    said = 0
    for period in periods(sentence.text, as_of):
        if date := _date(sentence, period, as_of, said):
            found.append(date)
        said = period.span.end
    return found


def _date(sentence: Sentence, period: Period, as_of: dt.date, said: int) -> DateFound | None:
    """`said` is where the date before it ends: what is due by that one is another matter."""
    before = sentence.text[max(0, period.span.start - _LOOKED_AT) : period.span.start]
    after = sentence.text[period.span.end :]
    if period.last <= as_of or _is_no_date(before):
        return None
    if period.is_relative and _is_counted(before, after):
        return None
    relation = _relation(before, after, period)
    if relation is not Relation.BY and _SUPPLY.search(before[-40:]):
        return None
    if relation is Relation.TARGET and (_is_just_past(period, as_of) or _is_mere_year(before, period)):
        return None
    if relation is Relation.FROM and _RATE.search(before[-30:]):
        return None
    start = _cue_start(before, relation, period)
    clause = _clause(sentence.text, period)
    earliest = None if relation is Relation.BY else _earliest(before, period, relation)
    latest = None if relation is Relation.FROM else period.last
    if relation is Relation.BY and _is_before(before) and not _is_end_phrase(sentence.text, period):
        latest = period.first - dt.timedelta(1)
    return DateFound(
        event=_event(sentence.text, start, said) or _event_of(clause),
        relation=relation,
        strength=_strength(clause, relation),
        span=Span(sentence.start + start, sentence.start + period.span.end),
        earliest=earliest,
        latest=latest,
    )


def _is_no_date(before: str) -> bool:
    """Forecasts, supplies of material and what is over are told with the quantity or not at all."""
    turns = [match.end() for match in _TURN.finditer(before)]
    lately = before[turns[-1] if turns else 0 :][-70:]
    return any(pattern.search(lately) for pattern in (date_words("past"), date_words("forecast"), _COUNTED))


def _is_counted(before: str, after: str) -> bool:
    """From an award or a receipt that has no day yet; or a length of time, which is a quantity."""
    return bool(date_words("counted_after").match(after) or date_words("counted_before").search(before[-50:]))


def _reach(lead: re.Pattern[str], before: str) -> int:
    """How many signs the words before a date take: "cannot start before" beats "before"."""
    found = lead.search(before[-50:])
    return len(found.group()) if found else 0


def _is_just_past(period: Period, as_of: dt.date) -> bool:
    """A day without a year that was a few weeks ago is a date of writing, not of next year."""
    is_day = period.first == period.last
    return is_day and not period.has_year and (period.first - as_of).days > 270


def _is_mere_year(before: str, period: Period) -> bool:
    """A year alone tells when something may happen, unless it is said of a milestone."""
    is_year = (period.last - period.first).days > 360
    return is_year and not date_words("milestone").search(before[-35:])


def _relation(before: str, after: str, period: Period) -> Relation:
    if period.is_relative or date_words("by_after").match(after):
        return Relation.BY
    first, last = _reach(date_words("from"), before), _reach(date_words("by"), before)
    if period.is_range and first >= last:
        return Relation.WINDOW
    if first or last:
        return Relation.FROM if first > last else Relation.BY
    bound = _bound(before, after, is_day=period.first == period.last)
    if bound:
        return bound
    return Relation.WINDOW if date_words("between").search(before[-40:]) else Relation.TARGET


def _bound(before: str, after: str, *, is_day: bool) -> Relation | None:
    """What words farther off or after the date make of it."""
    if is_day and _STARTS.search(before[-30:]):
        return Relation.FROM
    if is_day and _DUE.search(before[-60:]):
        return Relation.BY
    if date_words("from_after").match(after) or _is_labelled("from_label", before):
        return Relation.FROM
    return Relation.BY if _is_labelled("by_label", before) else None


def _is_labelled(label: str, before: str) -> bool:
    """ "Deadline for questions: 29 January": in the same clause, with a few words between."""
    breaks = [match.end() for match in re.finditer(r"[.;,]\s", before)]
    weekday = re.search(r"\w+day,\s$", before)
    last = breaks[-1] if breaks else 0
    if weekday and last == len(before):
        last = breaks[-2] if len(breaks) > 1 else 0
    return bool(date_words(label).search(before[last:][-80:]))


def _earliest(before: str, period: Period, relation: Relation) -> dt.date:
    """ "After June" is from July on, "from mid-July" from the middle of the month."""
    if relation is not Relation.FROM:
        return period.first
    if re.search(r"(?<!or )\bafter\s*(?:the\s+)?$", before, _I):
        return period.last + dt.timedelta(1)
    return period.last if period.is_middle else period.first


def _is_before(before: str) -> bool:
    return bool(re.search(r"(?<!or )\b(?:before|prior to|ahead of)\s*(?:the\s+)?$", before, re.IGNORECASE))


def _is_end_phrase(text: str, period: Period) -> bool:
    """ "Before the end of H1" allows H1; "before Q3" does not allow Q3."""
    words = text[period.span.start : period.span.end].lower()
    return any(each in words for each in ("end", "close", "late", "christmas", "xmas"))


def _cue_start(before: str, relation: Relation, period: Period) -> int:
    name = {Relation.BY: "by", Relation.FROM: "from"}.get(relation, "between")
    cue = date_words(name).search(before, max(0, len(before) - _FARTHEST_CUE))
    if not cue:
        return period.span.start
    return period.span.start - len(before) + cue.end() - len(cue.group().lstrip())


def _clause(text: str, period: Period) -> str:
    """The words around the period up to the next break on either side."""
    ends = [match.end() for match in _CLAUSE_ENDS.finditer(text, 0, period.span.start)]
    start = ends[-1] if ends else 0
    if period.span.start - start < 6 and len(ends) > 1:
        start = ends[-2]
    following = _CLAUSE_ENDS.search(text, period.span.end)
    end = following.start() if following else len(text)
    return " ".join(text[start:end].split())


def _event(text: str, start: int, said: int) -> str:
    """What is said right before the date: "PPQ batches must be manufactured", or its label."""
    stop = start
    for begin in reversed([said, *(match.end() for match in _CLAUSE_ENDS.finditer(text, said, start))]):
        words = _telling(text[begin:stop])
        if words or not text[:begin].rstrip().endswith((":", "|")):
            return words
        stop = begin
    return ""


def _telling(text: str) -> str:
    words = text.split()
    if len(words) > _LONG_EVENT and "and" in words:
        words = words[len(words) - words[::-1].index("and") :]
    while words and words[-1].lower().strip(":(,") in _LOOSE_ENDS:
        words.pop()
    while words and words[0].lower() in _LOOSE_STARTS:
        words.pop(0)
    is_telling = len(words) > 1 or (words and len(words[0]) > _SHORT_WORD)
    return _event_of(" ".join(words[-_LONG_EVENT:])) if is_telling else ""


def _event_of(clause: str) -> str:
    return clause.strip(" .,-:;()|*>")[:120]


def _strength(clause: str, relation: Relation) -> Strength:
    if date_words("outside").search(clause):
        return Strength.CONTEXT
    if date_words("wished").search(clause) and relation is not Relation.BY:
        return Strength.PREFER
    return Strength.MUST
