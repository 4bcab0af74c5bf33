"""How a sentence stands to what it names: needed, excluded, wished for, asked about, needed later, done by others.

The way of ConText (Harkema et al. 2009) and of its forerunner NegEx (Chapman et al. 2001): cues with a direction, a scope that ends at
the next break of the sentence, and words that look like a cue and are none. The cues are those of procurement prose.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

from matching.reading.clause_words import cue_patterns, cue_words, lowered, pattern_of
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
    WITHIN = 4  # the words of the cue itself


@dataclass(frozen=True, slots=True)
class Scope:
    start: int
    end: int
    stance: Stance


@dataclass(frozen=True, slots=True)
class Cue:
    stance: Stance
    reach: Reach
    is_cased: bool
    pattern: re.Pattern[str]


_BREAK: Final = pattern_of("breaks", "forward")
_BREAK_BACK: Final = pattern_of("breaks", "backward")
_FINITE: Final = pattern_of("breaks", "verbs", r"\b{}\b")
_BETWEEN: Final = pattern_of("breaks", "adverbs", r"\s*(?:\w+\s)?|\s*(?:{}\s){1,3}")
_SINGULAR: Final = pattern_of("breaks", "singular")
_IS_DONE: Final = re.compile(r"\b(?:is|was|isn['’]t|has been)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_LISTED: Final = pattern_of("breaks", "listed")
_CONCESSION: Final = pattern_of("breaks", "concession")
# "Instead of blisters we chose bottles", but not "we do not need you to fill".
_SUBJECT: Final = re.compile(r"\s(?:we|i|you|they|it)\s(?!to\b)", re.IGNORECASE)
_SHORT_WORDS: Final = 5
_ORDER: Final = ("not_needed", "excluded", "others", "later", "asked", "wished", "needed")


@cache
def cues() -> tuple[Cue, ...]:
    """The cues of data/cues.yaml, one or two patterns per stance and reach."""
    return tuple(
        Cue(Stance[stance.upper()], Reach[reach.upper()], is_cased, pattern)
        for stance in _ORDER
        for reach, words in cue_words()[stance].items()
        for is_cased, pattern in cue_patterns(words)
    )


@cache
def _innocent() -> tuple[tuple[bool, re.Pattern[str]], ...]:
    return tuple(cue_patterns(cue_words()["innocent"]["within"]))


def scopes_of(
    sentence: Sentence,
    inherited: Stance | None = None,
    *,
    is_asked: bool = False,
    layout: Iterable[Scope] = (),
) -> list[Scope]:
    """Stretches of the sentence with their stance; offsets count from the start of the text.

    `layout` is what labels, cells and boxes say, with offsets from the start of the sentence.
    """
    text = sentence.text
    found = [Scope(0, len(text), inherited)] if inherited else []
    if is_asked:
        found.append(Scope(_question_start(text), len(text), Stance.ASKED))
    layout = list(layout)
    cued = list(_cued(sentence, is_asked=is_asked, is_laid_out=bool(layout)))
    found += layout
    needed = [each for each in cued if each.stance is Stance.NEEDED]
    for each in cued:
        found += _left_by(each, needed)
    return [Scope(each.start + sentence.start, each.end + sentence.start, each.stance) for each in found]


def stance_at(scopes: Iterable[Scope], start: int, end: int) -> Stance:
    """Of the words between two places: the strongest scope that covers their middle."""
    middle = (start + end) // 2
    return max((each.stance for each in scopes if each.start <= middle < each.end), default=Stance.NEEDED)


def _cued(sentence: Sentence, *, is_asked: bool, is_laid_out: bool) -> Iterator[Scope]:
    text, lower = sentence.text, lowered(sentence.text)
    innocent = [
        match.span() for cased, each in _innocent() for match in each.finditer(text if cased else lower)
    ]
    for cue in cues():
        if cue.stance is Stance.ASKED and sentence.is_question and not is_asked:
            continue
        for match in cue.pattern.finditer(text if cue.is_cased else lower):
            if not any(start < match.end() and match.start() < end for start, end in innocent):
                if "|" in text and not is_laid_out:
                    yield from _in_row(text, match, cue.stance)
                yield from _reached(text, match, cue.stance, cue.reach)


def _left_by(scope: Scope, needed: Iterable[Scope]) -> Iterator[Scope]:
    """What remains of a scope where words inside it are needed after all: "no X, but Y is not optional"."""
    start = scope.start
    if scope.stance is not Stance.NEEDED:
        for each in sorted(needed, key=lambda each: each.start):
            if each.end <= start or each.start >= scope.end:
                continue
            if each.start > start:
                yield Scope(start, each.start, scope.stance)
            start = each.end
    if start < scope.end:
        yield Scope(start, scope.end, scope.stance)


def _question_start(text: str) -> int:
    """A question begins after the last break: "Cycle is six weeks; is development included?" asks the end only."""
    breaks = [match.end() for match in re.finditer(r";\s|\s[–—-]\s|:\s", text)]
    return breaks[-1] if breaks else 0


def _reached(text: str, match: re.Match[str], stance: Stance, reach: Reach) -> Iterator[Scope]:
    if reach is Reach.CLAUSE:
        yield Scope(0, len(text), stance)
    elif reach is Reach.WITHIN:
        yield Scope(match.start(), match.end(), stance)
    elif reach is Reach.BACKWARD:
        if stance is Stance.NOT_NEEDED and _CONCESSION.match(text[match.end() :].lstrip(" ,;")):
            stance = Stance.WISHED
        yield Scope(_back(text, match.start()), match.end(), stance)
    elif reach is Reach.SHORT:
        yield Scope(match.end(), _few_words(text, match.end()), stance)
    else:
        yield Scope(match.end(), _onwards(text, match.end(), stance), stance)


def _in_row(text: str, match: re.Match[str], stance: Stance) -> Iterator[Scope]:
    """Words in a cell speak of the label of the row, and where they fill the cell of the whole row."""
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
        for pattern in (_FINITE, _SUBJECT):
            if stop := pattern.search(text, place + 1, end):
                end = stop.start()
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


def _back(text: str, place: int) -> int:
    """Back over the list before the cue, to the last break or finite verb."""
    start = 0
    for match in _BREAK_BACK.finditer(text, 0, place):
        start = match.end()
    for verb in _FINITE.finditer(text, start, place):
        if verb.end() < place - 1 and not _BETWEEN.fullmatch(text, verb.end(), place):
            start = verb.end()
    if _SINGULAR.match(text, place) or _IS_DONE.search(text, max(start, place - 30), place):
        for match in _LISTED.finditer(text, start, place):
            start = match.end()
    return start
