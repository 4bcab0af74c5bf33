"""Statements of one text that cannot both hold. They are reported with a question; none is chosen."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

from matching.reading.findings import (
    ContradictionFound,
    DateFound,
    PlaceRole,
    QuantityFound,
    Reading,
    Relation,
    RequirementFound,
    Span,
    Strength,
)
from matching.reading.wording import says

_SMALL: Final = frozenset(
    (
        "the", "a", "an", "of", "for", "to", "in", "on", "at", "by", "be", "is", "are", "we", "our",
        "must", "shall", "need", "needs", "should", "will", "has", "have", "and", "or", "as", "with",
        "your", "you", "it", "they", "from", "no", "later", "than", "latest", "before", "until", "that",
        "only", "all", "can", "cannot", "please", "note",
    )
)  # fmt: skip
_WORDS: Final = re.compile(r"[a-z]{3,}")
_BEGINNING: Final = 5
_ALIKE: Final = 0.5
LOCATION: Final = "location"


def contradictions_of(reading: Reading, countries: Mapping[str, frozenset[str]]) -> list[ContradictionFound]:
    """`countries` are those of each `geo.*` code."""
    return [
        *_deadlines(reading.dates),
        *_exposure_limits(reading.quantities),
        *_places(reading, countries),
        *_terms(reading.requirements),
    ]


def _deadlines(dates: Iterable[DateFound]) -> Iterator[ContradictionFound]:
    """Two latest days for what is said in the same words, or a latest day before an earliest one."""
    for first, second in combinations([each for each in dates if each.relation is not Relation.WINDOW], 2):
        if _is_twice_latest(first, second) or _is_crossed(first, second) or _is_crossed(second, first):
            yield ContradictionFound(
                about=f"date: {_shared(first.event, second.event)}",
                spans=(first.span, second.span),
                question="Two dates are given for the same thing. Which one holds?",
            )


def _is_twice_latest(first: DateFound, second: DateFound) -> bool:
    """One word in common is not enough: a vector may be released by one day and filled by another."""
    is_other_day = first.relation is second.relation is Relation.BY and first.latest != second.latest
    one, other = _telling(first.event), _telling(second.event)
    return is_other_day and (one == other or len(one & other) > 1) and _are_alike(one, other)


def _is_crossed(first: DateFound, second: DateFound) -> bool:
    """One says "by", the other a later day: "not before", or the time that it is planned for."""
    if first.relation is not Relation.BY or second.relation is Relation.BY:
        return False
    is_later = bool(first.latest and second.earliest and first.latest < second.earliest)
    return is_later and _are_alike(_telling(first.event), _telling(second.event))


def _telling(event: str) -> set[str]:
    """Beginnings of words: "released" and "release" are one."""
    words = (word for word in _WORDS.findall(event.lower()) if word not in _SMALL)
    return {word[:_BEGINNING] for word in words}


def _are_alike(one: set[str], other: set[str]) -> bool:
    return bool(one and other) and len(one & other) / min(len(one), len(other)) >= _ALIKE


def _shared(first: str, second: str) -> str:
    shared = _telling(first) & _telling(second)
    return " ".join(word for word in _WORDS.findall(first.lower()) if word[:_BEGINNING] in shared) or first


def _exposure_limits(quantities: Iterable[QuantityFound]) -> Iterator[ContradictionFound]:
    """A substance has one limit; several batch sizes or strengths may well stand beside each other."""
    found = [each for each in quantities if each.measure == "OEL" and not each.of]
    if len({(each.value, each.lo, each.hi) for each in found}) > 1:
        yield ContradictionFound(
            about="OEL",
            spans=tuple(each.span for each in found),
            question="Two numbers are given for OEL. Which one holds?",
        )


def _places(reading: Reading, countries: Mapping[str, frozenset[str]]) -> Iterator[ContradictionFound]:
    """Places demanded apart from each other that share no country."""
    groups: dict[Span, set[str]] = defaultdict(set)
    for each in reading.places:
        if each.role is PlaceRole.MUST_IN and not each.note and _is_demanded(reading.text, each.span):
            groups[each.span] |= countries.get(each.id, frozenset({each.id}))
    for first, second in combinations(groups, 2):
        if not groups[first] & groups[second]:
            yield ContradictionFound(
                about=LOCATION,
                spans=(first, second),
                question="No site lies in both places. Which one holds, or is either fine?",
            )
            return


def _is_demanded(text: str, span: Span) -> bool:
    """Said to bind, and not only told: two casual remarks about places contradict nothing."""
    return says("demanded", text[max(0, span.start - 60) : span.end + 25])


def _terms(requirements: Iterable[RequirementFound]) -> Iterator[ContradictionFound]:
    strengths: dict[str, list[RequirementFound]] = defaultdict(list)
    for each in requirements:
        strengths[each.id].append(each)
    for code, found in strengths.items():
        if {Strength.MUST, Strength.MUST_NOT} <= {each.strength for each in found}:
            yield ContradictionFound(
                about=code,
                spans=tuple(each.span for each in found),
                question="This is both asked for and excluded. Which one holds?",
            )
