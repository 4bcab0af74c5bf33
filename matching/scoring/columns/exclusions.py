"""Hazards and excluded terms for all rows at once: the levels of `matching.scoring.hazards`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.scoring.columns.arrays import Bools, Bytes, Ints
from matching.scoring.columns.columns import Column, negated
from matching.scoring.columns.drafting import WIDTHS
from matching.scoring.columns.grounds import (
    HARD,
    MET,
    SOFT,
    UNKNOWN,
    WITHIN_SITE,
    Ground,
    any_at,
    is_one_of,
    slices,
)
from matching.scoring.columns.offers import BACKED
from matching.scoring.columns.tables import Marks
from matching.scoring.facts import Scope

LINE, BUILDING, SITE, CAMPUS, PARTNER = (WIDTHS[scope] for scope in Scope)


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which rows a mark reaches, inside the spot or around it, as places of its own kind."""

    marks: Marks
    inside: Bools
    around: Bools


def hazard_exclusion(term: str, scope: Scope, ground: Ground, *, is_of_line: bool) -> Column:
    """With a change where a narrower scope would not fail."""
    marks = hazard_marks(term, ground)
    column = exclusion(term, marks, scope, ground)
    narrower = [each for each in (Scope.SITE, Scope.BUILDING) if WIDTHS[each] < WIDTHS[scope]]
    passes = ground.level(HARD) > HARD
    for each in narrower:
        found = exclusion(term, marks, each, ground).level > SOFT
        if each is Scope.BUILDING:
            found &= ground.segment.rows.is_in_building & ground.has_line
            found = found if is_of_line else anywhere_on_site(found, ground)
        passes |= found
    is_failed = column.level == HARD
    return Column(np.where(is_failed & passes, SOFT, column.level).astype(np.int8))


def anywhere_on_site(rows: Bools, ground: Ground) -> Bools:
    found: Bools = ground.rows_of_sites(any_at(ground.segment.rows.site[rows], ground.segment.site_count))
    return found


def hazard_presence(term: str, scope: Scope, ground: Ground) -> Column:
    marks = hazard_marks(term, ground)
    level = negated(exclusion(term, marks, scope, ground)).level
    bears = bearing(seen_from(scope, marks), scope, ground)
    family = ground.numbers(ground.context.satisfying(term))
    is_backed = (
        bears.inside
        & bears.marks.is_present
        & is_one_of(bears.marks.term, family)
        & (bears.marks.confirmed >= ground.oldest_fresh())
        & (bears.marks.basis >= BACKED)
    )
    return Column(level, is_backed=reached(bears.marks, is_backed, scope, ground, is_certain=True))


def term_exclusion(term: str, scope: Scope, ground: Ground) -> Column:
    return exclusion(term, statement_marks(term, ground), scope, ground)


def related(term: str, ground: Ground) -> Ints:
    context = ground.context
    return ground.numbers({*context.satisfying(term), *context.vocabulary.lineage(term)})


def hazard_marks(term: str, ground: Ground) -> Marks:
    table = ground.segment.marks
    return chosen(table, slices(table.term, related(term, ground)))


def chosen(marks: Marks, which: Sequence[int] | Bools | Ints) -> Marks:
    return Marks(
        marks.term[which],
        marks.site[which],
        marks.row[which],
        marks.building[which],
        marks.width[which],
        marks.is_present[which],
        marks.is_of_neighbour[which],
        marks.confirmed[which],
        marks.basis[which],
    )


def statement_marks(term: str, ground: Ground) -> Marks:
    """Statements on a term, read as marks at their site or line."""
    table = ground.segment.statements
    found = slices(table.term, related(term, ground))
    row = table.row[found]
    return Marks(
        table.term[found],
        table.site[found],
        row,
        np.full(len(found), -1, dtype=np.int32),
        np.where(row >= 0, LINE, SITE).astype(np.int8),
        table.is_offered[found],
        np.zeros(len(found), dtype=np.bool_),
        table.confirmed[found],
        table.basis[found],
    )


def seen_from(scope: Scope, marks: Marks) -> Marks:
    """Neighbours' marks count for the campus; for less, only their word that the whole campus is free."""
    of_campus = marks.width == CAMPUS
    if WIDTHS[scope] >= CAMPUS:
        return chosen(marks, ~marks.is_of_neighbour | marks.is_present | of_campus)
    return chosen(marks, ~marks.is_of_neighbour | (of_campus & ~marks.is_present))


