"""`read`: the text of a brief in, a reading with evidence out. Same text and day, same reading."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from matching.reading.alternatives import alternatives_of
from matching.reading.business import business_terms
from matching.reading.contradictions import contradictions_of
from matching.reading.dates import dates_of
from matching.reading.findings import (
    AlternativesFound,
    DateFound,
    PlaceFound,
    QuantityFound,
    QuestionFound,
    Reading,
    Span,
)
from matching.reading.judging import Judge, implied, work_of
from matching.reading.lexicon import Lexicon
from matching.reading.noticing import Notice, Read, read_sentences, without
from matching.reading.numerals import Style
from matching.reading.passages import Passages
from matching.reading.places import places_of
from matching.reading.quantities import Project, once, quantities_of
from matching.reading.silences import silences_of
from matching.reading.stances import Stance, stance_at


def read(text: str, lexicon: Lexicon, as_of: dt.date) -> Reading:
    """Proposals for a person to confirm. `as_of` is the day that "by mid-Aug" and "within 14 weeks" count from."""
    reads = read_sentences(Passages(text), lexicon)
    notices = [notice for read in reads for notice in read.notices]
    work = work_of(reads)
    quantities = _quantities(text, reads, _project(notices))
    any_of, spoken_for = _alternatives(reads, lexicon)
    judge = Judge(reads, lexicon, work)
    requirements = judge.requirements(without(notices, spoken_for))
    reading = Reading(
        text=text,
        as_of=as_of,
        requirements=tuple(implied(requirements, quantities, work)),
        any_of=tuple(any_of),
        quantities=tuple(quantities),
        dates=tuple(_dates(reads, as_of)),
        places=tuple(_places(reads, lexicon)),
        commercial=tuple(business_terms((each.sentence for each in reads), quantities)),
        questions=tuple(
            QuestionFound(Span(each.sentence.start, each.sentence.end))
            for each in reads
            if each.sentence.is_question
        ),
    )
    reading = replace(reading, contradictions=tuple(contradictions_of(reading, lexicon.countries)))
    return replace(reading, not_stated=tuple(silences_of(reading)))


def _project(notices: Iterable[Notice]) -> Project:
    codes = frozenset(each.code for each in notices if each.stance is not Stance.NOT_NEEDED)
    is_commercial = "stg.commercial" in codes or any(code.startswith("svc.com.") for code in codes)
    return Project(codes, is_commercial)


def _is_own(read: Read) -> Callable[[int], bool]:
    def is_own(place: int) -> bool:
        return stance_at(read.scopes, place, place + 1) in {Stance.OTHERS, Stance.NOT_NEEDED}

    return is_own


def _quantities(text: str, reads: list[Read], project: Project) -> list[QuantityFound]:
    style = Style.of(text)
    found: list[QuantityFound] = []
    previous = None
    for each in reads:
        found += quantities_of(each.sentence, previous, style, project, _is_own(each))
        previous = each.sentence
    return once(found)


def _alternatives(reads: list[Read], lexicon: Lexicon) -> tuple[list[AlternativesFound], list[Notice]]:
    groups: dict[frozenset[str], AlternativesFound] = {}
    spoken_for: list[Notice] = []
    for each in reads:
        for group, notices in alternatives_of(each, lexicon):
            if len(group.ids) > 1:
                groups.setdefault(frozenset(group.ids), group)
                spoken_for += notices
    return list(groups.values()), spoken_for


def _dates(reads: list[Read], as_of: dt.date) -> list[DateFound]:
    """Each once: "the October date" means the October named before."""
    found: dict[tuple[object, ...], DateFound] = {}
    for each in reads:
        for date in dates_of(each.sentence, as_of):
            if not date.event.lower().startswith(("the ", "holding the")) or (
                date.earliest,
                date.latest,
            ) not in {(other.earliest, other.latest) for other in found.values()}:
                found.setdefault((date.relation, date.earliest, date.latest), date)
    return list(found.values())


def _places(reads: list[Read], lexicon: Lexicon) -> list[PlaceFound]:
    found: dict[tuple[str, str], PlaceFound] = {}
    for each in reads:
        for place in places_of(each.sentence, lexicon.gazetteer):
            found.setdefault((place.id, place.role), place)
    excluded = {place.id for place in found.values() if place.role == "must_not_in"}
    return [place for place in found.values() if place.role == "must_not_in" or place.id not in excluded]
