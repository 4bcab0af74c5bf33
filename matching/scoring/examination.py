"""How firm a ranking is: from the plain JSON of a match result to SMAA-2, break-evens and the next question.

Everything follows from the contributions as they were frozen, so it is the same whenever it is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.scoring import sensitivity
from matching.scoring.anchors import EVERY_CRITERION, level_in_words
from matching.scoring.requirements import HEADS
from matching.scoring.robustness import Kind, Robustness, Statement, examine
from matching.scoring.weightings import Weighting

type Floats = NDArray[np.float64]

SHARE = 0.5
"""Plausible weights lie this near to stated ones: each head by itself from half to one and a half of it."""

MOST = 20
"""How many candidates are examined, best first: those that a page shows at once."""

SAMPLES, SEED = 10_000, 1
"""10,000 weightings give shares to about one in a hundred (Tervonen & Lahdelma 2007)."""

PREVIEW_SAMPLES = 2_000
"""While a weight is being moved: to about two in a hundred, at a fifth of the time."""

SHORTLIST = 3
"""The cut for the next question: who is among the first three."""

MOST_LOSSES = 3


@dataclass(frozen=True, slots=True)
class Table:
    """Criteria in columns, eligible candidates in rows, best first."""

    sites: Sequence[Mapping[str, Any]]
    criteria: Sequence[Mapping[str, Any]]
    low: Floats
    high: Floats
    weights: Floats

    @property
    def heads(self) -> list[str]:
        """The heads that have a criterion."""
        there = {each["head"] for each in self.criteria}
        return [head for head in HEADS if head in there]

    @property
    def head_numbers(self) -> list[int]:
        return [self.heads.index(each["head"]) for each in self.criteria]


@dataclass(frozen=True, slots=True)
class Loss:
    criterion: str
    label: str
    points: float


@dataclass(frozen=True, slots=True)
class Examined:
    """One candidate: how often it takes each rank, if the next is as good, and where it loses most points."""

    key: str
    name: str
    rank_acceptability: tuple[float, ...]
    is_tied_with_next: bool
    behind: float
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class HeadChange:
    """A head going from `before` to `after` (shares of 1), the others rescaled, puts `rival` level."""

    head: str
    before: float
    after: float
    rival: str


@dataclass(frozen=True, slots=True)
class Needed:
    """The runner-up is `points` behind; reaching `level` of one criterion alone would put it level."""

    rival: str
    points: float
    criterion: str
    label: str
    level: str


@dataclass(frozen=True, slots=True)
class Question:
    """The unknown that could add most points to a candidate near the cut."""

    key: str
    name: str
    criterion: str
    label: str
    points: float
    detail: str


@dataclass(frozen=True, slots=True)
class Examination:
    """`statement`: "within" ± `share` of the stated weights, or "ordered". `samples`: 0 for closed forms.

    `candidates` are the first of all `eligible`, at most 20.
    """

    statement: str
    share: float
    samples: int
    seed: int
    eligible: int
    candidates: tuple[Examined, ...]
    weight_change: HeadChange | None
    score_change: Needed | None
    next_question: Question | None


def examination(
    result: Mapping[str, Any], weighting: Weighting, *, samples: int = SAMPLES
) -> Examination | None:
    """None where fewer than two candidates are eligible: there is nothing to compare."""
    sites = result["eligible"][:MOST]
    if len(sites) < 2:
        return None
    table = table_of(sites)
    statement = statement_of(weighting, table.heads)
    found = examine(
        table.low,
        table.high,
        table.weights,
        statement=statement,
        heads=table.head_numbers,
        samples=samples,
        seed=SEED,
    )
    return Examination(
        statement.kind.value,
        statement.share,
        found.samples,
        found.seed,
        result["counts"]["eligible"],
        tuple(examined(table, found, row) for row in range(len(sites))),
        head_change(table, result["weights"]),
        needed(table),
        question(table),
    )


def table_of(sites: Sequence[Mapping[str, Any]]) -> Table:
    parts = [site["score"]["contributions"] for site in sites]
    return Table(
        sites,
        parts[0],
        np.array([[each["value_low"] for each in row] for row in parts], dtype=np.float64),
        np.array([[each["value_high"] for each in row] for row in parts], dtype=np.float64),
        np.array([each["weight"] for each in parts[0]], dtype=np.float64),
    )


def statement_of(weighting: Weighting, heads: Sequence[str]) -> Statement:
    """Who only gave an order is held to the order alone; numbers are good to a share of themselves."""
    if weighting.by == "order":
        order = tuple(heads.index(head) for head in weighting.order if head in heads)
        return Statement(Kind.ORDERED, order=order)
    return Statement(Kind.WITHIN, share=SHARE)


def examined(table: Table, found: Robustness, row: int) -> Examined:
    site = table.sites[row]
    losses = sensitivity.why_not_first(table.low, table.weights, row) if row else []
    return Examined(
        site["key"],
        site["partner_name"],
        tuple(found.rank_acceptability[row].tolist()),
        is_tied(table, found, row),
        table.sites[0]["score"]["low"] - site["score"]["low"],
        tuple(
            Loss(table.criteria[column]["criterion"], table.criteria[column]["label"], points)
            for column, points in losses[:MOST_LOSSES]
            if points > 0
        ),
    )


def is_tied(table: Table, found: Robustness, row: int) -> bool:
    """Whether this and the next one are practically tied."""
    if row + 1 == len(table.sites):
        return False
    lead = table.sites[row]["score"]["low"] - table.sites[row + 1]["score"]["low"]
    winning = dict(zip(found.compared, found.pairwise_winning[:, row + 1].tolist(), strict=True)).get(row)
    return sensitivity.is_practically_tied(lead, winning)


def head_change(table: Table, shares: Mapping[str, float]) -> HeadChange | None:
    """The smallest change of one head's weight that takes the lead from the leader."""
    heads, numbers = table.heads, np.array(table.head_numbers)
    weights = np.bincount(numbers, weights=table.weights)
    inside = np.bincount(numbers)[numbers]  # criteria of a head weigh the same
    values = np.stack(
        [np.bincount(numbers, weights=row / inside, minlength=len(heads)) for row in table.low]
    ).clip(0, 1)
    change = sensitivity.smallest_weight_change(values, weights)
    if change is None:
        return None
    head = heads[change.column]
    unused = 1 - sum(shares[each] for each in heads)
    return HeadChange(
        head,
        shares[head],
        among_all(change.after, shares[head], unused),
        table.sites[change.rival]["partner_name"],
    )


