"""Segments from plain facts, for frozen facts, tests and files; the portal's own come from its rows."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matching.scoring.columns.arranging import arranged
from matching.scoring.columns.arrays import NEVER, NOT_DATED, Ints
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.tables import (
    Marks,
    Measures,
    Papers,
    Registrations,
    Rows,
    Segment,
    Sites,
    Statements,
    Visits,
    Windows,
)
from matching.scoring.facts import BASES, HazardFact, LineFacts, Scope, SiteFacts, Statement

STATES = ("committed", "held", "open", "unavailable")
FIRM = frozenset({"firm", "planned"})
WIDTHS = {scope: width for width, scope in enumerate(Scope)}


@dataclass(frozen=True, slots=True)
class Placed[Fact]:
    """A fact with the site and line it belongs to; line -1: the site."""

    site: int
    line: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines in order of site and key, with the numbers of their buildings."""

    found: Sequence[Placed[LineFacts]]
    buildings: dict[tuple[int, str], int]

    def of(self, site: int, key: str) -> int:
        """The position of the site's line with this key, or -1."""
        return next((each.line for each in self.found if (each.site, each.fact.key) == (site, key)), -1)


def segment_of(sites: Sequence[SiteFacts], book: CodeBook, pks: Sequence[int] | None = None) -> Segment:
    """`pks` are the numbers that sites are known by outside; without them, their positions."""
    lines = lines_of(sites)
    statements = list(statements_of(sites, lines))
    places = tuple(dict.fromkeys((site.country, site.region) for site in sites))
    draft = Segment(
        sites_table(sites, book, places, pks if pks is not None else range(len(sites))),
        rows_table(lines, book),
        statements_table(statements, book),
        measures_table(statements, book),
        marks_table(sites, lines, book),
        windows_table(lines, book),
        visits_table(sites, book),
        papers_table(sites, book),
        registrations_table(sites, book),
        places,
    )
    return arranged(draft)


def ordinal(day: dt.date | None, missing: int = NOT_DATED) -> int:
    return day.toordinal() if day is not None else missing


def number(value: float | None) -> float:
    return np.nan if value is None else value


def ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int32)


def lines_of(sites: Sequence[SiteFacts]) -> Lines:
    ordered = [
        (index, line)
        for index, site in enumerate(sites)
        for line in sorted(site.lines, key=lambda line: line.key)
    ]
    found = [Placed(site, position, line) for position, (site, line) in enumerate(ordered)]
    named = [(each.site, each.fact.building) for each in found if each.fact.building]
    named += [
        (index, mark.place)
        for index, site in enumerate(sites)
        for mark in site.hazards
        if mark.scope is Scope.BUILDING and mark.place
    ]
    return Lines(found, {key: position for position, key in enumerate(dict.fromkeys(named))})


def sites_table(
    sites: Sequence[SiteFacts], book: CodeBook, places: Sequence[tuple[str, str]], pks: Iterable[int]
) -> Sites:
    place = {found: index for index, found in enumerate(places)}
    nothing = np.zeros(len(sites), dtype=np.int32)
    return Sites(
        pk=np.fromiter(pks, dtype=np.int64),
        partner=ints(book.partners.number(site.partner or f"site {site.key}") for site in sites),
        is_profiled=np.fromiter((site.is_profiled for site in sites), dtype=np.bool_),
        place=ints(place[site.country, site.region] for site in sites),
        first_row=nothing,
        lines=nothing,
        stages=nothing.astype(np.int64),
        names=tuple(site.name for site in sites),
        keys=tuple(site.key for site in sites),
    )


def rows_table(lines: Lines, book: CodeBook) -> Rows:
    facts = [each.fact for each in lines.found]
    return Rows(
        site=ints(each.site for each in lines.found),
        building=ints(lines.buildings.get((each.site, each.fact.building), -1) for each in lines.found),
        is_in_building=np.fromiter((bool(line.building) for line in facts), dtype=np.bool_),
        campaign=np.fromiter((number(line.smallest_campaign) for line in facts), dtype=np.float64),
        campaign_unit=ints(book.units.number(unit_code(line.capacity_unit)) for line in facts),
        lead_weeks=np.fromiter((number(line.lead_time_weeks) for line in facts), dtype=np.float64),
        lead_confirmed=ints(ordinal(line.lead_time_confirmed_on) for line in facts),
    )


def unit_code(unit: str) -> str:
    return unit.strip().lower()


def statements_of(sites: Sequence[SiteFacts], lines: Lines) -> Iterator[Placed[Statement]]:
    for index, site in enumerate(sites):
        for statement in site.statements:
            yield Placed(index, -1, statement)
    for each in lines.found:
        for statement in each.fact.statements:
            yield Placed(each.site, each.line, statement)


def statements_table(found: Sequence[Placed[Statement]], book: CodeBook) -> Statements:
    facts = [each.fact for each in found]
    return Statements(
        term=ints(book.terms.number(each.term) for each in facts),
        site=ints(each.site for each in found),
        row=ints(each.line for each in found),
        is_offered=np.fromiter((each.is_offered for each in facts), dtype=np.bool_),
        is_shown=np.fromiter((each.is_shown for each in facts), dtype=np.bool_),
        confirmed=ints(ordinal(each.confirmed_on) for each in facts),
        basis=np.fromiter((BASES.index(each.basis) for each in facts), dtype=np.int8),
        stages=np.fromiter((stage_bits(each.stages, book) for each in facts), dtype=np.int64),
    )


