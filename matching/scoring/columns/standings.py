"""Verdicts and values of one segment, the line that each site takes, and how the site then stands.

What is judged does not depend on weights, so it serves again while they are moved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.scoring import kernel
from matching.scoring.columns.arrays import Bytes, Floats, Ints
from matching.scoring.columns.grounds import MET, SOFT, Ground, first_of_each
from matching.scoring.columns.judging import column_of
from matching.scoring.columns.valuing import Values, part_values, site_values
from matching.scoring.criteria import Criterion
from matching.scoring.eligibility import Standing
from matching.scoring.lines import Group
from matching.scoring.requirements import BriefAsked, Requirement, Strength

STANDINGS = tuple(Standing)
CODES = {standing: np.int8(code) for code, standing in enumerate(STANDINGS)}


@dataclass(frozen=True, slots=True)
class Judged:
    """Per row: the level of every requirement, and the values that requirements give to criteria.

    `whole` holds, per site, the values of criteria that are read from the site as a whole.
    """

    levels: Mapping[str, Bytes]
    parts: Mapping[tuple[str, str], Values]
    whole: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Standings:
    """Per site: the level of every gate (gates × sites), where it stands by them, and its score interval."""

    gates: Bytes
    standing: Bytes
    low: Floats
    high: Floats
    met: Ints


def judged(brief: BriefAsked, criteria: Sequence[Criterion], ground: Ground) -> Judged:
    columns = {each.key: column_of(each, ground) for each in brief.requirements}
    return Judged(
        levels={key: column.level for key, column in columns.items()},
        parts={
            (criterion.key, key): part_values(criterion, columns[key])
            for criterion in criteria
            for key in criterion.requirements
        },
        whole={
            criterion.key: site_values(criterion, brief, ground)
            for criterion in criteria
            if not criterion.requirements
        },
    )


def weighed(
    found: Judged,
    brief: BriefAsked,
    criteria: Sequence[Criterion],
    groups: Sequence[Group],
    ground: Ground,
) -> Standings:
    row_of = chosen_rows(found, brief, criteria, groups, ground)
    gates = [each for each in brief.requirements if each.strength is not Strength.PREFER]
    levels = np.array([found.levels[each.key].take(row_of[each.key]) for each in gates], dtype=np.int8)
    levels = levels.reshape(len(gates), ground.segment.site_count)
    values = [criterion_values(each, found, row_of) for each in criteria]
    weights = [criterion.weight for criterion in criteria]
    return Standings(
        gates=levels,
        standing=standing_of(levels),
        low=kernel.scores_of(np.array([each.low for each in values]), weights),
        high=kernel.scores_of(np.array([each.high for each in values]), weights),
        met=(levels == MET).sum(axis=0, dtype=np.int16),
    )


def criterion_values(criterion: Criterion, found: Judged, row_of: Mapping[str, Ints]) -> Values:
    """Per site: the mean over the criterion's requirements, each on the line that was chosen for it."""
    if not criterion.requirements:
        return found.whole[criterion.key]
    number = len(criterion.requirements)
    parts = [(found.parts[criterion.key, key], row_of[key]) for key in criterion.requirements]
    low = sum((part.low.take(rows) for part, rows in parts), start=np.float64(0))
    high = sum((part.high.take(rows) for part, rows in parts), start=np.float64(0))
    return Values(np.asarray(low / number), np.asarray(high / number))


def chosen_rows(
    found: Judged,
    brief: BriefAsked,
    criteria: Sequence[Criterion],
    groups: Sequence[Group],
    ground: Ground,
) -> dict[str, Ints]:
    """By requirement, the row of every site that it is judged on: the first, or the line of its group."""
    first = ground.segment.sites.first_row.astype(np.int64)
    rows = dict.fromkeys((each.key for each in brief.requirements), first)
    for group in groups:
        taken = best_rows(group.requirements, found, criteria, ground)
        rows |= dict.fromkeys((each.key for each in group.requirements), taken)
    return rows


def best_rows(
    requirements: Sequence[Requirement], found: Judged, criteria: Sequence[Criterion], ground: Ground
) -> Ints:
    """The line with the fewest failures (those beyond change first), then questions, then the most points."""
    first = ground.segment.sites.first_row
    row_count = ground.segment.row_count
    if row_count == len(first):
        return first.astype(np.int64)
    gates = [found.levels[each.key] for each in requirements if each.strength is not Strength.PREFER]
    faults = np.zeros(row_count, dtype=np.int32)
    for level in gates:
        faults += COST.take(level)
    is_best = faults == ground.rows_of_sites(np.minimum.reduceat(faults, first))
    number = np.add.reduceat(is_best, first, dtype=np.int32)
    tied = np.flatnonzero(is_best & ground.rows_of_sites(number > 1))
    if len(tied):
        worth = worth_of({each.key for each in requirements}, found, criteria, tied)
        site = ground.segment.rows.site[tied]
        most = np.maximum.reduceat(worth, starts := first_of_each(site))
        is_best[tied] = worth == np.repeat(most, np.diff(starts, append=len(tied)))
    place = np.flatnonzero(is_best)
    return place[first_of_each(ground.segment.rows.site[place])]


COST = np.array([1_000_000 + 1_000, 1_000, 1, 0], dtype=np.int32)
"""By level: failures beyond change count before failures, and those before questions."""


def worth_of(keys: set[str], found: Judged, criteria: Sequence[Criterion], rows: Ints) -> Floats:
    """Points of these rows by the requirements of their group."""
    total = np.zeros(len(rows))
    for criterion in criteria:
        for key in criterion.requirements:
            if key in keys:
                share = criterion.weight / len(criterion.requirements)
                total += 100 * (share * found.parts[criterion.key, key].low.take(rows))
    return total


def standing_of(gates: Bytes) -> Bytes:
    """As `matching.scoring.eligibility.standing`, for all sites: codes of STANDINGS."""
    codes = np.maximum(gates, SOFT) - SOFT
    found = kernel.standing_of(codes.astype(np.uint8), [level == SOFT for level in gates])
    return OURS[found]


OURS = np.array([CODES[standing] for standing in kernel.STANDINGS], dtype=np.int8)
"""The kernel counts from the worst, a list of standings begins with the best."""
