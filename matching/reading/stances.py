"""How a sentence stands to what it names: needed, excluded, wished for, asked about, needed later, done by others.

The way of ConText (Harkema et al. 2009) and of its forerunner NegEx (Chapman et al. 2001): cues with a direction, and a scope that ends at
the next break of the sentence. The cues are those of procurement prose.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from matching.reading.passages import Sentence


class Stance(IntEnum):
    """The larger wins where two scopes cover the same words."""

    NEEDED = 0
    WISHED = 1
    LATER = 2
    ASKED = 3
    OTHERS = 4  # done, had or supplied by the sponsor or somebody else
    NOT_NEEDED = 5
    EXCLUDED = 6  # must not be there


class Reach(IntEnum):
    FORWARD = 0
    BACKWARD = 1
    CLAUSE = 2
    SHORT = 3  # forward over a few words only


@dataclass(frozen=True, slots=True)
class Scope:
    start: int
    end: int
    stance: Stance


CUES: Final = Path(__file__).parent / "data" / "cues.yaml"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_I: Final = re.IGNORECASE
_SUBJECT: Final = (
    r"(?:we|i|you|they|it|there|our|your|the|this|these|that|those|all|both|each|please|he|she|a|an|any)"
)
_VERB: Final = (
    r"(?:is|are|was|were|be|must|shall|should|will|would|can|could|may|has|have|had|need|needs|want|wants|require|requires|expect|expects|"
    r"remains?|stays?|comes?|starts?|begins?|runs?|includes?|provided|supplied)"
)
# Where the reach of a cue ends.
_BREAK: Final = re.compile(
    rf";|\s[–—-]\s|\||\b(?:but|however|whereas|while|although|though|unless|except that|yet)\b|,?\s\bso\b(?: that)?|"
    rf",\s(?:and |then |or |since |because |which |who |where |for which )?(?:we|i|you|they|it|there|our|your|please|he|she)\b|"
    rf",\s(?:and |then )(?:the|this|these|that|a|an)\b|\band (?:we|our|you|your|they|it|then|please|must|shall|should|will|need|needs|want|require|expect)\b|"
    rf",\s(?:must|shall|should|need|needs|required|then|plus|but|preferably|ideally)\b|\.\s|[.!?]$|\bbecause\b|,\swhich\b|,\swith\b|\)|\bbeyond\b|\bapart from\b",
    _I,
)
# "X, a Y would be welcome" and "X and Y is not acceptable" speak of Y alone; "X and Y are not needed" of both.
_SINGULAR: Final = re.compile(
    r"(?:is|was|isn['’]t|has|would be|will be|a plus|preferred|not acceptable|not needed|not required)\b", _I
)
_LISTED: Final = re.compile(
    r"\band\s|,\s(?:and\s)?(?:an?|the|our|your)\s|\b(?:mandatory|required|preferred|needed|obligatory|a must|welcome|acceptable),\s",
    _I,
)
_FINITE: Final = re.compile(rf"\b{_VERB}\b", _I)
_BREAK_BACK: Final = re.compile(
    r";|\s[–—-]\s|\||\(|:\s|\b(?:but|however|whereas|while|although|though|because|if|when|where|since)\b|,\s(?:and|so|then)\s|\.\s|\b(?:and|,)\s(?:we|our|the|your|you|it|they)\b",
    _I,
)


def _cue(pattern: str) -> re.Pattern[str]:
    whole = pattern.replace("{organisation}", _ORGANISATION)
    return re.compile(rf"(?<![\w-])(?:{whole})(?![\w-])", _I)


_ORGANISATION: Final = (
    r"(?:another|a (?:separate|different|second|third|specialised|specialist)|an(?:other)? external|our|the sponsor'?s?|an existing|the existing|an academic|a university|"
    r"a (?:uk|us|german|french|swiss|dutch|danish|local) )[\w\s,'’-]{0,40}?"
    r"(?:compan(?:y|ies)|vendors?|cdmos?|cmos?|suppliers?|partners?|cros?|laborator(?:y|ies)|labs?|plants?|sites?|depots?|qps?|team|facilit(?:y|ies)|group|department|university|"
    r"contractors?|firms?|packers?|manufacturer|affiliate|colleagues|people|chemists|hospital|institute|contract|warehouse|factory|side|network|printer|moulder|consultants?)\b"
)

_ORDER: Final = ("not_needed", "excluded", "others", "later", "asked", "wished")


@cache
def cues() -> tuple[tuple[Stance, Reach, re.Pattern[str]], ...]:
    """The cues of data/cues.yaml, one pattern per stance and reach."""
    raw = yaml.load(CUES.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    return tuple(
        (Stance[stance.upper()], Reach[reach.upper()], _cue("|".join(words)))
        for stance in _ORDER
        for reach, words in raw[stance].items()
    )


_IS_ANSWERED: Final = re.compile(r"^(?P<label>[^:|]{2,60}?)\s*[:|]\s*(?P<value>[^|]{0,60})", _I)
_NEGATIVE_VALUE: Final = re.compile(
    r"^(?:no\b(?!\s+(?:later|more|less))|none|n/?a\b|not (?:needed|required|applicable|relevant|in scope|wanted|part|foreseen|planned|included|used)|nil|out of scope|excluded|-+$|—$|without)",
    _I,
)
_WISHED_VALUE: Final = re.compile(
    r"^(?:prefer\w*|nice[- ]to[- ]have|desirable|optional|a plus|would be|if possible|wanted|ideally)", _I
)
_OTHERS_VALUE: Final = re.compile(
    r"^(?:(?:done |provided |supplied |made |handled )?(?:by|from|with|at) (?:us\b|sponsor|the sponsor|client|our\b|own\b)|our (?:own|depot|partner|supplier|cro|lab|qp|team|site|plant|vendor|\w+ (?:depot|partner|supplier|vendor|plant|lab))|"
    r"we\b(?! (?:need|want|require|expect|ask|would|look|prefer))|existing|in[- ]house|elsewhere|sponsor\b|available|used in|finished|closed|done\b|locked|already)",
    _I,
)
_LATER_VALUE: Final = re.compile(
    r"^(?:option\w*|later|not (?:now|yet|before)|tbd|to be (?:decided|defined)|future)|\boption\.?$", _I
)
_CONCESSION: Final = re.compile(
    r"\b(?:but|though|although|however|yet)\b[^.;]{0,50}\b(?:welcome|appreciated|nice|plus|advantage|bonus|preferred|desirable|like(?: it)?|good|help\w*)\b",
    _I,
)
_SHORT_WORDS: Final = 5


def scopes_of(sentence: Sentence, inherited: Stance | None = None, *, is_asked: bool = False) -> list[Scope]:
    """Stretches of the sentence with their stance; offsets count from the start of the text."""
    text = sentence.text
    found = [Scope(0, len(text), inherited)] if inherited else []
    if is_asked:
        found.append(Scope(_question_start(text), len(text), Stance.ASKED))
    found += _label_scopes(text)
    for stance, reach, pattern in cues():
        if stance is Stance.ASKED and sentence.is_question and not is_asked:
            continue
        for match in pattern.finditer(text):
            found += _reached(text, match, stance, reach)
    return [Scope(each.start + sentence.start, each.end + sentence.start, each.stance) for each in found]


def stance_at(scopes: Iterable[Scope], start: int, end: int) -> Stance:
    """Of the words between two places: the strongest scope that covers their beginning."""
    middle = (start + end) // 2
    return max((each.stance for each in scopes if each.start <= middle < each.end), default=Stance.NEEDED)


def _question_start(text: str) -> int:
    """A question begins after the last break: "Cycle is six weeks; is development included?" asks the end only."""
    breaks = [match.end() for match in re.finditer(r";\s|\s[–—-]\s|:\s", text)]
    return breaks[-1] if breaks else 0


def _label_scopes(text: str) -> Iterator[Scope]:
    """ "Serialisation: n/a" says it of the label, and so does a row of a table."""
    match = _IS_ANSWERED.match(text.lstrip("|-*• "))
    if not match:
        return
    offset = len(text) - len(text.lstrip("|-*• "))
    value = match["value"].strip()
    for pattern, stance in (
        (_NEGATIVE_VALUE, Stance.NOT_NEEDED), (_WISHED_VALUE, Stance.WISHED), (_OTHERS_VALUE, Stance.OTHERS), (_LATER_VALUE, Stance.LATER),
    ):  # fmt: skip
        if pattern.search(value):
            end = match.end() if stance in {Stance.NOT_NEEDED, Stance.OTHERS} else match.end("label")
            yield Scope(0, len(text) if "|" in text else offset + end, stance)
            return


def _reached(text: str, match: re.Match[str], stance: Stance, reach: Reach) -> Iterator[Scope]:
    if "|" in text:
        yield from _in_row(text, match, stance, reach)
    if reach is Reach.CLAUSE:
        yield Scope(0, len(text), stance)
    elif reach is Reach.BACKWARD:
        if stance is Stance.NOT_NEEDED and _CONCESSION.match(text[match.end() :].lstrip(" ,;")):
            stance = Stance.WISHED
        yield Scope(_back(text, match.start(), stance), match.end(), stance)
    elif reach is Reach.SHORT:
        yield Scope(match.end(), _few_words(text, match.end()), stance)
    else:
        yield Scope(match.end(), _onwards(text, match.end(), stance), stance)


def _in_row(text: str, match: re.Match[str], stance: Stance, reach: Reach) -> Iterator[Scope]:
    """A cell that is nothing but a cue speaks of its whole row."""
    start, end = text.rfind("|", 0, match.start()) + 1, text.find("|", match.end())
    cell = text[start : end if end >= 0 else len(text)].strip()
    if len(cell) - len(match.group()) <= 14:
        yield Scope(0, len(text), stance)
    elif stance in {Stance.OTHERS, Stance.NOT_NEEDED} and text.count("|", 0, start) == 2:
        yield Scope(0, start, stance)  # the label of the row


def _onwards(text: str, place: int, stance: Stance) -> int:
    end = next(
        (stop.start() for stop in _BREAK.finditer(text, place) if not _closes(stop, text, place)), len(text)
    )
    if stance in {Stance.NOT_NEEDED, Stance.OTHERS}:
        verb = _FINITE.search(text, place + 1, end)
        if verb:
            return verb.start()
    return end


def _closes(stop: re.Match[str], text: str, place: int) -> bool:
    """A bracket that opened after the cue breaks nothing when it closes."""
    return stop.group() == ")" and "(" in text[place : stop.start()]


def _few_words(text: str, place: int) -> int:
    end = _onwards(text, place, Stance.NOT_NEEDED)
    comma = text.find(",", place, end)
    end = comma if comma >= 0 else end
    words = list(re.finditer(r"\S+", text[place:end]))[:_SHORT_WORDS]
    return place + words[-1].end() if words else place


def _back(text: str, place: int, stance: Stance) -> int:
    """Back over the list before the cue, to the last break or finite verb."""
    start = 0
    for match in _BREAK_BACK.finditer(text, 0, place):
        start = match.end()
    for verb in _FINITE.finditer(text, start, place):
        if verb.end() < place - 1 and not re.fullmatch(r"\s*(?:\w+\s)?", text[verb.end() : place]):
            start = verb.end()
    if _SINGULAR.match(text, place):
        for match in _LISTED.finditer(text, start, place):
            start = match.end()
    return start
