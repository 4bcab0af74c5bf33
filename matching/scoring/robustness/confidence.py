"""Confidence factors: how often an alternative is first under its own central weights, over unknown cells."""

import numpy as np

from matching.scoring.robustness.asked import Floats, Rows
from matching.scoring.robustness.cells import Cells, Numbers
from matching.scoring.robustness.tallying import SAME

BLOCK_NUMBERS = 1 << 17
MARGIN = 1e-9
MOST_WORK = 4_000_000_000
LEAST_SAMPLES = 100
"""Very large tables get by with fewer samples here: so many products of a weight and a value at most."""


def confidence_factors(
    cells: Cells, central: Floats, compared: Rows, samples: int, rng: np.random.Generator
) -> Floats:
    """(n), NaN for those that are never first or not in `compared`; ties at the top are shared evenly."""
    factors = np.full(len(central), np.nan)
    asked = compared[~np.isnan(central[compared, 0])]
    if len(asked) == 0:
        return factors
    own = central[asked]
    rivals = np.union1d(asked, can_be_first(cells, own, asked))
    fewer = cells.only(rivals)
    work = len(rivals) * len(asked) * central.shape[1]
    total = 1 if cells.all_known else min(samples, max(MOST_WORK // work, LEAST_SAMPLES))
    block = max(BLOCK_NUMBERS // (len(rivals) * max(central.shape[1], len(asked))), 1)
    cube = fewer.cube(block)
    won = np.zeros(len(asked))
    for start in range(0, total, block):
        drawn = fewer.drawn_into(cube, min(block, total - start), rng)
        won += wins(np.matmul(own.astype(cube.dtype), drawn), np.searchsorted(rivals, asked))
    factors[asked] = won / total
    return factors


def can_be_first(cells: Cells, own: Floats, asked: Rows) -> Rows:
    """Rows that reach an asked one under its own weights when all goes well for them and badly for it."""
    low, high = cells.bounds()
    least = (own * low[asked]).sum(axis=1)
    return np.flatnonzero(((high @ own.T) >= least - MARGIN).any(axis=1))


def wins(scores: Numbers, asked: Rows) -> Floats:
    """Scores (n × asked × samples): samples in which asked[i] is first under weights i, ties shared."""
    rounded = np.round(scores, SAME) if scores.dtype == np.float64 else scores
    best = rounded.max(axis=0)
    level = (rounded == best).sum(axis=0)
    own = rounded[asked, np.arange(len(asked))]
    return np.asarray(np.where(own == best, 1 / level, 0.0).sum(axis=1))
