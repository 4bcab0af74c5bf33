"""Values of all rows or sites on one criterion: those of `matching.scoring.cells`, to the last bit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.scoring import criteria as tree
from matching.scoring.cells import FIGURES
from matching.scoring.columns.arrays import Bools, Floats, Ints
from matching.scoring.columns.columns import Column, figure_of
from matching.scoring.columns.grounds import (
    MET,
    UNKNOWN,
    Ground,
    any_at,
    first_of_each,
    is_one_of,
    most_at,
    slices,
)
from matching.scoring.criteria import Criterion
from matching.scoring.kernel import exact_values
from matching.scoring.requirements import BriefAsked, InspectionAsked
from matching.scoring.values import Linear, Piecewise, Target
from partners.ageing import DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Values:
    """What is proven, and what it could be at best; equal where all is known."""

    low: Floats
    high: Floats


def either(is_known: Bools, value: Floats) -> Values:
    """The value where it is known; where not, anything from 0 to 1."""
    return Values(np.where(is_known, value, 0.0), np.where(is_known, value, 1.0))


def part_values(criterion: Criterion, column: Column) -> Values:
    """What one requirement contributes to the mean of its criterion, per row."""
    if criterion.key == "quality.backed":
        is_backed = (column.level == MET) & column.backed
        return Values(
            is_backed.astype(np.float64), (is_backed | (column.level == UNKNOWN)).astype(np.float64)
        )
    low, high = (column.level == MET).astype(np.float64), (column.level >= UNKNOWN).astype(np.float64)
    if criterion.key in FIGURES and isinstance(criterion.scale, Linear | Piecewise | Target):
        is_met = np.flatnonzero(column.level == MET)
        figure = figure_of(column, FIGURES[criterion.key][0])[is_met]
        found = either(~np.isnan(figure), exact_values(criterion.scale, figure))
        low[is_met], high[is_met] = found.low, found.high
    return Values(low, high)


def site_values(criterion: Criterion, brief: BriefAsked, ground: Ground) -> Values:
    """Per site, for criteria that are read from the site as a whole."""
    return SITE_VALUES[criterion.key](brief, ground)


def stage_values(brief: BriefAsked, ground: Ground) -> Values:
    stated, bits = ground.segment.sites.stages, ground.book.stages.bits
    position = tree.STAGES.index(brief.stage)
    following = tree.STAGES[min(position + 1, len(tree.STAGES) - 1)]
    value = np.select(
        [(stated & bits(["stg.commercial"])) != 0, (stated & bits([following])) != 0],
        [tree.STAGE.of("up to commercial"), tree.STAGE.of("next stage")],
        tree.STAGE.of("this stage"),
    )
    return either(stated != 0, value)


def relevant_visits(brief: BriefAsked, ground: Ground) -> Ints:
    """Dated visits, newest first within a site, by the authorities that the brief names, or by any."""
    visits = ground.segment.visits
    named = {
        code
        for requirement in brief.requirements
        for condition in requirement.conditions
        if isinstance(condition, InspectionAsked)
        for authority in condition.authorities
        for code in ground.context.satisfying(authority)
    }
    is_relevant = visits.ended > 0
    if named:
        is_relevant &= is_one_of(visits.authority, ground.numbers(named))
    return np.flatnonzero(is_relevant)


def newest_per_site(found: Ints, ground: Ground) -> tuple[Ints, Ints]:
    newest = found[first_of_each(ground.segment.visits.site[found])]
    return ground.segment.visits.site[newest], newest


def inspection_age_values(brief: BriefAsked, ground: Ground) -> Values:
    sites, newest = newest_per_site(relevant_visits(brief, ground), ground)
    months = np.full(ground.segment.site_count, np.nan)
    months[sites] = np.maximum(ground.today - ground.segment.visits.ended[newest], 0) / DAYS_PER_MONTH
    return either(~np.isnan(months), exact_values(tree.INSPECTION_AGE, months))


def outcome_values(brief: BriefAsked, ground: Ground) -> Values:
    outcomes = ground.segment.visits.outcomes
    found = relevant_visits(brief, ground)
    judged = found[(outcomes[found] & ground.book.outcomes.bits(tree.OUTCOMES)) != 0]
    sites, newest = newest_per_site(judged, ground)
    worst = np.full(len(newest), 1.0)
    for code, worth in tree.OUTCOMES.items():
        has = (outcomes[newest] & ground.book.outcomes.bits([code])) != 0
        worst = np.where(has, np.minimum(worst, worth), worst)
    value = np.full(ground.segment.site_count, np.nan)
    value[sites] = worst
    return either(~np.isnan(value), value)


def measured_values(measure: str, scale: Piecewise, terms: frozenset[str], ground: Ground) -> Values:
    statements, table = ground.segment.statements, ground.segment.measures
    found = slices(table.measure, ground.numbers([measure]))
    of = table.statement[found]
    counts = statements.is_offered[of] & (statements.confirmed[of] >= ground.oldest_fresh(measure))
    if terms:
        counts &= is_one_of(statements.term[of], ground.numbers(terms))
    found, of = found[counts], of[counts]
    lows = exact_values(scale, np.nan_to_num(table.lo[found], nan=0.0))
    highs = np.where(np.isnan(table.hi[found]), 1.0, exact_values(scale, table.hi[found]))
    count = ground.segment.site_count
    low = most_at(statements.site[of], lows, count, -1.0)
    high = most_at(statements.site[of], highs, count, -1.0)
    return Values(np.where(low < 0, 0.0, low), np.where(high < 0, 1.0, high))


def batches_values(brief: BriefAsked, ground: Ground) -> Values:
    named = (code for code in (brief.modality, brief.dosage_form) if code)
    terms = frozenset[str]().union(*(ground.context.satisfying(code) for code in named))
    return measured_values("sc.batches-36-months", tree.BATCHES_DONE, terms, ground)


def ppq_values(brief: BriefAsked, ground: Ground) -> Values:
    return measured_values("sc.ppq-campaigns", tree.PPQ_DONE, frozenset(), ground)


def second_site_values(brief: BriefAsked, ground: Ground) -> Values:
    table, count = ground.segment.statements, ground.segment.site_count
    found = slices(table.term, ground.numbers(["biz.dual-site"]))
    fresh = found[(table.row[found] < 0) & (table.confirmed[found] >= ground.oldest_fresh())]
    is_stated = any_at(table.site[fresh], count)
    has_one = any_at(table.site[fresh[table.is_offered[fresh]]], count)
    return either(is_stated, np.where(has_one, tree.YES.of("yes"), tree.YES.of("no")))


SITE_VALUES: Mapping[str, Callable[[BriefAsked, Ground], Values]] = {
    "fit.stage": stage_values,
    "quality.inspection_age": inspection_age_values,
    "quality.outcome": outcome_values,
    "experience.batches": batches_values,
    "experience.ppq": ppq_values,
    "place.second_site": second_site_values,
}
