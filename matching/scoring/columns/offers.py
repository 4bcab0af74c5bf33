"""Terms on offer for all rows at once: the levels of `matching.scoring.terms`."""

from dataclasses import dataclass

import numpy as np

from matching.scoring.columns.arrays import Bools, Bytes, Floats, Ints
from matching.scoring.columns.columns import Column, figure_of, widened
from matching.scoring.columns.grounds import (
    HARD,
    MET,
    UNKNOWN,
    WITHIN_SITE,
    Ground,
    any_at,
    is_one_of,
    most_at,
    spans,
    within,
)
from matching.scoring.columns.numbers import measured
from matching.scoring.facts import BASES, Scope
from matching.scoring.requirements import TermAsked

BACKED = BASES.index("certificate")


@dataclass(frozen=True, slots=True)
class Said:
    """What statements of one kind say per place (group of rows, or site). `level` is -1 without a yes.

    `margin` is None where all are NaN.
    """

    level: Bytes
    margin: Floats | None
    is_backed: Bools
    has_no: Bools
    has_fresh_no: Bools

    @property
    def has_yes(self) -> Bools:
        return self.level >= 0

    def at(self, places: Ints) -> "Said":
        return Said(
            self.level[places],
            self.margin[places] if self.margin is not None else None,
            self.is_backed[places],
            self.has_no[places],
            self.has_fresh_no[places],
        )


def term_column(asked: TermAsked, scope: Scope, ground: Ground) -> Column:
    heard = Heard(asked, ground)
    groups, count = ground.groups(scope)
    if scope not in WITHIN_SITE:
        said = heard.said(np.ones(len(heard.positions), dtype=np.bool_), heard.site, count)
        found = spread(direct_verdict(said), groups)
        is_wide = scope in (Scope.CAMPUS, Scope.PARTNER)
        return Column(widened(found.level), found.figures, found.is_backed) if is_wide else found
    lines = heard.said(heard.is_of_line, groups[np.maximum(heard.row, 0)], count)
    if scope is not Scope.LINE:
        lines = lines.at(groups)
    column = direct_verdict(lines)
    if heard.is_of_line.all():
        return column
    return with_sites(column, lines, heard, ground)


def spread(by_site: Column, groups: Ints) -> Column:
    figures = {name: figure[groups] for name, figure in by_site.figures.items()}
    return Column(by_site.level[groups], figures, by_site.backed[groups])


def direct_verdict(said: Said) -> Column:
    """Where nothing but the place itself has spoken."""
    silent = np.where(said.has_fresh_no, HARD, UNKNOWN)
    level = np.where(said.has_yes, said.level, silent).astype(np.int8)
    return Column(level, {} if said.margin is None else {"margin": said.margin}, said.is_backed)


def with_sites(column: Column, lines: Said, heard: "Heard", ground: Ground) -> Column:
    """The rows of sites that have spoken for themselves, judged again by both; all others stay."""
    segment = ground.segment
    sites = heard.said(~heard.is_of_line, heard.site, segment.site_count)
    has_spoken = any_at(heard.site[~heard.is_of_line], segment.site_count)
    rows = np.flatnonzero(ground.rows_of_sites(has_spoken))
    of = segment.rows.site[rows]
    again = verdict(lines.at(rows), sites.at(of), heard.is_sole_line()[rows])
    level, backed = column.level.copy(), column.backed.copy()
    level[rows], backed[rows] = again.level, again.backed
    if "margin" not in again.figures:
        return Column(level, column.figures, backed)
    margin = figure_of(column, "margin").copy()
    margin[rows] = again.figures["margin"]
    return Column(level, {"margin": margin}, backed)


def verdict(lines: Said, sites: Said, is_sole: Bools) -> Column:
    """Said of the line itself, or of the site: direct where no other line can be meant."""
    line_yes, site_yes = lines.has_yes, sites.has_yes
    direct_yes = line_yes | (is_sole & site_yes)
    direct_no = lines.has_no | (is_sole & sites.has_no)
    fresh_no = lines.has_fresh_no | (is_sole & sites.has_fresh_no)
    unsure = np.where(site_yes, UNKNOWN, np.int8(-1))
    yes_level = np.maximum(lines.level, np.where(is_sole, sites.level, unsure))
    level = np.where(sites.has_fresh_no, HARD, UNKNOWN)
    level = np.where(line_yes | site_yes, yes_level, level)
    level = np.where(direct_no & ~direct_yes, np.where(fresh_no, HARD, UNKNOWN), level).astype(np.int8)
    backed = lines.is_backed | (is_sole & sites.is_backed)
    if lines.margin is None or sites.margin is None:
        return Column(level, {}, backed)
    site_margin = np.where(is_sole, sites.margin, np.nan)
    return Column(level, {"margin": np.fmax(lines.margin, site_margin)}, backed)


