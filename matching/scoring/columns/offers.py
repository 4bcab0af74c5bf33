"""Terms on offer for all rows at once: the levels of `matching.scoring.terms`."""

from dataclasses import dataclass

import numpy as np

from matching.scoring.columns.arrays import Bools, Bytes, Floats, Ints
from matching.scoring.columns.columns import Column, widened
from matching.scoring.columns.grounds import (
    HARD,
    MET,
    UNKNOWN,
    WITHIN_SITE,
    Ground,
    any_at,
    most_at,
    slices,
)
from matching.scoring.columns.numbers import Measured, measured
from matching.scoring.facts import BASES, Scope
from matching.scoring.requirements import TermAsked

BACKED = BASES.index("certificate")


@dataclass(frozen=True, slots=True)
class Said:
    """What statements of one kind say per place (group of rows, or site)."""

    has_yes: Bools
    level: Bytes
    margin: Floats
    is_backed: Bools
    has_no: Bools
    has_fresh_no: Bools

    def at(self, places: Ints) -> "Said":
        return Said(
            self.has_yes[places],
            self.level[places],
            self.margin[places],
            self.is_backed[places],
            self.has_no[places],
            self.has_fresh_no[places],
        )


def term_column(asked: TermAsked, scope: Scope, ground: Ground) -> Column:
    heard = Heard(asked, ground)
    groups, count = ground.groups(scope)
    if scope not in WITHIN_SITE:
        said = heard.said(heard.positions, ground.segment.statements.site, count).at(groups)
        found = verdict(said, nothing(ground.segment.row_count), ground.level(UNKNOWN) > UNKNOWN)
        is_wide = scope in (Scope.CAMPUS, Scope.PARTNER)
        return Column(widened(found.level), found.figures, found.is_backed) if is_wide else found
    of_lines = heard.positions[heard.is_of_line]
    of_sites = heard.positions[~heard.is_of_line]
    rows = np.maximum(ground.segment.statements.row, 0)
    lines = heard.said(of_lines, groups[rows], count).at(groups)
    sites = heard.said(of_sites, ground.segment.statements.site, ground.segment.site_count)
    return verdict(lines, sites.at(ground.segment.rows.site), heard.is_sole_line())


def nothing(count: int) -> Said:
    no = np.zeros(count, dtype=np.bool_)
    return Said(no, np.full(count, -1, dtype=np.int8), np.full(count, np.nan), no, no, no)


def verdict(lines: Said, sites: Said, is_sole: Bools) -> Column:
    """Said of the line itself, or of the site: direct where no other line can be meant."""
    direct_yes = lines.has_yes | (is_sole & sites.has_yes)
    direct_no = lines.has_no | (is_sole & sites.has_no)
    fresh_no = lines.has_fresh_no | (is_sole & sites.has_fresh_no)
    unsure = np.where(sites.has_yes, UNKNOWN, np.int8(-1))
    yes_level = np.maximum(lines.level, np.where(is_sole, sites.level, unsure))
    has_yes = lines.has_yes | sites.has_yes
    level = np.select(
        [direct_no & ~direct_yes, has_yes, sites.has_no],
        [np.where(fresh_no, HARD, UNKNOWN), yes_level, np.where(sites.has_fresh_no, HARD, UNKNOWN)],
        UNKNOWN,
    ).astype(np.int8)
    site_margin = np.where(is_sole, sites.margin, np.nan)
    backed = lines.is_backed | (is_sole & sites.is_backed)
    return Column(level, {"margin": np.fmax(lines.margin, site_margin)}, backed)


class Heard:
    """The statements that speak of a term: those of its family, and a no on what it belongs to."""

    def __init__(self, asked: TermAsked, ground: Ground) -> None:
        self.asked, self.ground = asked, ground
        table = ground.segment.statements
        family = ground.numbers(ground.context.satisfying(asked.term))
        lineage = ground.numbers(ground.context.vocabulary.lineage(asked.term))
        self.positions = slices(table.term, np.union1d(family, lineage).astype(np.int32))
        term, offered = table.term[self.positions], table.is_offered[self.positions]
        self.is_of_line = table.row[self.positions] >= 0
        self.in_family = np.isin(term, family)
        self.is_yes = offered & self.in_family
        self.is_no = ~offered & np.isin(term, lineage)
        measure = asked.measure.measure if asked.measure is not None else ""
        self.is_fresh = table.confirmed[self.positions] >= ground.oldest_fresh(measure)
        self.is_fresh_no = ~offered & (table.confirmed[self.positions] >= ground.oldest_fresh())
        self.level, self.margin = self.levels()

    def levels(self) -> tuple[Bytes, Floats]:
        """How far each statement meets the whole of what is asked: number, stages and basis."""
        level = np.full(len(self.positions), MET, dtype=np.int8)
        margin = np.full(len(self.positions), np.nan)
        if self.asked.measure is not None:
            found: Measured = measured(self.asked.measure, self.ground)
            level = np.minimum(level, found.level[self.positions])
            is_shown = self.ground.segment.statements.is_shown[self.positions]
            margin = np.where(is_shown, found.margin[self.positions], 0.0)
        level = np.minimum(level, self.stage_level())
        level = np.minimum(level, self.basis_level())
        return np.where(self.is_fresh, level, UNKNOWN).astype(np.int8), margin

    def stage_level(self) -> Bytes:
        stages = self.ground.segment.statements.stages[self.positions]
        level = np.full(len(stages), MET, dtype=np.int8)
        for stage in self.asked.stages:
            wanted = self.ground.book.stages.bits(self.ground.context.satisfying(stage))
            is_missing = (stages & wanted) == 0
            level[is_missing & (stages != 0)] = HARD
            level[is_missing & (stages == 0)] = UNKNOWN
        return level

    def basis_level(self) -> Bytes:
        least = BASES.index(self.asked.least_basis)
        is_enough = self.ground.segment.statements.basis[self.positions] >= least
        return np.where(is_enough, MET, UNKNOWN).astype(np.int8)

    def said(self, positions: Ints, place_of_statement: Ints, count: int) -> Said:
        """What the statements at these positions (some of `self.positions`) say per place."""
        chosen = np.isin(self.positions, positions)
        places = place_of_statement[self.positions]
        yes, no = chosen & self.is_yes, chosen & self.is_no
        is_met = yes & (self.level == MET)
        margin = most_at(places[is_met], np.nan_to_num(self.margin[is_met], nan=-np.inf), count, -np.inf)
        basis = self.ground.segment.statements.basis[self.positions]
        return Said(
            any_at(places[yes], count),
            most_at(places[yes], self.level[yes], count, -1),
            np.where(np.isneginf(margin), np.nan, margin),
            any_at(places[is_met & (basis >= BACKED)], count),
            any_at(places[no], count),
            any_at(places[no & self.is_fresh_no], count),
        )

    def is_sole_line(self) -> Bools:
        """Whether every other line of the row's site says no, so that the site can only mean this one."""
        segment = self.ground.segment
        says_no = self.is_of_line & self.in_family & ~segment.statements.is_offered[self.positions]
        denies = any_at(segment.statements.row[self.positions[says_no]], segment.row_count)
        per_site = np.bincount(segment.rows.site[denies], minlength=segment.site_count)
        others = self.ground.lines - 1
        found: Bools = self.ground.has_line & (others == self.ground.rows_of_sites(per_site) - denies)
        return found
