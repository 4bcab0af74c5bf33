"""What the amounts of a sentence describe: a measure of the vocabulary, or plain words where it has none."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from matching.reading import naming_counts, naming_matter, naming_terms
from matching.reading.amounts import amounts_of
from matching.reading.contexts import Context, Named, Project
from matching.reading.findings import QuantityFound, Span
from matching.reading.numerals import Style
from matching.reading.passages import Sentence
from matching.reading.stances import Stance
from matching.reading.unit_words import Kind
from matching.reading.units import converted

__all__ = ["LATER", "Project", "once", "quantities_of"]

LATER: Final = "later"
"""The basis of what is needed only later."""
FORECAST: Final = "forecast"
_YEAR_AFTER: Final = re.compile(r"[^.;,]{0,30}?\b(?:by|in|from|until)\s(?P<year>20\d\d)\b")
_Naming = Callable[[Context, Project], Named | None]


def _plain(measure: str) -> _Naming:
    return lambda _place, _project: Named(measure)


# Kinds that are missing describe nothing that is asked for: people, patients' doses, cells.
_NAMING: Final[dict[Kind, _Naming]] = {
    Kind.COUNT: naming_counts.count,
    Kind.RATE: naming_counts.rate,
    Kind.BATCHES: naming_counts.batches,
    Kind.PATIENTS: naming_counts.patients,
    Kind.SAMPLES: naming_counts.samples,
    Kind.MASS: naming_matter.mass,
    Kind.VOLUME: naming_matter.volume,
    Kind.EXPOSURE: naming_matter.exposure,
    Kind.CONCENTRATION: naming_matter.concentration,
    Kind.GENOMES: naming_matter.genomes,
    Kind.LENGTH: naming_matter.length,
    Kind.DRYING: naming_matter.drying,
    Kind.TIME: naming_terms.time,
    Kind.PERCENT: naming_terms.percent,
    Kind.MONEY: naming_terms.money,
    Kind.DAILY_EXPOSURE: _plain("PDE"),
    Kind.TITRE: naming_matter.concentration,
    Kind.AMOUNT: _plain("sc.oligo-mol"),
    Kind.AREA: _plain("sc.lyo-shelf-m2"),
    Kind.VIAL_SIZE: _plain("sc.vial-size"),
    Kind.PRESSURE: _plain("pressure"),
    Kind.ACTIVITY: _plain("activity"),
}


def quantities_of(
    sentence: Sentence,
    previous: Sentence | None,
    style: Style,
    project: Project,
    stance_of: Callable[[int], Stance],
) -> list[QuantityFound]:
    """Amounts that a careful reader would note; those of the sponsor's own plant are left out."""
    found: list[QuantityFound] = []
    for amount in amounts_of(sentence, style, partial(_counted, previous, style)):
        naming = _NAMING.get(amount.kind)
        place = Context(amount, sentence, previous)
        named = naming(place, project) if naming else None
        stance = stance_of(amount.number_start)
        if named is None or not _is_asked(place, named, stance):
            continue
        here = [_found(place, named)]
        if more := naming_counts.of_multiple(place, named):
            here.append(_batches(place, more))
        basis = LATER if stance is Stance.LATER else _forecast(place)
        found += [replace(each, basis=basis) for each in here] if basis else here
    return [*found, *_shares(sentence)]


def _is_asked(place: Context, named: Named, stance: Stance) -> bool:
    """The no of "not less than" bounds the number, and refuses nothing."""
    if named.is_kept_when_own or stance not in {Stance.OTHERS, Stance.NOT_NEEDED}:
        return True
    return stance is Stance.NOT_NEEDED and place.amount.is_denied


def _forecast(place: Context) -> str:
    """ "Growing to 22 million by 2030": what is expected one day, and not asked for now."""
    if not place.precedes("growing_to", r"\s(?:[\w~.]+\s){0,2}"):
        return ""
    year = _YEAR_AFTER.match(place.after)
    return f"{year['year']} {FORECAST}" if year else FORECAST


def _counted(previous: Sentence | None, style: Style) -> str:
    """What the sentence before counted, for numbers that leave it out."""
    amounts = amounts_of(previous, style) if previous else []
    return next((each.unit for each in reversed(amounts) if each.kind is Kind.COUNT), "")


def _found(place: Context, named: Named) -> QuantityFound:
    amount = place.amount
    value, lo, hi = (_reported(each, amount.unit, named) for each in (amount.value, amount.lo, amount.hi))
    if named.is_least and value is not None:
        value, lo = None, value
    return QuantityFound(
        measure=named.measure,
        unit=named.unit or named.to_base or amount.unit,
        span=Span(amount.start, place.end),
        value=value,
        lo=lo,
        hi=hi,
        per=named.per or place.per,
        of=place.of.strip(),
        basis=named.basis,
        strength=named.strength,
        count=max(amount.count, 1),
        is_approximate=amount.is_approximate,
    )


def _batches(place: Context, named: Named) -> QuantityFound:
    span = Span(place.amount.start, place.end)
    return QuantityFound(named.measure, named.unit, span, value=float(place.amount.count), basis=named.basis)


def _reported(value: float | None, unit: str, named: Named) -> float | None:
    if value is None:
        return None
    value *= named.times
    if not named.to_base or named.to_base == unit:
        return value
    return converted(value, *(each.removesuffix("s") for each in (unit, named.to_base)))


_SHARE: Final = re.compile(r"(?<![\d/.])(?P<share>\d{1,2}\s?/\s?\d{1,2}(?:\s?/\s?\d{1,2})?)(?![\d/.])")
_IS_SPLIT: Final = re.compile(r"\bsplit\b|\bratio\b", re.IGNORECASE)


def _shares(sentence: Sentence) -> Iterator[QuantityFound]:
    if not _IS_SPLIT.search(sentence.text):
        return
    for match in _SHARE.finditer(sentence.text):
        parts = [int(part) for part in match["share"].replace(" ", "").split("/")]
        if sum(parts) == 100:
            span = Span(sentence.start + match.start(), sentence.start + match.end())
            yield QuantityFound("volume split", "percent", span, share="/".join(map(str, parts)))


def once(found: Iterable[QuantityFound]) -> list[QuantityFound]:
    """The same number of the same thing, said twice, is one finding; a fill tells more than its container."""
    seen: dict[tuple[object, ...], QuantityFound] = {}
    for each in found:
        key = (each.measure, each.unit, each.value, each.lo, each.hi, each.share)
        seen.setdefault(key, each)
    kept = [each for each in seen.values() if not _is_bounded_elsewhere(each, seen.values())]
    if any(naming_matter.is_fill(each.measure, each.basis) for each in kept):
        return [each for each in kept if not naming_matter.is_container(each.measure, each.basis)]
    return kept


def _is_bounded_elsewhere(found: QuantityFound, others: Iterable[QuantityFound]) -> bool:
    """ "6 Wochen (6 weeks) max": the number that is a bound tells more than the same without."""
    return found.value is not None and any(
        found.measure == other.measure and found.unit == other.unit and found.value in {other.lo, other.hi}
        for other in others
        if other.lo is None or other.hi is None
    )
