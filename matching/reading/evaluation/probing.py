"""The verdict of a reading on a small profile told in words: which gates the words contradict or leave open.

A profile meets every gate that its words do not mention; "not stated" marks what it is silent on.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from matching.reading.amounts import Amount, amounts_of
from matching.reading.findings import PlaceRole, QuantityFound, Reading, RequirementFound, Strength
from matching.reading.lexicon import Lexicon
from matching.reading.noticing import Notice, read_sentences
from matching.reading.numerals import Style
from matching.reading.passages import Sentence
from matching.reading.stances import Stance
from matching.reading.unit_words import Kind

_SILENT: Final = re.compile(
    r"\bnot (?:stated|given|mentioned|known|named|specified)\b|\bunknown\b|\bsilent\b", re.IGNORECASE
)
_ONLY: Final = re.compile(r"\bonly\b", re.IGNORECASE)
_SEGMENT: Final = re.compile(r"[;,]\s|\.\s")
_SMALLEST: Final = re.compile(r"\b(?:minimum|min\.?|smallest|from|at least|starts? at)\b", re.IGNORECASE)
_LARGEST: Final = re.compile(r"\b(?:up to|max(?:imum)?|largest|to|at most|limit)\b", re.IGNORECASE)
_REFUSED: Final = frozenset({Stance.NOT_NEEDED, Stance.EXCLUDED})
_FACETS_OF_ONLY: Final = frozenset({"dosage_form", "container", "unit_operation"})


def verdict(reading: Reading, facts: str, lexicon: Lexicon) -> str:
    """eligible, ineligible or unknown."""
    profile = _Profile(facts, lexicon)
    if any(_unmet(reading, profile, lexicon)):
        return "ineligible"
    return "unknown" if profile.is_silent else "eligible"


class _Profile:
    """What the words say: terms had, terms lacked, places and amounts."""

    def __init__(self, facts: str, lexicon: Lexicon) -> None:
        self.segments = [segment.strip() for segment in _SEGMENT.split(facts) if segment.strip()]
        self.is_silent = bool(_SILENT.search(facts))
        told = [each for each in self.segments if not _SILENT.search(each)]
        self.notices = [notice for segment in told for notice in _notices(segment, lexicon)]
        self.had = {each.code for each in self.notices if each.stance not in _REFUSED}
        self.lacked = {each.code for each in self.notices if each.stance in _REFUSED} - self.had
        self.exclusive = [segment for segment in told if _ONLY.search(segment)]
        self.places = [code for segment in told for _, _, code in lexicon.gazetteer.found(segment)]
        self.amounts = [(segment, amount) for segment in told for amount in _amounts(segment)]


def _notices(segment: str, lexicon: Lexicon) -> list[Notice]:
    return [notice for read in read_sentences(segment, lexicon) for notice in read.notices]


def _amounts(segment: str) -> list[Amount]:
    return amounts_of(Sentence(segment, 0, len(segment)), Style.of(segment))


def _unmet(reading: Reading, profile: _Profile, lexicon: Lexicon) -> Iterator[bool]:
    """True for each gate that the profile contradicts."""
    for requirement in reading.requirements:
        if requirement.strength is Strength.MUST and not requirement.is_named:
            yield _is_lacked(requirement.id, profile, lexicon)
        yield from (
            _is_handled(each.code, profile, lexicon) for each in requirement.hazards if _excludes(requirement)
        )
    for group in reading.any_of:
        if group.strength is Strength.MUST:
            yield all(_is_lacked(code, profile, lexicon) for code in group.ids)
    yield _is_misplaced(reading, profile, lexicon)
    yield from (_is_out_of_range(quantity, profile) for quantity in reading.quantities)


def _excludes(requirement: RequirementFound) -> bool:
    return requirement.strength is Strength.MUST_NOT or requirement.is_named


def _is_lacked(code: str, profile: _Profile, lexicon: Lexicon) -> bool:
    """Said not to be there, itself or what it belongs to; or left out where a list says "only"."""
    family = {code, *lexicon.ancestors(code)}
    reported = {lexicon.reported_as.get(each, each) for each in profile.lacked}
    if family & (profile.lacked | reported):
        return True
    if lexicon.facet(code) not in _FACETS_OF_ONLY:
        return False
    for segment in profile.exclusive:
        named = {notice.code for notice in _notices(segment, lexicon)}
        alike = {each for each in named if lexicon.facet(each) == lexicon.facet(code)}
        related = {each for each in alike if each in family or code in set(lexicon.ancestors(each))}
        if alike and not related:
            return True
    return False


def _is_handled(hazard: str, profile: _Profile, lexicon: Lexicon) -> bool:
    reported = lexicon.reported_as.get(hazard, hazard)
    handled = {lexicon.reported_as.get(code, code) for code in profile.had}
    return reported in handled


def _is_misplaced(reading: Reading, profile: _Profile, lexicon: Lexicon) -> bool:
    wanted = _countries((each.id for each in reading.places if each.role is PlaceRole.MUST_IN), lexicon)
    banned = _countries((each.id for each in reading.places if each.role is PlaceRole.MUST_NOT_IN), lexicon)
    for code in profile.places:
        own = _countries([code], lexicon)
        if len(own) > 2:
            continue  # "EU GMP" and the like: no place of a site
        if own & banned or (wanted and not own & wanted):
            return True
    return False


def _countries(codes: Iterable[str], lexicon: Lexicon) -> set[str]:
    return {country for code in codes for country in lexicon.countries.get(code, frozenset({code}))}


def _is_out_of_range(quantity: QuantityFound, profile: _Profile) -> bool:
    numbers = [each for each in (quantity.value, quantity.lo, quantity.hi) if each is not None]
    if not numbers or quantity.strength is Strength.PREFER:
        return False
    told = [
        _is_outside(min(numbers), max(numbers), amount, segment, quantity)
        for segment, amount in profile.amounts
        if _describes(quantity, amount, segment)
    ]
    return bool(told) and all(told)


_KINDS: Final = {
    "sc.rate-units-hour": Kind.RATE, "OEL": Kind.EXPOSURE, "sc.batch-units": Kind.COUNT,
    "sc.vials-per-batch": Kind.COUNT, "sc.batch-kg": Kind.MASS, "sc.bioreactor-l": Kind.VOLUME,
    "sc.reactor-l": Kind.VOLUME, "sc.lyo-shelf-m2": Kind.AREA,
}  # fmt: skip


def _describes(quantity: QuantityFound, amount: Amount, segment: str) -> bool:
    is_annual = bool(re.search(r"year|annual|p\.a\.", segment, re.IGNORECASE))
    return _KINDS.get(quantity.measure) is amount.kind and not is_annual


def _is_outside(low: float, high: float, amount: Amount, segment: str, quantity: QuantityFound) -> bool:
    """A rate must be reached, an exposure limit gone down to, a batch lie within what is offered."""
    if quantity.measure == "sc.rate-units-hour":
        return amount.largest < low
    if quantity.measure == "OEL":
        lowest = min(each for each in (amount.value, amount.lo, amount.hi) if each is not None)
        return lowest > low
    if amount.kind is Kind.VOLUME:
        return amount.largest < low
    smallest = amount.lo if amount.lo is not None else amount.value if _SMALLEST.search(segment) else None
    largest = amount.hi if amount.hi is not None else amount.value if _LARGEST.search(segment) else None
    return (smallest is not None and smallest > high) or (largest is not None and largest < low)
