"""Confidence factors: how often an alternative is first under its own central weights, over unknown cells."""

from collections.abc import Sequence

import numpy as np

from matching.scoring.robustness.asked import Floats, Rows
from matching.scoring.robustness.cells import Cells
from matching.scoring.robustness.tallying import SAME

BLOCK_NUMBERS = 1 << 18


def confidence_factors(
    cells: Cells, central: Floats, compared: Sequence[int], samples: int, rng: np.random.Generator
) -> Floats:
    """(n), NaN for those that are never first or not in `compared`; ties at the top are shared evenly."""
    factors = np.full(len(central), np.nan)
    asked = np.array([row for row in compared if not np.isnan(central[row, 0])], dtype=np.intp)
    if len(asked) == 0:
        return factors
    total = 1 if cells.all_known else samples
    block = max(BLOCK_NUMBERS // (len(central) * max(central.shape[1], len(asked))), 1)
    won = np.zeros(len(asked))
    own = central[asked].astype(cells.known.dtype)
    for start in range(0, total, block):
        cube = cells.cube(min(block, total - start), rng)
        won += wins(np.matmul(own, cube), asked)
    factors[asked] = won / total
    return factors


def wins(scores: Floats, asked: Rows) -> Floats:
    """Scores (n × asked × samples): samples in which asked[i] is first under weights i, ties shared."""
    rounded = np.round(scores, SAME)
    best = rounded.max(axis=0)
    level = (rounded == best).sum(axis=0)
    own = rounded[asked, np.arange(len(asked))]
    return np.asarray(np.where(own == best, 1 / level, 0.0).sum(axis=1))
