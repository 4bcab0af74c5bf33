"""`read`: the text of a brief in, a reading with evidence out. Same text and day, same reading."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from matching.reading.alternatives import alternatives_of
from matching.reading.business import business_terms
from matching.reading.contradictions import LOCATION, contradictions_of
from matching.reading.dates import dates_of
from matching.reading.findings import (
    AlternativesFound,
    DateFound,
    PlaceFound,
    PlaceRole,
    QuantityFound,
    QuestionFound,
    Reading,
    Span,
)
from matching.reading.implying import with_implied
from matching.reading.judging import Judge
from matching.reading.lexicon import Lexicon
from matching.reading.noticing import Notice, Read, read_sentences, without
from matching.reading.numerals import Style
from matching.reading.passages import Sentence
from matching.reading.places import places_of
from matching.reading.quantities import Project, once, quantities_of
from matching.reading.silences import silences_of
from matching.reading.stances import Stance, stance_at
from matching.reading.unknown import unknown_words
from matching.reading.work import work_of

LONGEST: Final = 5_000_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_MOST_CONTROL: Final = 20
_LONGEST_LEAD: Final = 120
_SPELT_OUT: Final = re.compile(r"\((?!\s*(?:incl|plus|and|also|with)\b)", re.IGNORECASE)


class TextRefused(Exception):
    """The text cannot be read; the message says why."""


def read(text: str, lexicon: Lexicon, as_of: dt.date) -> Reading:
    """Proposals for a person to confirm. `as_of` is the day that "by mid-Aug" and "in 14 weeks" count from.

    Raises TextRefused for nothing, for too much (`LONGEST` characters) and for what is no text.
    """
    _check(text)
    reads = read_sentences(text, lexicon)
    notices = [notice for read in reads for notice in read.notices]
    work = work_of(reads)
    quantities = _quantities(text, reads, _project(notices))
    any_of, spoken_for = _alternatives(reads, lexicon)
    judge = Judge(reads, lexicon, work)
    requirements = judge.requirements(without(notices, spoken_for))
    reading = Reading(
        text=text,
        as_of=as_of,
        requirements=tuple(with_implied(requirements, any_of, quantities, work)),
        any_of=tuple(any_of),
        quantities=tuple(quantities),
        dates=tuple(_dates(reads, as_of)),
        places=tuple(_places(text, reads, lexicon)),
        commercial=tuple(business_terms((each.sentence for each in reads), quantities)),
        questions=tuple(
            QuestionFound(Span(each.sentence.start, each.sentence.end))
            for each in reads
            if each.sentence.is_question
        ),
    )
    reading = replace(reading, unknown=tuple(unknown_words(reads, lexicon)))
    reading = _settled(replace(reading, contradictions=tuple(contradictions_of(reading, lexicon.countries))))
    return replace(reading, not_stated=tuple(silences_of(reading)))


def _check(text: str) -> None:
    if not text.strip():
        raise TextRefused("There is no text to read.")
    if len(text) > LONGEST:
        raise TextRefused(f"The text has {len(text):,} characters; at most {LONGEST:,} are read.")
    if "\x00" in text or len(_CONTROL.findall(text[:10_000])) > _MOST_CONTROL:
        raise TextRefused("This is no text: it holds control characters. Is it a binary file?")


def _project(notices: Iterable[Notice]) -> Project:
    codes = frozenset(each.code for each in notices if each.stance is not Stance.NOT_NEEDED)
    is_commercial = "stg.commercial" in codes or any(code.startswith("svc.com.") for code in codes)
    return Project(codes, is_commercial)


def _stance_in(read: Read) -> Callable[[int], Stance]:
    return lambda place: stance_at(read.scopes, place, place + 1)


def _quantities(text: str, reads: list[Read], project: Project) -> list[QuantityFound]:
    style = Style.of(text)
    found: list[QuantityFound] = []
    previous = None
    for each in reads:
        found += quantities_of(each.sentence, previous, style, project, _stance_in(each))
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


def _places(text: str, reads: list[Read], lexicon: Lexicon) -> list[PlaceFound]:
    """Every mention; `_settled` leaves each place once."""
    found: list[PlaceFound] = []
    lead = ""
    for each in reads:
        places = places_of(each.sentence, lexicon.gazetteer, lead=lead)
        if not places and ";" in each.sentence.text:
            parts = _parts(text, each.sentence)
            places = [place for part in parts for place in places_of(part, lexicon.gazetteer)]
        for place in places:
            reported = lexicon.reported_as.get(place.id, place.id)
            finer = place.id if reported != place.id else ""
            found.append(replace(place, id=reported, narrower=finer))
        lead = _lead_to(each.sentence.text, lead)
    excluded = {place.id for place in found if place.role is PlaceRole.MUST_NOT_IN}
    kept = [place for place in found if place.role is PlaceRole.MUST_NOT_IN or place.id not in excluded]
    return [place for place in kept if not _is_said_by_another(place, kept, text, lexicon)]


def _parts(text: str, sentence: Sentence) -> Iterator[Sentence]:
    """The stretches between semicolons, each of which may hold nothing but places."""
    start = sentence.start
    for match in re.finditer(r";\s", sentence.text):
        yield Sentence(text, start, sentence.start + match.start())
        start = sentence.start + match.end()
    yield Sentence(text, start, sentence.end)


def _lead_to(text: str, lead: str) -> str:
    """The question or heading that the next lines answer; it holds for the lines of its list."""
    if text.rstrip().endswith(("?", ":")) and len(text) < _LONGEST_LEAD:
        return text
    return lead if text.lstrip().startswith(("-", "*", "•", "–")) else ""


def _is_said_by_another(place: PlaceFound, places: list[PlaceFound], text: str, lexicon: Lexicon) -> bool:
    """ "Europe including the UK" asks for Europe, "Europe (EU or UK)" for the EU or the UK."""
    for other in places:
        if other.role is place.role and other.id != place.id:
            is_spelt_out = bool(_SPELT_OUT.search(text[place.span.start : place.span.end]))
            wider, finer = (place, other) if is_spelt_out and place.span == other.span else (other, place)
            if _countries(finer, lexicon) < _countries(wider, lexicon):
                return True
    return False


def _countries(place: PlaceFound, lexicon: Lexicon) -> frozenset[str]:
    """Puerto Rico, which counts as the United States, must not set them apart from North America."""
    return lexicon.countries.get(place.id, frozenset({place.id})) - {"PR"}


def _settled(reading: Reading) -> Reading:
    """Places that contradict each other gate nothing until the author has answered."""
    spans = {span for each in reading.contradictions if each.about == LOCATION for span in each.spans}
    once = {(each.id, each.role): each for each in reversed(reading.places) if each.span not in spans}
    return replace(reading, places=tuple(reversed(once.values())))