def bearing(marks: Marks, scope: Scope, ground: Ground) -> Bearing:
    width = marks.width
    if scope not in WITHIN_SITE:
        inside = (width <= WIDTHS[scope]) | marks.is_of_neighbour
        return Bearing(marks, inside, ~inside & (width > WIDTHS[scope]))
    # A site's yes is meant of its only line; `reached` leaves out the rows of sites with several.
    is_of_the_only_line = ground.segment.sites.lines[marks.site] == 1
    inside = width == LINE
    if scope is Scope.BUILDING:
        inside = inside | (width == BUILDING)
    inside = inside | ((width == SITE) & marks.is_present & is_of_the_only_line)
    # A building's yes is around the lines of which the building is not stated.
    return Bearing(marks, inside, (width > LINE) & (~inside | (width == BUILDING)))


def reached(marks: Marks, which: Bools, scope: Scope, ground: Ground, *, is_certain: bool = False) -> Bools:
    """The rows that the chosen marks reach by line, by building or by site.

    Not `is_certain`: a yes of a building also reaches the lines of which the building is not stated.
    """
    segment = ground.segment
    if scope not in WITHIN_SITE:
        return np.asarray(ground.rows_of_sites(any_at(marks.site[which], segment.site_count)))
    groups, count = ground.groups(scope)
    rows = marks.row[which & (marks.width == LINE) & (marks.row >= 0)]
    found = any_at(rows, count) if scope is Scope.LINE else any_at(groups[rows], count)[groups]
    of_site = marks.site[which & (marks.width > BUILDING)]
    if len(of_site):
        found |= ground.rows_of_sites(any_at(of_site, segment.site_count))
    of_building = which & (marks.width == BUILDING)
    if of_building.any():
        found |= in_buildings(marks, of_building, ground, is_certain=is_certain)
    return found


def in_buildings(marks: Marks, which: Bools, ground: Ground, *, is_certain: bool) -> Bools:
    rows, segment = ground.segment.rows, ground.segment
    placed = marks.building[which & (marks.building >= 0)]
    count = int(max(rows.building.max(initial=-1), placed.max(initial=-1))) + 1
    there = any_at(placed, count)[rows.building] & rows.is_in_building
    if is_certain:
        return there
    somewhere = any_at(marks.site[which & marks.is_present], segment.site_count)
    return there | (~rows.is_in_building & ground.rows_of_sites(somewhere))


def exclusion(term: str, all_marks: Marks, scope: Scope, ground: Ground) -> Column:
    """Present inside: unmet. Stated absent, with nothing nearer against it: met. Else a question."""
    bears = bearing(seen_from(scope, all_marks), scope, ground)
    marks = bears.marks
    family = ground.numbers(ground.context.satisfying(term))
    lineage = ground.numbers(ground.context.vocabulary.lineage(term))
    in_family, in_lineage = is_one_of(marks.term, family), is_one_of(marks.term, lineage)
    is_fresh = marks.confirmed >= ground.oldest_fresh()
    present = bears.inside & marks.is_present & in_family
    parents = bears.inside & marks.is_present & in_lineage
    level = absence(bears, in_lineage, is_fresh, scope, ground)
    level[implied(term, scope, ground)] = UNKNOWN
    level[reached(marks, parents | present, scope, ground, is_certain=True)] = UNKNOWN
    level[reached(marks, present & is_fresh, scope, ground, is_certain=True)] = HARD
    return Column(level)


def absence(bears: Bearing, in_lineage: Bools, is_fresh: Bools, scope: Scope, ground: Ground) -> Bytes:
    """Met where a fresh no stands nearer than any yes around."""
    marks = bears.marks
    near = bears.around & marks.is_present
    proves = (marks.width >= WIDTHS[scope]) & ~((scope is Scope.BUILDING) & (marks.width == LINE))
    absent = ~marks.is_present & in_lineage & proves & is_fresh & (bears.inside | bears.around)
    level = ground.level(UNKNOWN)
    is_nearer = ground.level(UNKNOWN) > UNKNOWN
    for width in np.flatnonzero(np.bincount(marks.width)).tolist():
        of_width = marks.width == width
        is_nearer |= reached(marks, near & of_width, scope, ground)
        level[reached(marks, absent & of_width, scope, ground) & ~is_nearer] = MET
    return level


def implied(term: str, scope: Scope, ground: Ground) -> Bools:
    """Rows that offer something which usually brings it."""
    implying = ground.numbers(ground.context.terms_implying(term))
    segment = ground.segment
    table = segment.statements
    found = slices(table.term, implying)
    found = found[table.is_offered[found]]
    if scope not in WITHIN_SITE:
        return np.asarray(ground.rows_of_sites(any_at(table.site[found], segment.site_count)))
    of_line = found[table.row[found] >= 0]
    of_site = any_at(table.site[found[table.row[found] < 0]], segment.site_count)
    groups, count = ground.groups(scope)
    rows = any_at(groups[table.row[of_line]], count)[groups]
    return rows | (ground.is_only_line & ground.rows_of_sites(of_site))
