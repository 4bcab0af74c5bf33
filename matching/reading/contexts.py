"""One amount with the words around it: what these say of the number (data/measures.yaml)."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from matching.reading.amounts import Amount
from matching.reading.findings import Strength
from matching.reading.passages import Sentence
from matching.reading.wording import loaded, pattern

_I: Final = re.IGNORECASE
_WORDS: Final = loaded("measures")
_PER: Final = re.compile(
    r"(?:\sof\s[\w-]{1,30}(?:\s[\w-]{1,30})?)?\)?\s?(?:finished |filled )?"
    r"(?:(?:per|/|in one|in an?|an?|each|every|pro|par|p\.)\s?(?:(?!year|batch|lot|run|month)[\w-]{2,14}\s)?"
    rf"(?P<per>{'|'.join(_WORDS['per'])})\b"
    r"|(?P<annually>annually|yearly|p\.?\s?a\.?(?=\W|$)|jährlich|per annum)"
    r"|(?P<monthly>monthly|monatlich)|(?P<quarterly>quarterly))",
    _I,
)
_OF: Final = re.compile(
    r"\s+of\s+(?:the\s+)?(?P<of>[\w -]{2,40}?)"
    r"(?=[,.;:()]|\s+(?:and|or|per|in|for|with|by|at|now|from|to|on|is|are)\b|$)",
    _I,
)
_SAME: Final = dict.fromkeys(("yr", "annum", "an", "jahr"), "year") | dict.fromkeys(
    ("lot", "run", "charge"), "batch"
)
_CLAUSE: Final = re.compile(r"[;|]|\.\s|,\s(?:and|but)\s|\bbut\b|\bwhile\b|\bwhereas\b", _I)
_REACH: Final = 90
_NEAR: Final = 45


# "Every year" and its like: how often what stands near holds in a year.
_A_YEAR: Final = {"each_year": 1.0, "monthly": 12.0, "quarterly": 4.0, "weekly": 52.0}


def _patterns() -> dict[str, re.Pattern[str]]:
    words = _WORDS
    nested = {name: each for group in ("durations", "shares") for name, each in words[group].items()}
    lists = {name: each for name, each in words.items() if isinstance(each, list)}
    return {
        name: pattern(each, before=r"(?<!\w)", after=r"(?!\w)") for name, each in (lists | nested).items()
    }


WORDS: Final = _patterns()
DURATIONS: Final = tuple(_WORDS["durations"])
SHARES: Final = tuple(_WORDS["shares"])


@cache
def _following(name: str, words_between: int) -> re.Pattern[str]:
    return re.compile(rf"\s?(?:of\s)?(?:[\w.-]{{1,30}}\s){{0,{words_between}}}?(?={WORDS[name].pattern})", _I)


@cache
def _preceding(name: str, tail: str) -> re.Pattern[str]:
    return re.compile(rf"{WORDS[name].pattern}{tail}$", _I)


@dataclass(frozen=True, slots=True)
class Project:
    """What the whole text says of the work; decides between readings of a bare number."""

    codes: frozenset[str] = frozenset()
    is_commercial: bool = False

    def has(self, *prefixes: str) -> bool:
        return any(code.startswith(prefixes) for code in self.codes)


@dataclass(frozen=True, slots=True)
class Named:
    """What an amount is, and in which unit it is reported."""

    measure: str
    unit: str = ""
    basis: str = ""
    strength: Strength | None = None
    to_base: str = ""  # converted from the amount's unit to this one, where they differ
    times: float = 1.0  # so many of them in the reported period
    is_least: bool = False  # a bare value is the least that will do
    is_kept_when_own: bool = False
    per: str = ""


class Context:
    """Words "near" a number stand in the same phrase; of others the number may still be."""

    def __init__(self, amount: Amount, sentence: Sentence, previous: Sentence | None) -> None:
        self.amount = amount
        text, offset = sentence.text, sentence.start
        start, end = amount.start - offset, amount.end - offset
        self.start, self.stop = start, end
        self.per, self.end = "", amount.end
        if tail := _PER.match(text, end):
            self.per = _period(tail)
            self.end = tail.end() + offset
        of = _OF.match(text, self.end - offset)
        self.of = of["of"] if of else ""
        self.before = text[max(0, start - _REACH) : start]
        self.after = text[end : end + _REACH]
        self.near = text[max(0, start - _NEAR) : end + _NEAR]
        self.words = text[start:end]
        self.sentence = text
        self.previous = previous.text if previous else ""

    def says(self, name: str) -> bool:
        return bool(WORDS[name].search(self.before) or WORDS[name].search(self.after))

    def says_near(self, *names: str) -> bool:
        return any(WORDS[name].search(self.near) for name in names)

    def says_anywhere(self, name: str) -> bool:
        return bool(WORDS[name].search(self.sentence))

    def follows(self, name: str, words_between: int = 2) -> bool:
        """The words stand right after the number, but for a few others."""
        return bool(_following(name, words_between).match(self.after))

    def precedes(self, name: str, tail: str = r"[\s:]*") -> bool:
        """The words stand right before the number."""
        return bool(_preceding(name, tail).search(self.before))

    def nearest(self, *names: str) -> str:
        """Which list has the word that stands nearest in the sentence, rather before the number."""
        best, found = 10_000, ""
        for name in names:
            before = [match.end() for match in WORDS[name].finditer(self.sentence, 0, self.start)]
            after = WORDS[name].search(self.sentence, self.stop)
            distances = [self.start - end for end in before[-1:]]
            distances += [after.start() - self.stop + 5] if after else []
            if distances and min(distances) < best:
                best, found = min(distances), name
        return found

    def nearest_near(self, *names: str) -> str:
        return self.nearest(*(name for name in names if self.says_near(name)))

    @cached_property
    def clause(self) -> str:
        """From the last break of the sentence to the next."""
        start = max((match.end() for match in _CLAUSE.finditer(self.sentence, 0, self.start)), default=0)
        stop = _CLAUSE.search(self.sentence, self.stop)
        return self.sentence[start : stop.start() if stop else len(self.sentence)]

    @property
    def is_of_own_plant(self) -> bool:
        """The sponsor's or somebody else's equipment, not what is asked for."""
        return bool(WORDS["own"].search(self.clause)) and not WORDS["asked"].search(self.clause)

    @property
    def a_year(self) -> float:
        """How often the number holds in a year; 0 where nothing says so."""
        if times := {"year": 1.0, "month": 12.0, "quarter": 4.0, "week": 52.0}.get(self.per):
            return times
        return _A_YEAR.get(self.nearest_near(*_A_YEAR, "batch"), 0.0)


def _period(tail: re.Match[str]) -> str:
    for name, word in (("annually", "year"), ("monthly", "month"), ("quarterly", "quarter")):
        if tail[name]:
            return word
    per = tail["per"].lower().rstrip(".")
    return _SAME.get(per, per)
