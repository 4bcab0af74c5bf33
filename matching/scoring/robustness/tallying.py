"""Few alternatives: every one against every other in every sample, ties shared out evenly."""

from dataclasses import dataclass

import numpy as np

from matching.scoring.robustness.asked import Floats, Rows
from matching.scoring.robustness.cells import Cells, Numbers

BLOCK_NUMBERS = 1 << 16
SAME = 12
"""Decimals to which scores in [0, 1] are compared: sums that differ by rounding alone are level."""


@dataclass(slots=True)
class Tally:
    """Shares by rank (n × k), by pair (compared × compared) and of the leader over all (n).

    And weights (n × m), summed where a row is first.
    """

    ranks: Floats
    pairs: Floats
    leader: Floats
    weights: Floats
    is_exact: bool = False

    def add(self, scores: Numbers, weights: Floats, masses: Floats) -> None:
        """Scores (n × samples), weights (samples × m), masses (samples).

        A group of g that are level from rank r on takes 1/g of each of the ranks r to r + g − 1; in a pair
        each takes a half.
        """
        rounded = np.round(scores, SAME)
        for i, own in enumerate(rounded):
            level = rounded == own
            better = (rounded > own).sum(axis=0)
            size = level.sum(axis=0)
            share = masses / size
            self.pairs[i] += ((rounded < own) * masses).sum(axis=1) + 0.5 * (level * masses).sum(axis=1)
            for place in range(int(size.max())):
                taking = size > place
                self.ranks[i] += np.bincount(better[taking] + place, share[taking], len(scores))
            self.weights[i] += np.einsum("s,sm->m", np.where(better == 0, share, 0.0), weights)

    @property
    def central(self) -> Floats:
        """(n × m) mean weights under which a row is first, NaN where it never is."""
        first = self.ranks[:, :1]
        with np.errstate(invalid="ignore"):
            return np.where(first > 0, self.weights / first, np.nan)

    def share_among_twins(self, rows: Floats, compared: Rows) -> None:
        """What sets equal rows apart is how ties were broken and cells drawn: each gets the mean."""
        _, twin, sizes = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
        if len(sizes) == len(rows):
            return
        self.ranks, self.weights = mean_of(self.ranks, twin, sizes), mean_of(self.weights, twin, sizes)
        among = twin[compared]
        self.pairs[among[:, None] == among] = 0.5
        np.fill_diagonal(self.pairs, 0.0)
        self.leader[twin == among[0]] = 0.5
        self.leader[compared[0]] = 0.0


def mean_of(numbers: Floats, group: Rows, sizes: Rows) -> Floats:
    sums = np.zeros((len(sizes), numbers.shape[1]))
    np.add.at(sums, group, numbers)
    return np.asarray((sums / sizes[:, None])[group])


def tallied(cells: Cells, weights: Floats, masses: Floats, compared: Rows, rng: np.random.Generator) -> Tally:
    """Over weights (samples × m); masses (samples) of any sum."""
    alternatives, criteria = cells.known.shape
    square = (alternatives, alternatives)
    tally = Tally(np.zeros(square), np.zeros(square), np.empty(0), np.zeros((alternatives, criteria)))
    block = max(BLOCK_NUMBERS // alternatives, 1)
    for start in range(0, len(weights), block):
        part = weights[start : start + block]
        tally.add(cells.scores(part.T, rng), part, masses[start : start + block])
    np.fill_diagonal(tally.pairs, 0.0)
    total = masses.sum()
    tally.ranks /= total
    tally.pairs /= total
    tally.weights /= total
    tally.leader = tally.pairs[compared[0]]
    tally.pairs = tally.pairs[np.ix_(compared, compared)]
    return tally