def stage_bits(stages: Iterable[str], book: CodeBook) -> int:
    return sum(book.stages.bit(stage) for stage in set(stages))


def measures_table(found: Sequence[Placed[Statement]], book: CodeBook) -> Measures:
    facts = [(index, each) for index, placed in enumerate(found) for each in placed.fact.measures]
    return Measures(
        measure=ints(book.terms.number(each.measure) for _, each in facts),
        statement=ints(index for index, _ in facts),
        lo=np.fromiter((number(each.lo) for _, each in facts), dtype=np.float64),
        hi=np.fromiter((number(each.hi) for _, each in facts), dtype=np.float64),
        count=ints(each.count for _, each in facts),
    )


def marks_table(sites: Sequence[SiteFacts], lines: Lines, book: CodeBook) -> Marks:
    by_key = {(each.site, each.fact.key): each.line for each in lines.found}
    own = [(index, mark, False) for index, site in enumerate(sites) for mark in site.hazards]
    others = [(index, mark, True) for index, site in enumerate(sites) for mark in site.campus_hazards]
    found = own + others
    return Marks(
        term=ints(book.terms.number(mark.term) for _, mark, _ in found),
        site=ints(index for index, _, _ in found),
        row=ints(line_of(index, mark, by_key) for index, mark, _ in found),
        building=ints(building_of(index, mark, lines) for index, mark, _ in found),
        width=np.fromiter((WIDTHS[mark.scope] for _, mark, _ in found), dtype=np.int8),
        is_present=np.fromiter((mark.is_present for _, mark, _ in found), dtype=np.bool_),
        is_of_neighbour=np.fromiter((is_other for _, _, is_other in found), dtype=np.bool_),
        confirmed=ints(ordinal(mark.confirmed_on) for _, mark, _ in found),
        basis=np.fromiter((BASES.index(mark.basis) for _, mark, _ in found), dtype=np.int8),
    )


def line_of(site: int, mark: HazardFact, by_key: dict[tuple[int, str], int]) -> int:
    return by_key.get((site, mark.place), -1) if mark.scope is Scope.LINE else -1


def building_of(site: int, mark: HazardFact, lines: Lines) -> int:
    return lines.buildings.get((site, mark.place), -1) if mark.scope is Scope.BUILDING else -1


def windows_table(lines: Lines, book: CodeBook) -> Windows:
    found = [(each.line, window) for each in lines.found for window in each.fact.windows]
    windows = [window for _, window in found]
    return Windows(
        row=ints(line for line, _ in found),
        start=ints(ordinal(each.start) for each in windows),
        end=ints(ordinal(each.end) for each in windows),
        state=ints(STATES.index(each.state) for each in windows),
        quantity=np.fromiter((each.quantity for each in windows), dtype=np.float64),
        unit=ints(book.units.number(unit_code(each.unit)) for each in windows),
        is_firm=np.fromiter((each.confidence in FIRM for each in windows), dtype=np.bool_),
        observed=ints(ordinal(each.observed_on) for each in windows),
        valid_until=ints(ordinal(each.valid_until, NEVER) for each in windows),
        lead_weeks=np.fromiter((number(each.lead_time_weeks) for each in windows), dtype=np.float64),
        campaign=np.fromiter((number(each.smallest_campaign) for each in windows), dtype=np.float64),
    )


def visits_table(sites: Sequence[SiteFacts], book: CodeBook) -> Visits:
    found = [(index, visit) for index, site in enumerate(sites) for visit in site.inspections]
    operations = [(index, code) for index, (_, visit) in enumerate(found) for code in sorted(visit.covers)]
    return Visits(
        site=ints(index for index, _ in found),
        authority=ints(book.terms.number(visit.authority) for _, visit in found),
        ended=ints(ordinal(visit.ended_on) for _, visit in found),
        outcomes=np.fromiter(
            (sum(book.outcomes.bit(code) for code in set(visit.outcomes)) for _, visit in found),
            dtype=np.int64,
        ),
        operation_visit=ints(index for index, _ in operations),
        operation=ints(book.terms.number(code) for _, code in operations),
    )


def papers_table(sites: Sequence[SiteFacts], book: CodeBook) -> Papers:
    found = [(index, paper) for index, site in enumerate(sites) for paper in site.certificates]
    papers = [paper for _, paper in found]
    return Papers(
        site=ints(index for index, _ in found),
        term=ints(book.terms.number(each.term) for each in papers),
        authority=ints(book.terms.number(each.authority) for each in papers),
        inspected=ints(ordinal(each.inspected_on) for each in papers),
        issued=ints(ordinal(each.issued_on) for each in papers),
        expires=ints(ordinal(each.expires_on, NEVER) for each in papers),
    )


def registrations_table(sites: Sequence[SiteFacts], book: CodeBook) -> Registrations:
    found = [(index, each) for index, site in enumerate(sites) for each in site.registrations]
    operations = [(index, code) for index, (_, each) in enumerate(found) for code in sorted(each.operations)]
    return Registrations(
        site=ints(index for index, _ in found),
        authority=ints(book.terms.number(each.authority) for _, each in found),
        is_listed=np.fromiter((each.no_longer_listed_on is None for _, each in found), dtype=np.bool_),
        operation_registration=ints(index for index, _ in operations),
        operation=ints(book.terms.number(code) for _, code in operations),
    )
