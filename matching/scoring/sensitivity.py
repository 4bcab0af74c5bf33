"""What it would take to change the ranking: exact closed forms over values in [0, 1], no sampling.

Values are (n × m), weights (m) are normalised to 1, rows and columns are counted from 0. The leader is the
row with the highest score, the earlier one among equals. Formulas: with d = leader's values − rival's
values and D = Σ w d, the lead; they follow from the additive model alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.scoring.weights import normalised

type Floats = NDArray[np.float64]

TIED_POINTS = 2.0
TIED_SHARES = (0.4, 0.6)


@dataclass(frozen=True, slots=True)
class WeightChange:
    """Column `column` would have to weigh `after` instead of `before`, the others rescaled in proportion."""

    column: int
    rival: int
    before: float
    after: float

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Shift:
    """The least weight that has to move between columns; `after` are the weights at which both are level."""

    rival: int
    moved: float
    after: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rise:
    """One value that would have to rise from `before` to `after` to draw level with the leader."""

    column: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The rival is `points` (of 100) behind; `rise` is its smallest single one, None if none will do."""

    rival: int
    points: float
    rise: Rise | None


def scores(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Between 0 and 1; float64 from left to right, as published scores are."""
    table, shares = read(values, weights)
    return summed(table, shares)


def read(values: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    table = np.asarray(values, dtype=np.float64)
    given = np.asarray(weights, dtype=np.float64)
    shares = normalised({f"weights[{i}]": float(value) for i, value in enumerate(given)})
    if table.ndim != 2 or table.shape[1] != len(shares):
        raise ValueError("values: must be a table with one column for each weight")
    return table, np.array(list(shares.values()))


def summed(table: Floats, shares: Floats) -> Floats:
    total = np.zeros(len(table))
    for column, share in enumerate(shares):
        total += table[:, column] * share
    return total


def leader_of(values: ArrayLike, weights: ArrayLike) -> int:
    return int(np.argmax(scores(values, weights)))


def why_not_first(values: ArrayLike, weights: ArrayLike, row: int) -> list[tuple[int, float]]:
    """Columns with the points (of 100) that `row` is behind the leader there, the greatest loss first.

    Columns where it is ahead have negative points, so that all of them add up to its distance.
    """
    table, shares = read(values, weights)
    lost = 100 * shares * (table[leader_of(table, shares)] - table[row])
    return [(int(column), float(lost[column])) for column in np.argsort(-lost, kind="stable")]


def rises_to_the_lead(values: ArrayLike, weights: ArrayLike, row: int) -> list[Rise]:
    """Every single value whose rise alone would draw `row` level with the leader, the smallest rise first."""
    table, shares = read(values, weights)
    total = summed(table, shares)
    behind = float(total.max() - total[row])
    possible = [
        Rise(column, float(table[row, column]), float(table[row, column]) + behind / share)
        for column, share in enumerate(shares.tolist())
        if share > 0 and behind <= share * (1 - table[row, column])
    ]
    return sorted(possible, key=lambda rise: rise.after - rise.before)


def others_rescaled(differences: Floats, shares: Floats) -> Floats:
    """The lead on the other columns at weight 0 of each column (evenly where they weigh nothing)."""
    number = len(shares)
    if number == 1:
        return differences
    found = np.empty_like(differences)
    for j in range(number):
        others = np.delete(shares, j)
        rest = others / others.sum() if others.any() else np.full(number - 1, 1 / (number - 1))
        found[:, j] = np.delete(differences, j, axis=1) @ rest
    return found


def crossings(values: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """(n × m) weights at which a rival (row) draws level when one weight (column) moves; NaN: at none."""
    table, shares = read(values, weights)
    first = leader_of(table, shares)
    inside = table[first] - table
    outside = others_rescaled(inside, shares)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = outside / (outside - inside)
    level[~((level >= 0) & (level <= 1))] = np.nan
    level[first] = np.nan
    return level, shares


def break_even(values: ArrayLike, weights: ArrayLike) -> list[WeightChange | None]:
    """For every column, the nearest weight at which somebody draws level with the leader; None: never."""
    level, shares = crossings(values, weights)
    distance = np.nan_to_num(np.abs(level - shares), nan=np.inf)
    nearest = distance.argmin(axis=0)
    return [
        WeightChange(column, int(row), float(shares[column]), float(level[row, column]))
        if np.isfinite(distance[row, column])
        else None
        for column, row in enumerate(nearest)
    ]


def smallest_weight_change(values: ArrayLike, weights: ArrayLike) -> WeightChange | None:
    """Over all single weights and all rivals; None if no single weight can dethrone the leader."""
    changes = [change for change in break_even(values, weights) if change is not None]
    return min(changes, key=lambda each: abs(each.change), default=None)


def smallest_shift(values: ArrayLike, weights: ArrayLike) -> Shift | None:
    """The least weight moved between any columns (half the L1 distance) that draws a rival level.

    A unit moved from column j to the rival's best column gains most where the leader's lead is greatest, and
    no column can give more than it has: taking from the greatest lead downwards is the optimum.
    """
    table, shares = read(values, weights)
    first = leader_of(table, shares)
    shifts = [
        shift_to(row, table[first] - table[row], shares)
        for row in range(len(table))
        if row != first and (table[first] - table[row]).min() <= 0
    ]
    return min(shifts, key=lambda shift: shift.moved, default=None)


def shift_to(rival: int, differences: Floats, shares: Floats) -> Shift:
    """Can be done, for a rival that is ahead or level somewhere."""
    goal = int(differences.argmin())
    after, lead, moved = shares.copy(), float(differences @ shares), 0.0
    for column in np.argsort(-differences, kind="stable"):
        gain = float(differences[column] - differences[goal])
        if lead <= 0 or gain <= 0:
            break
        taken = min(float(shares[column]), lead / gain)
        after[column] -= taken
        after[goal] += taken
        moved += taken
        lead -= taken * gain
    return Shift(rival, moved, tuple(after.tolist()))


def smallest_score_change(values: ArrayLike, weights: ArrayLike) -> ScoreChange | None:
    """How far the runner-up is behind, and its smallest single rise; None for a single alternative."""
    table, shares = read(values, weights)
    if len(table) < 2:
        return None
    total = summed(table, shares)
    first = int(total.argmax())
    rival = int(np.where(np.arange(len(total)) == first, -np.inf, total).argmax())
    rises = rises_to_the_lead(table, shares, rival)
    return ScoreChange(rival, float(100 * (total[first] - total[rival])), rises[0] if rises else None)


def is_ahead_by_order_alone(leader: ArrayLike, rival: ArrayLike, order: Sequence[int]) -> bool:
    """Whether every weights w₁ ≥ w₂ ≥ … in this order of columns put the leader ahead or level."""
    differences = np.asarray(leader, dtype=np.float64) - np.asarray(rival, dtype=np.float64)
    return bool((np.cumsum(differences[list(order)]) >= 0).all())


def next_question(low: ArrayLike, high: ArrayLike, weights: ArrayLike, cut: int) -> tuple[int, int] | None:
    """(row, column) of the unknown cell that carries most weight among those who may cross the cut.

    The cut is the proven score of the last of the best `cut`. An interval crosses it when its low end is not
    above it and its high end is. None where nobody's does, or all are within the cut.
    """
    bottom, shares = read(low, weights)
    ceiling, _ = read(high, weights)
    if not 1 <= cut < len(bottom):
        return None
    proven = summed(bottom, shares)
    line = np.sort(proven)[::-1][cut - 1]
    crossing = (proven <= line) & (summed(ceiling, shares) > line)
    open_weight = np.where(crossing[:, None], (ceiling - bottom) * shares, 0.0)
    if not open_weight.any():
        return None
    row, column = np.unravel_index(int(open_weight.argmax()), open_weight.shape)
    return int(row), int(column)


def is_practically_tied(points: float, winning: float | None = None) -> bool:
    """Under 2 points apart, or the better one wins between 40 and 60 % of the weights."""
    is_near = abs(points) < TIED_POINTS
    return is_near or (winning is not None and TIED_SHARES[0] <= winning <= TIED_SHARES[1])