def among_all(after: float, before: float, unused: float) -> float:
    """A share among the heads that have criteria as a share among all five.

    With k = unused/(1 − before), moving a head to s leaves the unused ones k(1 − s), so that its share among
    the used ones is s/(1 − k(1 − s)); this is solved for s.
    """
    if before >= 1:
        return after
    k = unused / (1 - before)
    return after * (1 - k) / (1 - after * k)


def needed(table: Table) -> Needed | None:
    change = sensitivity.smallest_score_change(table.low, table.weights)
    if change is None:
        return None
    rival = table.sites[change.rival]["partner_name"]
    for rise in sensitivity.rises_to_the_lead(table.low, table.weights, change.rival):
        criterion = table.criteria[rise.column]
        known = EVERY_CRITERION.get(criterion["criterion"])
        level = level_in_words(known.scale, rise.after) if known else ""
        if level:
            return Needed(rival, change.points, criterion["criterion"], criterion["label"], level)
    return Needed(rival, change.points, "", "", "")


def question(table: Table) -> Question | None:
    cut = min(SHORTLIST, len(table.sites) - 1)
    found = sensitivity.next_question(table.low, table.high, table.weights, cut)
    if found is None:
        return None
    row, column = found
    site, cell = table.sites[row], table.sites[row]["score"]["contributions"][column]
    return Question(
        site["key"],
        site["partner_name"],
        cell["criterion"],
        cell["label"],
        cell["points_high"] - cell["points_low"],
        cell["detail"],
    )
