"""What the layout of a line says of its words: labels with values, cells of a table, boxes with ticks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from matching.reading.clause_words import patterns_of
from matching.reading.stances import Scope, Stance

# The order in which values are tried: a strict no before a mild one.
_VALUES: Final = {Stance[name.upper()]: each for name, each in patterns_of("values", r"^(?:{})").items()}
_LABELS: Final = {
    Stance[name.upper()]: each
    for name, each in patterns_of("labels", r"^(?:[-*•\d.()\s]{0,6})(?:{})$").items()
}
_LEGEND_WORDS: Final = {Stance[name.upper()]: each for name, each in patterns_of("legend", r"^{}").items()}
_LEGEND: Final = re.compile(r"(?<![\w])([A-Z]{1,2}|[a-z])\s?[=:]\s?(?:the )?([a-zA-Z][\w /-]{1,20})")
_BULLETS: Final = "|-*•– \t"
_LABELLED: Final = re.compile(
    r"(?:(?<=^)|(?<=[;.)]\s)|(?<=\s[–—-]\s))(?P<label>[^:|;\n]{2,60}):(?:\s+|$)(?P<value>[^|;]{0,60})"
)
_FRONT: Final = re.compile(r"(?P<label>[^:|\n]{2,60}):(?:\s+|$)(?P<value>[^|]{0,60})")
# "Packaging = sponsor, lyo = n/a" and "Animal-free certificate - no".
_EQUATED: Final = re.compile(r"(?P<label>[^=;,|:\n]{2,60})\s?=\s?(?P<value>[^=;,|]{1,40})")
_DASHED: Final = re.compile(
    r"[\s*•-]{0,4}(?P<label>[^–—;,|:\n-][^–—;,|:\n]{1,60}?)\s[–—-]\s(?P<value>[^;,|]{1,25})$"
)
_BRACKETED: Final = re.compile(r"^[-*•\s]{0,4}\[(?P<label>[^\]|\n]{3,60})\]\s")
_BRIEF_WORDS: Final = 7
_BRIEF_ANSWER: Final = 5
_SHORT_MARK: Final = 30
_BOX: Final = re.compile(r"\[(?P<tick>[ xX✓✔_]?)\]|(?P<sign>[☐☑☒✓✔✗✘])")
_ANSWER: Final = re.compile(r"\b(?:yes|no|ja|nein|oui|non)\b", re.IGNORECASE)
_PHASE: Final = re.compile(r"\bphase\s?(i{1,3}|[123])\b", re.IGNORECASE)
_PHASE_LABEL: Final = re.compile(
    r"(?:^|[.;]\s{1,4}|\n\s{0,4})(?:[-*•]\s)?phase\s?(i{1,3}|[123])\b[^:\n]{0,20}:\s{0,4}(?!done|completed?\b|finished|closed)",
    re.IGNORECASE,
)
_NUMBERS: Final = {"i": 1, "ii": 2, "iii": 3, "1": 1, "2": 2, "3": 3}


@dataclass(frozen=True, slots=True)
class Conventions:
    """What one text says about itself once and then relies on."""

    legend: Mapping[str, Stance] = field(default_factory=dict)
    first_phase: int = 3  # of the phases that head a line of their own; what later ones list is not asked yet


def conventions_of(text: str) -> Conventions:
    phases = [_NUMBERS[match[1].lower()] for match in _PHASE_LABEL.finditer(text)]
    return Conventions(_legend_of(text), min(phases, default=3))


def layout_of(text: str, conventions: Conventions) -> list[Scope]:
    """Offsets count from the start of the sentence."""
    if "|" in text:
        return list(_cells(text, conventions))
    return [*_labels(text, conventions), *_boxes(text)]


def answer_to(question: str, following: str) -> Stance | None:
    """ "Lyophilisation? Not needed." asks nothing: the author answers what he brought up."""
    if len(question.split()) > _BRIEF_WORDS or len(following.split()) > _BRIEF_ANSWER:
        return None
    return next((stance for stance, pattern in _VALUES.items() if pattern.match(following.strip())), None)


def _legend_of(text: str) -> dict[str, Stance]:
    """Only a legend of several letters is one: "T = 25 °C" explains nothing."""
    found: dict[str, Stance] = {}
    for match in _LEGEND.finditer(text):
        for stance, pattern in _LEGEND_WORDS.items():
            if pattern.match(match[2].lower()):
                found.setdefault(match[1], stance)
                break
    return found if len(found) > 1 else {}


def _value_stance(value: str, conventions: Conventions) -> Stance | None:
    value = value.strip(" .*_\t") if not value.strip().startswith(("_", ".", "…")) else value.strip()
    if value in conventions.legend:
        return conventions.legend[value]
    return next((stance for stance, pattern in _VALUES.items() if pattern.match(value)), None)


def _labels(text: str, conventions: Conventions) -> Iterator[Scope]:
    """ "Serialisation: n/a" says it of the label; "From our side: the placebo" of the value."""
    lead = len(text) - len(text.lstrip(_BULLETS))
    found = (list(_LABELLED.finditer(text, lead)) or list(_at_front(text, lead))) if ":" in text else []
    for match, following in pairwise([*found, None]):
        if match is None:
            break
        last = following.start("label") if following else len(text)
        yield from _labelled(match, last, conventions)
    bracketed = _BRACKETED.match(text)
    if bracketed and (stance := _label_stance(bracketed["label"], conventions)):
        yield Scope(0, len(text), stance)
    for match in _EQUATED.finditer(text) if "=" in text else ():
        yield from _labelled(match, match.end(), conventions)
    if dashed := _DASHED.match(text):
        yield from _labelled(dashed, len(text), conventions)


def _at_front(text: str, lead: int) -> Iterator[re.Match[str]]:
    if match := _FRONT.match(text, lead):
        yield match


def _labelled(match: re.Match[str], last: int, conventions: Conventions) -> Iterator[Scope]:
    if stance := _label_stance(match["label"], conventions):
        yield Scope(match.start("value"), last, stance)
        return
    stance = _value_stance(match["value"], conventions)
    if stance in {Stance.NOT_NEEDED, Stance.OTHERS, Stance.EXCLUDED, Stance.ASKED}:
        yield Scope(match.start("label"), match.end("value"), stance)
    elif stance:
        yield Scope(match.start("label"), match.end("label"), stance)


def _label_stance(label: str, conventions: Conventions) -> Stance | None:
    label = label.strip()
    phase = _PHASE.match(label)
    if phase and len(label) < 30 and _NUMBERS[phase[1].lower()] > conventions.first_phase:
        return Stance.LATER
    return next((stance for stance, pattern in _LABELS.items() if pattern.match(label.lower())), None)


def _cells(text: str, conventions: Conventions) -> Iterator[Scope]:
    """A mark speaks of its row; in a row of several pairs, of the words before it."""
    cells = [match.span() for match in re.finditer(r"[^|]+", text) if match.group().strip()]
    marks = list(_marks(text, cells, conventions))
    if len(marks) == 1:
        yield Scope(0, len(text), marks[0][1])
        return
    start = 0
    for place, stance in marks:
        end = cells[place][1]
        if stance is not Stance.NEEDED:
            yield Scope(start, end, stance)
        start = end


def _marks(text: str, cells: list[tuple[int, int]], conventions: Conventions) -> Iterator[tuple[int, Stance]]:
    """Of marks beside each other the first: the others are remarks on it."""
    previous = -1
    for place, (start, end) in enumerate(cells):
        value = text[start:end].strip()
        stance = _value_stance(value, conventions) if place else None
        if stance is None or (len(value) > _SHORT_MARK and place > 1):
            continue
        if place != previous + 1 or previous < 0:
            yield place, stance
        previous = place


def _boxes(text: str) -> Iterator[Scope]:
    boxes = list(_BOX.finditer(text))
    if not boxes or _ANSWER.search(text):
        yield from _answered(text, boxes)
        return
    stands_after = not text[boxes[-1].end() :].strip() and text[: boxes[0].start()].strip(_BULLETS)
    edges = (
        [0, *(box.end() for box in boxes)] if stands_after else [*(box.start() for box in boxes), len(text)]
    )
    for box, (start, end) in zip(boxes, pairwise(edges), strict=True):
        if not _is_ticked(box):
            yield Scope(start, end, Stance.NOT_NEEDED)


def _answered(text: str, boxes: list[re.Match[str]]) -> Iterator[Scope]:
    """ "[ ] yes [x] no": the tick says it of the line; no tick leaves it to the reader of the form."""
    if len(boxes) < 2:
        return
    ticked = [box for box in boxes if _is_ticked(box)]
    answers = [match for box in ticked if (match := _ANSWER.match(text[box.end() :].lstrip()))]
    if not ticked:
        yield Scope(0, len(text), Stance.ASKED)
    elif answers and answers[0].group().lower() in {"no", "nein", "non"}:
        yield Scope(0, len(text), Stance.NOT_NEEDED)


def _is_ticked(box: re.Match[str]) -> bool:
    return (box["sign"] or box["tick"] or "").strip(" _☐✗✘") != ""
