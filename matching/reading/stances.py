"""How a sentence stands to what it names: needed, excluded, wished for, asked about, later, done by others.

The way of ConText (Harkema et al. 2009) and of its forerunner NegEx (Chapman et al. 2001): cues with a
direction, a scope that ends at the next break of the sentence, and words that look like a cue and are none.
The cues are those of procurement prose.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property
from typing import Final

from matching.reading.clause_words import CueWords, cue_words, lowered, pattern_of
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


_BREAK: Final = pattern_of("breaks", "forward")
_BREAK_BACK: Final = pattern_of("breaks", "backward")
_FINITE: Final = pattern_of("breaks", "verbs", r"\b{}\b")
_BETWEEN: Final = pattern_of("breaks", "adverbs", r"\s*(?:{}\s){0,3}(?:\w+\s)?")
_SINGULAR: Final = pattern_of("breaks", "singular")
_IS_DONE: Final = re.compile(r"\b(?:is|was|isn['’]t|has been)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_LISTED: Final = pattern_of("breaks", "listed")
_CONCESSION: Final = pattern_of("breaks", "concession")
# "Instead of blisters we chose bottles", but not "we do not need you to fill".
_SUBJECT: Final = re.compile(r"\s(?:we|i|you|they|it)\s(?!to\b)", re.IGNORECASE)
_JOINED: Final = re.compile(r"\b(?:and|or|nor)\b")
_RELATIVE: Final = re.compile(r"\w\s(?:that|which)\s(?:we\s|it\s|they\s)?$")
_SHORT_WORDS: Final = 5
# What "by you" and "not optional" take words back from. A no and a wish stand beside them: "no tests by you".
_FREED: Final = frozenset({Stance.OTHERS, Stance.LATER})
_LABEL_WORDS: Final = 3
_OPENING: Final = 6
_NEAR: Final = 40
_INNOCENT: Final = "innocent"
_ORDER: Final = ("not_needed", "excluded", "others", "later", "asked", "wished", "needed")


@cache
def _cue_words() -> CueWords:
    """The cues of data/cues.yaml: a list for each stance and reach, and the innocent ones."""
    raw = cue_words()
    lists = {f"{stance} {reach}": words for stance in _ORDER for reach, words in raw[stance].items()}
    return CueWords(lists | {_INNOCENT: raw["innocent"]["within"]})


def _named(name: str) -> tuple[Stance, Reach]:
    stance, reach = name.split()
    return Stance[stance.upper()], Reach[reach.upper()]


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
    text, clauses = sentence.text, _Clauses(sentence.text)
    found = _cue_words().found(text)
    innocent = [match.span() for match in found.pop(_INNOCENT, [])]
    for name, matches in found.items():
        stance, reach = _named(name)
        if stance is Stance.ASKED and sentence.is_question and not is_asked:
            continue
        for match in matches:
            if any(start < match.end() and match.start() < end for start, end in innocent):
                continue
            if "|" in text and not is_laid_out:
                yield from _in_row(text, match, stance)
            yield from clauses.reached(match, stance, reach)


def _left_by(scope: Scope, needed: Iterable[Scope]) -> Iterator[Scope]:
    """What remains of a scope where words inside it are needed after all: "no X, but Y is not optional"."""
    start = scope.start
    if scope.stance in _FREED:
        for each in sorted(needed, key=lambda each: each.start):
            if each.end <= start or each.start >= scope.end:
                continue
            if each.start > start:
                yield Scope(start, each.start, scope.stance)
            start = each.end
    if start < scope.end:
        yield Scope(start, scope.end, scope.stance)


def _question_start(text: str) -> int:
    """After the last break: "Cycle is six weeks; is development included?" asks the end only."""
    breaks = [match.end() for match in re.finditer(r";\s|\s[–—-]\s|:\s", text)]
    is_labelled = len(breaks) == 1 and len(text[: breaks[0]].split()) <= _LABEL_WORDS
    return breaks[-1] if breaks and not is_labelled else 0


class _Clauses:
    """Where cues of one sentence stop to reach; looked up once for all its cues."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = lowered(text)

    @cached_property
    def breaks(self) -> list[tuple[int, int]]:
        return [match.span() for match in _BREAK.finditer(self.lower)]

    @cached_property
    def breaks_back(self) -> list[int]:
        return [match.end() for match in _BREAK_BACK.finditer(self.lower)]

    @cached_property
    def verbs(self) -> list[tuple[int, int]]:
        return [match.span() for match in _FINITE.finditer(self.lower)]

    @cached_property
    def subjects(self) -> list[int]:
        return [match.start() for match in _SUBJECT.finditer(self.lower)]

    def reached(self, match: re.Match[str], stance: Stance, reach: Reach) -> Iterator[Scope]:
        start, end = match.span()
        if reach is Reach.CLAUSE:
            last = self.text.find(";", end)
            yield Scope(self.text.rfind(";", 0, start) + 1, last if last >= 0 else len(self.text), stance)
        elif reach is Reach.WITHIN:
            yield Scope(start, end, stance)
        elif reach is Reach.BACKWARD:
            if stance is Stance.NOT_NEEDED and _CONCESSION.match(self.text[end:].lstrip(" ,;")):
                stance = Stance.WISHED
            begin = self._back(start)
            if stance is Stance.NEEDED:  # frees no more than the words beside it
                begin = max(begin, self.text.rfind(", ", 0, start) + 1)
            yield Scope(begin, end, stance)
            if stance is Stance.OTHERS and self.text.startswith(":", end):
                yield Scope(end, self._onwards(end, stance), stance)
        elif reach is Reach.SHORT:
            yield Scope(end, self._few_words(end), stance)
        else:
            yield Scope(end, self._onwards(self._entered(start, end, stance), stance), stance)

    def _entered(self, start: int, end: int, stance: Stance) -> int:
        """ "Later on, we need X": what opens the sentence reaches past the comma behind it."""
        if start > _OPENING or stance not in {Stance.LATER, Stance.WISHED}:
            return end
        known = bisect_left(self.breaks, (end, 0))
        following = self.breaks[known] if known < len(self.breaks) else (0, 0)
        is_near = following[0] - end < _NEAR and self.text.startswith(",", following[0])
        return following[1] if is_near else end

    def _onwards(self, place: int, stance: Stance) -> int:
        end = len(self.text)
        for start, stop in self.breaks[bisect_left(self.breaks, (place, 0)) :]:
            if not self._closes(start, stop, place):
                end = start
                break
        if stance not in {Stance.NOT_NEEDED, Stance.OTHERS}:
            return end
        subject = bisect_left(self.subjects, place + 1)
        end = min([end, *self.subjects[subject : subject + 1]])
        verb = bisect_left(self.verbs, (place + 1, 0))
        if verb < len(self.verbs) and self.verbs[verb][0] < end:
            end = self._before_subject(place, self.verbs[verb][0])
        return end

    def _before_subject(self, place: int, verb: int) -> int:
        """In "as we hold no licence, release has to be yours" the comma opens another clause."""
        comma = self.text.rfind(", ", place, verb)
        return comma if comma >= 0 and not _JOINED.search(self.lower, comma, verb) else verb

    def _closes(self, start: int, stop: int, place: int) -> bool:
        """A bracket that opened after the cue breaks nothing when it closes."""
        return self.text[start:stop] == ")" and "(" in self.text[place:start]

    def _few_words(self, place: int) -> int:
        end = self._onwards(place, Stance.NOT_NEEDED)
        comma = self.text.find(",", place, end)
        words = list(re.finditer(r"\S+", self.text[place : comma if comma >= 0 else end]))[:_SHORT_WORDS]
        return place + words[-1].end() if words else place

    def _back(self, place: int) -> int:
        """Back over the list before the cue, to the last break or finite verb."""
        known = bisect_right(self.breaks_back, place)
        start = self.breaks_back[known - 1] if known else 0
        for begin, stop in self.verbs:
            if begin >= start and stop < place - 1 and not _BETWEEN.fullmatch(self.lower, stop, place):
                start = stop
        if _RELATIVE.search(self.lower, max(start, place - 20), place):
            # "vials with a pump that we have already bought" tells of what stands right before.
            start = max(start, self.lower.rfind(", ", 0, place) + 1)
        if _SINGULAR.match(self.lower, place) or _IS_DONE.search(self.lower, max(start, place - 30), place):
            for match in _LISTED.finditer(self.lower, start, place):
                start = match.end()
        return start


def _in_row(text: str, match: re.Match[str], stance: Stance) -> Iterator[Scope]:
    """Words in a cell speak of the label of the row, and where they fill the cell of the whole row."""
    start, end = text.rfind("|", 0, match.start()) + 1, text.find("|", match.end())
    cell = text[start : end if end >= 0 else len(text)].strip()
    if len(cell) - len(match.group()) <= 14:
        yield Scope(0, len(text), stance)
    elif stance in {Stance.OTHERS, Stance.NOT_NEEDED} and text.count("|", 0, start) == 2:
        yield Scope(0, start, stance)  # the label of the row
