"""The examination itself: which way is taken for which size, and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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

    rank_acceptability: (n × k) share of the samples in which an alternative takes rank 1 … k; rows and columns
    add up to 1 where k = n. central_weights: (n × m) mean weights under which it is first, NaN where it never
    is. confidence: (n) how often it is first under its own central weights, over the unknown cells alone; NaN
    where it never is, and for those not in `compared`. pairwise_winning: (len(compared) × n) how often the
    alternative compared[i] beats j, a tie counting half, itself 0. compared: the best under the stated weights,
    best first. mean_rank: None where only the top was examined. is_exact: closed form, nothing was drawn.
    """

    samples: int
    seed: int
    is_exact: bool
    rank_acceptability: Floats
    central_weights: Floats
    confidence: Floats
    compared: tuple[int, ...]
    pairwise_winning: Floats
    mean_rank: Floats | None

    @property
    def first_rank(self) -> Floats:
        return self.rank_acceptability[:, 0]


@dataclass(frozen=True, slots=True)
class Sampling:
    samples: int
    top: int | None
    compared: Rows
    for_weights: np.random.Generator
    for_cells: np.random.Generator


def examine(
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

    `weights` are the stated ones (m); `heads` gives each criterion the number of its head, whose weight is then
    what the statement speaks of, split among its criteria as stated. `pairs`: how many of the best are compared
    in pairs (None: all of at most 40, else ten). The same arguments give the same numbers on one machine, and
    the order of the alternatives does not matter (with `draws`: only to the sampling error). Ties share their
    ranks evenly. Raises RobustnessInvalid or WeightsInvalid, both with a `field`.
    """
    bottom, ceiling = checked(low, high)
    weigh = weighing(weights, statement, heads)
    require(len(weigh.stated) == bottom.shape[1], "weights", f"must be {bottom.shape[1]}, one per criterion")
    require(samples >= 1, "samples", "must be at least 1")
    require(top is None or top >= 1, "top", "must be at least 1")
    number = len(bottom)
    require(top is not None or number <= MOST_FULL, "top", f"is needed above {MOST_FULL:,} alternatives")
    order = np.lexsort(np.hstack([bottom, ceiling]).T[::-1])
    place = np.argsort(order)
    moved = [replace(draw, row=int(place[draw.row])) for draw in draws]
    most = pairs or (number if number <= FEW else COMPARED)
    compared = np.argsort(-(bottom @ weigh.stated), kind="stable")[:most]
    for_weights, for_cells, for_confidence = generators(seed)
    sampling = Sampling(
        samples, None if top is None else min(top, number), place[compared], for_weights, for_cells
    )
    cells = cells_of(bottom[order], ceiling[order], moved)
    tally, is_exact = examined(cells, weigh, sampling)
    if not draws:
        tally.share_among_twins(np.hstack([bottom, ceiling])[order], sampling.compared)
    first = tally.ranks[:, :1]
    with np.errstate(invalid="ignore"):
        central = np.where(first > 0, tally.weights / first, np.nan)
    confidence = confidence_factors(cells, central, sampling.compared, samples, for_confidence)
    is_full = tally.ranks.shape[1] == number
    ranks = tally.ranks[place]
    return Robustness(
        samples=0 if is_exact else samples,
        seed=seed,
        is_exact=is_exact,
        rank_acceptability=ranks[:, :top],
        central_weights=central[place],
        confidence=confidence[place],
        compared=tuple(compared.tolist()),
        pairwise_winning=tally.pairs[:, place],
        mean_rank=ranks @ np.arange(1, number + 1) if is_full else None,
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


def examined(cells: Cells, weigh: Weighing, sampling: Sampling) -> tuple[Tally, bool]:
    """And whether that is exact."""
    of_parts = cells.known @ weigh.spread.T
    is_fixed = weigh.statement.kind is not Kind.WITHIN and cells.all_known
    if is_fixed and exact.stands_for_all(of_parts):
        parts, masses = exact.points(of_parts)
        return tallied(cells, parts @ weigh.spread, masses, sampling.compared, sampling.for_cells), True
    drawn = weigh.drawn(sampling.for_weights, sampling.samples)
    if len(cells.known) <= FEW:
        masses = np.full(len(drawn), 1 / len(drawn))
        return tallied(cells, drawn, masses, sampling.compared, sampling.for_cells), False
    return counted(single(cells), drawn, sampling), False


def counted(cells: Cells, drawn: Floats, sampling: Sampling) -> Tally:
    if sampling.top is None:
        count = count_all(cells, drawn, sampling.compared, sampling.for_cells)
    else:
        count = count_top(cells, drawn, sampling.compared, sampling.for_cells, sampling.top)
    number = len(cells.known)
    first = [np.bincount(count.winners, weights=column, minlength=number) for column in drawn.T]
    samples = len(drawn)
    count.ranks /= samples
    count.pairs /= samples
    return Tally(count.ranks, count.pairs, np.column_stack(first) / samples)


def generators(seed: int) -> tuple[np.random.Generator, ...]:
    """A stream each for weights, cells and confidence, so that none depends on how much another drew."""
    return tuple(np.random.Generator(np.random.PCG64(each)) for each in np.random.SeedSequence(seed).spawn(3))
