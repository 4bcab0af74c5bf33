"""Cells that are not known, drawn block by block and added to scores. Arrays run (…, samples)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.scoring.robustness.asked import Draw, Floats

type Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class OfColumn:
    """The unknown cells of one column, drawn evenly between `low` and `low + span`."""

    column: int
    rows: NDArray[np.intp]
    low: Numbers
    span: Numbers


@dataclass(frozen=True, slots=True)
class Cells:
    """`known` (n × m) holds 0 where a cell is drawn."""

    known: Numbers
    even: tuple[OfColumn, ...]
    draws: tuple[Draw, ...]

    @property
    def all_known(self) -> bool:
        return not self.even and not self.draws

    def scores(self, weights: Numbers, rng: np.random.Generator) -> Numbers:
        """(n × samples) for weights (m × samples), float64 added in the order of the columns."""
        scores = np.zeros((len(self.known), weights.shape[1]), self.known.dtype)
        for column, weight in enumerate(weights):
            scores += self.known[:, column, None] * weight
        return self.with_drawn(scores, weights, rng)

    def fast_scores(self, weights: Numbers, rng: np.random.Generator) -> Numbers:
        """The same by one matrix product, whose last digits depend on the machine."""
        return self.with_drawn(self.known @ weights, weights, rng)

    def with_drawn(self, scores: Numbers, weights: Numbers, rng: np.random.Generator) -> Numbers:
        for cells in self.even:
            drawn = evenly(cells, weights.shape[1], rng)
            drawn *= weights[cells.column]
            scores[cells.rows] += drawn
        for draw in self.draws:
            scores[draw.row] += weights[draw.column] * draw.sample(rng, weights.shape[1])
        return scores

    def cube(self, samples: int, rng: np.random.Generator) -> Numbers:
        """(n × m × samples): every cell of every sample."""
        cube = np.repeat(self.known[:, :, None], samples, axis=2)
        for cells in self.even:
            cube[cells.rows, cells.column] = evenly(cells, samples, rng)
        for draw in self.draws:
            cube[draw.row, draw.column] = draw.sample(rng, samples)
        return cube


def evenly(cells: OfColumn, samples: int, rng: np.random.Generator) -> Numbers:
    dtype = np.float32 if cells.span.dtype == np.float32 else np.float64
    drawn: Numbers = rng.random((len(cells.rows), samples), dtype=dtype)
    drawn *= cells.span[:, None]
    drawn += cells.low[:, None]
    return drawn


def cells_of(low: Floats, high: Floats, draws: Sequence[Draw]) -> Cells:
    """Float64; `single` turns it into float32."""
    known = low.copy()
    is_even = high > low
    for draw in draws:
        is_even[draw.row, draw.column] = False
        known[draw.row, draw.column] = 0.0
    known[is_even] = 0.0
    even = []
    for column in np.flatnonzero(is_even.any(axis=0)):
        rows = np.flatnonzero(is_even[:, column])
        span = high[rows, column] - low[rows, column]
        even.append(OfColumn(int(column), rows, low[rows, column], span))
    return Cells(known, tuple(even), tuple(draws))


def single(cells: Cells) -> Cells:
    even = (
        OfColumn(each.column, each.rows, each.low.astype(np.float32), each.span.astype(np.float32))
        for each in cells.even
    )
    return Cells(cells.known.astype(np.float32), tuple(even), cells.draws)
