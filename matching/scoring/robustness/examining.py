"""The examination itself: which way is taken for which size, and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matching.scoring.robustness import exact
from matching.scoring.robustness.asked import (
    Draw,
    Floats,
    Kind,
    RobustnessInvalid,
    Rows,
    Statement,
    Weighing,
    weighing,
)
from matching.scoring.robustness.cells import Cells, cells_of, single
from matching.scoring.robustness.confidence import confidence_factors
from matching.scoring.robustness.counting import count_all, count_top
from matching.scoring.robustness.tallying import Tally, tallied

FEW = 40
"""Up to so many alternatives all are compared with all, in float64."""

MOST_FULL = 5_000
COMPARED = 10


@dataclass(frozen=True, slots=True)
class Robustness:
    """n alternatives in the order given; k = n, or `top`.

    rank_acceptability: (n × k) share of samples in which an alternative takes rank 1 … k; rows and
    columns add up to 1 where k = n. central_weights: (n × m) mean weights under which it is first, NaN
    where it never is. compared: the best under the stated weights, best first. confidence: (n) how often
    an alternative is first under its own central weights, over the unknown cells alone; NaN where it
    never is, and for those not compared. pairwise_winning: (c × c) how often compared[i] beats
    compared[j], a tie counting half, itself 0. leader_winning: (n) how often compared[0] beats each of
    all. mean_rank: None where only the top was examined. is_exact: closed form, nothing was drawn (and
    `samples` is 0).
    """

    samples: int
    seed: int
    is_exact: bool
    rank_acceptability: Floats
    central_weights: Floats
    confidence: Floats
    compared: tuple[int, ...]
    pairwise_winning: Floats
    leader_winning: Floats
    mean_rank: Floats | None

    @property
    def first_rank(self) -> Floats:
        return self.rank_acceptability[:, 0]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is drawn and counted; `compared` are rows as the cells have them."""

    samples: int
    seed: int
    top: int | None
    compared: Rows

    def generator(self, use: int) -> np.random.Generator:
        """A stream each for weights, cells and confidence: none depends on how much another drew."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed).spawn(3)[use]))


WEIGHTS, CELLS, CONFIDENCE = range(3)


def examine(  # noqa: PLR0913 - all but three have defaults and go by name
    low: ArrayLike,
    high: ArrayLike,
    weights: ArrayLike,
    *,
    statement: Statement,
    heads: Sequence[int] | None = None,
    samples: int = 10_000,
    seed: int = 1,
    top: int | None = None,
    pairs: int | None = None,
    draws: Sequence[Draw] = (),
) -> Robustness:
    """SMAA-2 over values in [0, 1], (n × m); a cell whose low and high differ is drawn evenly between them.

    `weights` are the stated ones (m); `heads` gives each criterion the number of its head, whose weight is
    then what the statement speaks of, split among its criteria as stated. `pairs`: how many of the best are
    compared in pairs (None: all of at most 40, else ten). The same arguments give the same numbers on one
    machine, and the order of the alternatives does not matter (with `draws`: only to the sampling error).
    Ties share their ranks evenly. Raises RobustnessInvalid or WeightsInvalid, both with a `field`.
    """
    bottom, ceiling = checked(low, high)
    number, criteria = bottom.shape
    weigh = weighing(weights, statement, heads)
    require(len(weigh.stated) == criteria, "weights", f"must be {criteria}, one for each criterion")
    require(samples >= 1, "samples", "must be at least 1")
    require(top is None or top >= 1, "top", "must be at least 1")
    require(top is not None or number <= MOST_FULL, "top", f"is needed above {MOST_FULL:,} alternatives")
    compared = best_first(bottom, weigh)[: pairs or (number if number <= FEW else COMPARED)]
    # Sampled in an order that follows from the rows alone, whatever order they were given in.
    rows = np.hstack([bottom, ceiling])
    order = np.lexsort(rows.T[::-1])
    place = np.argsort(order)
    cells = cells_of(bottom, ceiling, draws).only(order)
    plan = Plan(samples, seed, None if top is None else min(top, number), place[compared])
    tally = examined(cells, weigh, plan)
    if not draws:
        tally.share_among_twins(rows[order], plan.compared)
    return reported(tally, confidence_of(cells, tally, plan), plan, place, compared)


def best_first(bottom: Floats, weigh: Weighing) -> Rows:
    return np.argsort(-(bottom @ weigh.stated), kind="stable")


def confidence_of(cells: Cells, tally: Tally, plan: Plan) -> Floats:
    played = cells if len(cells.known) <= FEW or cells.all_known else single(cells)
    return confidence_factors(played, tally.central, plan.compared, plan.samples, plan.generator(CONFIDENCE))


def reported(tally: Tally, confidence: Floats, plan: Plan, place: Rows, compared: Rows) -> Robustness:
    """Back in the order in which the alternatives were given."""
    ranks = tally.ranks[place]
    is_full = ranks.shape[1] == len(ranks)
    return Robustness(
        samples=0 if tally.is_exact else plan.samples,
        seed=plan.seed,
        is_exact=tally.is_exact,
        rank_acceptability=ranks[:, : plan.top],
        central_weights=tally.central[place],
        confidence=confidence[place],
        compared=tuple(compared.tolist()),
        pairwise_winning=tally.pairs,
        leader_winning=tally.leader[place],
        mean_rank=ranks @ np.arange(1, len(ranks) + 1) if is_full else None,
    )


def require(holds: bool, field: str, reason: str) -> None:  # noqa: FBT001
    if not holds:
        raise RobustnessInvalid(field, reason)


def checked(low: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats]:
    bottom, ceiling = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    is_table = bottom.ndim == 2 and 0 not in bottom.shape
    require(is_table, "low", "must be a table with at least one row and one column")
    require(ceiling.shape == bottom.shape, "high", "must have the shape of low")
    require(bool(np.isfinite(bottom).all() and bottom.min() >= 0), "low", "must lie between 0 and 1")
    require(bool(np.isfinite(ceiling).all() and ceiling.max() <= 1), "high", "must lie between 0 and 1")
    require(not (ceiling < bottom).any(), "high", "must not be below low")
    return bottom, ceiling


def examined(cells: Cells, weigh: Weighing, plan: Plan) -> Tally:
    of_parts = np.einsum("nm,km->nk", cells.known, weigh.spread)
    is_fixed = weigh.statement.kind is not Kind.WITHIN and cells.all_known
    if is_fixed and exact.stands_for_all(of_parts):
        parts, masses = exact.points(of_parts)
        tally = tallied(cells, parts @ weigh.spread, masses, plan.compared, plan.generator(CELLS))
        tally.is_exact = True
        return tally
    drawn = weigh.drawn(plan.generator(WEIGHTS), plan.samples)
    if len(cells.known) <= FEW:
        return tallied(cells, drawn, np.ones(len(drawn)), plan.compared, plan.generator(CELLS))
    return counted(single(cells), drawn, plan)


def counted(cells: Cells, drawn: Floats, plan: Plan) -> Tally:
    if plan.top is None:
        count = count_all(cells, drawn, plan.compared, plan.generator(CELLS))
    else:
        count = count_top(cells, drawn, plan.compared, plan.generator(CELLS), plan.top)
    samples, number = len(drawn), len(cells.known)
    first = [np.bincount(count.winners, weights=column, minlength=number) for column in drawn.T]
    count.ranks /= samples
    return Tally(count.ranks, count.pairs / samples, count.leader / samples, np.column_stack(first) / samples)
