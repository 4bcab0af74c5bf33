"""When something has to be done: periods of a text with what they bind and how strictly."""

import datetime as dt
import re
from typing import Final

from matching.reading.calendar import Period, periods
from matching.reading.findings import DateFound, Relation, Span, Strength
from matching.reading.passages import Sentence

_BY: Final = re.compile(
    r"(?:\bby|\bbefore|\buntil|\btill|no later than|not later than|\blatest(?: by)?|\bdeadline[:\s]*(?:is|of)?|"
    r"\bprior to|ahead of|\bdue(?: on| by| in)?|in time for|\bready for|not after|at the latest(?: by| in)?|\bnlt|"
    r"no later than the|≤|<=|on or before)\s*(?:the\s+)?[:~(]?\s*$",
    re.IGNORECASE,
)
_BY_AFTER: Final = re.compile(
    r"^\s*(?:,\s*)?(?:at (?:the )?(?:very )?latest|or (?:earlier|sooner)|latest\b|deadline)", re.IGNORECASE
)
_FROM: Final = re.compile(
    r"(?:\bfrom|\bstarting(?: in| from| on)?|\bas of|not before|no earlier than|not earlier than|\bafter|\bearliest(?: start)?(?: in)?|\bsince|"
    r"\bavailable(?: from| in| by)?|\bonwards from)\s*(?:the\s+)?[:~(]?\s*$",
    re.IGNORECASE,
)
_FROM_AFTER: Final = re.compile(r"^\s*(?:onwards?|or later|at the earliest|earliest)", re.IGNORECASE)
_BETWEEN: Final = re.compile(
    r"(?:\bbetween|\bwindow|\bslot|\bduring|\bin the period)[\w\s:]{0,20}$", re.IGNORECASE
)
_PAST: Final = re.compile(
    r"\b(?:was|were|had|since|last|inspected|founded|completed in|approved in|acquired|established|launched in|in use since|"
    r"dated|issued|of our letter|signed)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_FORECAST: Final = re.compile(
    r"(?:\bgrow\w*|\bris\w+|\bincreas\w+|\bramp\w*|\bforecast\w*|\bpeak\w*|\bexpir\w+|\bexclusivity|\bpatent\w*|\breach\w+|\bdoubl\w+|\bup to|"
    r"\bmillion|\btablets|\bunits|\bvials)\b[^.;]{0,45}$",
    re.IGNORECASE,
)
_SUPPLY: Final = re.compile(r"\d\s*(?:kg|g|mg|grams?|kilos?)\b[^.;]{0,30}$", re.IGNORECASE)
_WISHED: Final = re.compile(
    r"\b(?:ideally|prefer\w*|hope\w*|would like|aim\w*|if possible|nice to have|target\w*)\b", re.IGNORECASE
)
_OUTSIDE: Final = re.compile(
    r"\b(?:fih|first[- ]in[- ]human|first patient|fpi|fpfv|dosing|dosed|dose the|clinical start|study start|trial start|trial starts|study starts|"
    r"enrol\w*|patients?|ind\b|cta\b|imp[dD]\b|filing|file\b|submission|submit\w*|maa\b|nda\b|bla\b|anda\b|approval|read[- ]?out|launch\w*|"
    r"financing|series [abc]|board|funding|current supplier|lease)",
    re.IGNORECASE,
)
_CLAUSE_ENDS: Final = re.compile(
    r"[;:|]|,\s+(?:and|but|so|while|with|which|then)\s|\s(?:but|so that|so|while|then)\s|\s-\s|,(?=\s)"
)


def dates_of(sentence: Sentence, as_of: dt.date) -> list[DateFound]:
    found = [_date(sentence, period, as_of) for period in periods(sentence.text, as_of)]
    return [each for each in found if each]


def _date(sentence: Sentence, period: Period, as_of: dt.date) -> DateFound | None:
    before = sentence.text[: period.span.start]
    after = sentence.text[period.span.end :]
    if period.last < as_of or _is_no_date(before, period):
        return None
    relation = _relation(before, after, period)
    clause = _clause(sentence.text, period)
    start = _cue_start(before, relation, period)
    earliest = None if relation is Relation.BY else period.first
    latest = None if relation is Relation.FROM else period.last
    if relation is Relation.BY and _is_before(before) and not _is_end_phrase(sentence.text, period):
        latest = period.first - dt.timedelta(1)
    return DateFound(
        event=_event(clause),
        relation=relation,
        strength=_strength(clause, relation),
        span=Span(sentence.start + start, sentence.start + period.span.end),
        earliest=earliest,
        latest=latest,
    )


def _is_no_date(before: str, period: Period) -> bool:
    """Forecasts, supplies of material and what is over are told with the quantity or not at all."""
    lately = before[-70:]
    return bool(_PAST.search(lately) or _FORECAST.search(lately) or _SUPPLY.search(before[-40:]))


def _relation(before: str, after: str, period: Period) -> Relation:
    if period.is_relative or _BY.search(before[-40:]) or _BY_AFTER.match(after):
        return Relation.BY
    if _FROM.search(before[-40:]) or _FROM_AFTER.match(after):
        return Relation.FROM
    return Relation.WINDOW if _BETWEEN.search(before[-40:]) else Relation.TARGET


def _is_before(before: str) -> bool:
    return bool(re.search(r"\b(?:before|prior to|ahead of)\s*(?:the\s+)?$", before, re.IGNORECASE))


def _is_end_phrase(text: str, period: Period) -> bool:
    """ "Before the end of H1" allows H1; "before Q3" does not allow Q3."""
    words = text[period.span.start : period.span.end].lower()
    return "end" in words or "close" in words or "late" in words


def _cue_start(before: str, relation: Relation, period: Period) -> int:
    cue = {Relation.BY: _BY, Relation.FROM: _FROM}.get(relation, _BETWEEN).search(before)
    if not cue:
        return period.span.start
    return cue.start() + len(cue.group()) - len(cue.group().lstrip())


def _clause(text: str, period: Period) -> str:
    """The words around the period up to the next break on either side."""
    ends = [match.end() for match in _CLAUSE_ENDS.finditer(text, 0, period.span.start)]
    start = ends[-1] if ends else 0
    if period.span.start - start < 6 and len(ends) > 1:
        start = ends[-2]
    following = _CLAUSE_ENDS.search(text, period.span.end)
    end = following.start() if following else len(text)
    return " ".join(text[start:end].split())


def _event(clause: str) -> str:
    return clause.strip(" .,-:;()")[:120]


def _strength(clause: str, relation: Relation) -> Strength:
    if _OUTSIDE.search(clause):
        return Strength.CONTEXT
    if _WISHED.search(clause) and relation is not Relation.BY:
        return Strength.PREFER
    return Strength.MUST
