"""The best rows under given weights: a float32 product narrows them down, float64 decides among the rest."""

import math
from collections.abc import Sequence

import numpy as np

from matching.scoring.kernel.columns import Doubles, Rows, Singles, TableInvalid, blocks
from matching.scoring.kernel.curves import SMALLEST, gamma
from matching.scoring.kernel.standings import ELIGIBLE
from matching.scoring.kernel.table import Table, scores_of
from matching.scoring.weights import WeightsInvalid, normalised

NEAR_ONE = 1e-9


def top(table: Table, weights: Sequence[float], k: int, of: int = ELIGIBLE) -> tuple[Rows, Doubles]:
    """The k best rows of one standing and their scores: what sorting all float64 scores would give.

    Equal scores go by row number. Weights are shares, one per criterion, that add up to 1; others raise
    WeightsInvalid. A k below 0 raises TableInvalid; fewer rows than k are all returned.
    """
    shares = require_shares(weights, len(table.values))
    if k < 0:
        raise TableInvalid("k", "must not be negative")
    rows, scores = np.empty(0, np.intp), np.empty(0)
    candidates = shortlist(table, shares, k, of)
    for block in blocks(len(candidates)):
        found = candidates[block]
        rows = np.concatenate((rows, found))
        scores = np.concatenate((scores, scores_of(table.source.low(found), shares)))
        best = np.lexsort((rows, -scores))[:k]
        rows, scores = rows[best], scores[best]
    return (rows if table.rows is None else table.rows[rows]), scores


def score_intervals(table: Table, weights: Sequence[float], rows: Rows) -> tuple[Doubles, Doubles]:
    """Low and high scores of these places in the table: proven, and if every unknown turned out best."""
    shares = require_shares(weights, len(table.values))
    return scores_of(table.source.low(rows), shares), scores_of(table.source.high(rows), shares)


def require_shares(weights: Sequence[float], criteria: int) -> list[float]:
    if len(weights) != criteria:
        raise WeightsInvalid("weights", f"there are {len(weights)} for {criteria} criteria")
    shares = [float(weight) for weight in weights]
    normalised({f"weights[{i}]": share for i, share in enumerate(shares)})
    if abs(math.fsum(shares) - 1) > NEAR_ONE:
        raise WeightsInvalid("weights", "must add up to 1")
    return shares


def margin(errors: Doubles, shares: Sequence[float]) -> float:
    """How far a float32 score, on a scale from 0 to 1, may lie from the float64 one.

    Σ wᵢ·eᵢ for the values; γ₍m₊₃₎ · Σ wᵢ·(1 + eᵢ) for rounding m weights and products and adding them up in
    any order, as BLAS may (Higham 2002, section 3.1), the spare step being more than float64 rounds; and
    SMALLEST for each product near zero, and for its weight.
    """
    off = math.fsum(weight * error for weight, error in zip(shares, errors, strict=True))
    return off + gamma(len(shares) + 3) * (math.fsum(shares) + off) + 2 * len(shares) * SMALLEST


def shortlist(table: Table, shares: Sequence[float], k: int, of: int) -> Rows:
    """Rows that can be among the k best, in rising order.

    k rows reach the k-th largest float32 score t, so k exact scores reach t − e, e the margin. A row of the
    exact k best reaches that too, hence t − 2e in float32.
    """
    if k == 0:
        return np.empty(0, np.intp)
    pool = Pool(k, 2 * margin(table.errors, shares))
    # One product over all rows; only what is done with the scores goes by blocks, for its floor rises.
    scores = np.dot(np.array(shares, np.float32), table.values)
    for block in blocks(len(scores)):
        hits = scores[block] >= pool.floor
        hits &= table.standing[block] == of
        found = np.flatnonzero(hits) + block.start
        if len(found):
            pool.add(found, scores[found])
    return pool.narrowed()


class Pool:
    """Candidates so far. `floor` is the score below which no row can be among the best."""

    def __init__(self, k: int, slack: float) -> None:
        self.k, self.slack = k, slack
        self.floor = np.float32(-np.inf)
        self.rows: list[Rows] = []
        self.scores: list[Singles] = []
        self.size = 0
        self.limit = k

    def add(self, rows: Rows, scores: Singles) -> None:
        self.rows.append(rows)
        self.scores.append(scores)
        self.size += len(rows)
        if self.size > self.limit:
            self.narrowed()

    def narrowed(self) -> Rows:
        """Drop what fell below the floor. Next at twice the size, so that ties do not make this quadratic."""
        if not self.rows:
            return np.empty(0, np.intp)
        rows, scores = np.concatenate(self.rows), np.concatenate(self.scores)
        if len(rows) > self.k:
            kth = float(np.partition(scores, len(scores) - self.k)[len(scores) - self.k])
            # One step down, because rounding to float32 could otherwise raise the floor.
            self.floor = np.nextafter(np.float32(kth - self.slack), np.float32(-np.inf))
            kept = np.flatnonzero(scores >= self.floor)
            rows, scores = rows[kept], scores[kept]
        self.rows, self.scores, self.size = [rows], [scores], len(rows)
        self.limit = 2 * max(self.size, self.k)
        return rows