class Heard:
    """The statements that speak of a term: those of its family, and a no on what it belongs to."""

    def __init__(self, asked: TermAsked, ground: Ground) -> None:
        self.asked, self.ground = asked, ground
        table = ground.segment.statements
        family = ground.numbers(ground.context.satisfying(asked.term))
        lineage = ground.numbers(ground.context.vocabulary.lineage(asked.term))
        self.spans = spans(table.term, np.union1d(family, lineage).astype(np.int32))
        self.positions = within(self.spans)
        term, offered = table.term.take(self.positions), table.is_offered.take(self.positions)
        confirmed = table.confirmed.take(self.positions)
        self.row, self.site = table.row.take(self.positions), table.site.take(self.positions)
        self.basis = table.basis.take(self.positions)
        self.is_of_line = self.row >= 0
        in_family = is_one_of(term, family)
        self.is_yes = offered & in_family
        self.is_family_no = ~offered & in_family
        self.is_no = ~offered & is_one_of(term, lineage)
        measure = asked.measure.measure if asked.measure is not None else ""
        self.is_fresh = confirmed >= ground.oldest_fresh(measure)
        self.is_fresh_no = self.is_no & (confirmed >= ground.oldest_fresh())
        self.level, self.margin = self.levels()

    def levels(self) -> tuple[Bytes, Floats | None]:
        """How far each statement meets the whole of what is asked: number, stages and basis."""
        level = np.full(len(self.positions), MET, dtype=np.int8)
        margin = None
        if self.asked.measure is not None:
            found = measured(self.asked.measure, self.spans, self.ground)
            level, margin = found.level, self.shown_margin(found.margin)
        level = np.minimum(level, self.stage_level())
        level = np.minimum(level, self.basis_level())
        return np.where(self.is_fresh, level, UNKNOWN).astype(np.int8), margin

    def shown_margin(self, margin: Floats | None) -> Floats | None:
        """Of what is shared for matching only, no margin may tell: 0."""
        is_shown = self.ground.segment.statements.is_shown.take(self.positions)
        if margin is None and is_shown.all():
            return None
        return np.where(is_shown, margin if margin is not None else np.nan, 0.0)

    def stage_level(self) -> Bytes:
        level = np.full(len(self.positions), MET, dtype=np.int8)
        if not self.asked.stages:
            return level
        stages = self.ground.segment.statements.stages.take(self.positions)
        for stage in self.asked.stages:
            wanted = self.ground.book.stages.bits(self.ground.context.satisfying(stage))
            is_missing = (stages & wanted) == 0
            level[is_missing & (stages != 0)] = HARD
            level[is_missing & (stages == 0)] = UNKNOWN
        return level

    def basis_level(self) -> Bytes:
        least = BASES.index(self.asked.least_basis)
        return np.where(self.basis >= least, MET, UNKNOWN).astype(np.int8)

    def said(self, which: Bools, places: Ints, count: int) -> Said:
        """What these of the statements say per place; `places` has that of every statement."""
        yes = np.flatnonzero(which & self.is_yes)
        met = yes[self.level.take(yes) == MET]
        return Said(
            most_at(places.take(yes), self.level.take(yes), count, -1),
            self.margin_at(met, places, count),
            any_at(places[met[self.basis[met] >= BACKED]], count),
            any_at(places[which & self.is_no], count),
            any_at(places[which & self.is_fresh_no], count),
        )

    def margin_at(self, met: Ints, places: Ints, count: int) -> Floats | None:
        if self.margin is None:
            return None
        most = most_at(places.take(met), np.nan_to_num(self.margin[met], nan=-np.inf), count, -np.inf)
        return np.where(np.isneginf(most), np.nan, most)

    def is_sole_line(self) -> Bools:
        """Whether every other line of the row's site says no, so that the site can only mean this one."""
        segment = self.ground.segment
        denies = any_at(self.row[self.is_of_line & self.is_family_no], segment.row_count)
        per_site = np.bincount(segment.rows.site[denies], minlength=segment.site_count)
        others = self.ground.lines - 1
        found: Bools = self.ground.has_line & (others == self.ground.rows_of_sites(per_site) - denies)
        return found
