"""Cells that are not known, drawn block by block and added to scores. Arrays run (…, samples)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.scoring.robustness.asked import Draw, Floats, Rows

ALONE = 1 << 18
"""Up to so many multiplications OpenBLAS works alone; above, it wakes threads that spin on other cores."""

type Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class OfColumn:
    """The unknown cells of one column, drawn evenly from its low end over `span`."""

    column: int
    rows: Rows
    span: Numbers


@dataclass(frozen=True, slots=True)
class Cells:
    """`known` (n × m) holds the low end of a cell that is drawn evenly, and 0 for one with its own draw."""

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
        """The same by matrix products, whose last digits depend on the machine."""
        scores = np.empty((len(self.known), weights.shape[1]), self.known.dtype)
        step = max(ALONE // weights.size, 1)
        for start in range(0, len(scores), step):
            np.matmul(self.known[start : start + step], weights, out=scores[start : start + step])
        return self.with_drawn(scores, weights, rng)

    def with_drawn(self, scores: Numbers, weights: Numbers, rng: np.random.Generator) -> Numbers:
        for cells in self.even:
            scores[cells.rows] += evenly(cells, weights[cells.column], rng)
        for draw in self.draws:
            scores[draw.row] += weights[draw.column] * draw.sample(rng, weights.shape[1])
        return scores

    def only(self, rows: Rows) -> "Cells":
        """Those rows alone, in that order."""
        place = np.full(len(self.known), -1)
        place[rows] = np.arange(len(rows))
        even = []
        for each in self.even:
            moved = place[each.rows]
            kept = np.argsort(moved)[(moved < 0).sum() :]
            even.append(OfColumn(each.column, moved[kept], each.span[kept]))
        draws = [replace(draw, row=int(place[draw.row])) for draw in self.draws if place[draw.row] >= 0]
        return Cells(self.known[rows], tuple(even), tuple(draws))

    def bounds(self) -> tuple[Numbers, Numbers]:
        high = self.known.copy()
        for cells in self.even:
            high[cells.rows, cells.column] += cells.span
        for draw in self.draws:
            high[draw.row, draw.column] = 1.0
        return self.known, high

    def cube(self, samples: int) -> Numbers:
        """(n × m × samples) with the known cells filled in, for `drawn_into`."""
        return np.repeat(self.known[:, :, None], samples, axis=2)

    def drawn_into(self, cube: Numbers, samples: int, rng: np.random.Generator) -> Numbers:
        """So many samples of every cell; the cube is used again."""
        part, ones = cube[:, :, :samples], np.ones(samples, cube.dtype)
        for cells in self.even:
            low = self.known[cells.rows, cells.column]
            part[cells.rows, cells.column] = low[:, None] + evenly(cells, ones, rng)
        for draw in self.draws:
            part[draw.row, draw.column] = draw.sample(rng, samples)
        return part


def evenly(cells: OfColumn, factor: Numbers, rng: np.random.Generator) -> Numbers:
    """(rows × samples) above the low ends, times a factor (samples).

    In float64, or in float32 by 65,536 equal steps.
    Four 16-bit numbers from each 64 random bits: drawing is what takes longest where many cells are unknown.
    """
    rows, samples = len(cells.rows), len(factor)
    if cells.span.dtype == np.float64:
        return rng.random((rows, samples)) * cells.span[:, None] * factor
    words = rng.integers(0, 1 << 64, -(-rows * samples // 4), dtype=np.uint64)
    steps = words.view(np.uint16)[: rows * samples].reshape(rows, samples)
    drawn: Numbers = np.multiply(steps, factor / np.float32(1 << 16), dtype=np.float32)
    drawn *= cells.span[:, None]
    return drawn


def cells_of(low: Floats, high: Floats, draws: Sequence[Draw]) -> Cells:
    """Float64; `single` turns it into float32."""
    known = low.copy()
    is_even = high > low
    for draw in draws:
        is_even[draw.row, draw.column] = False
        known[draw.row, draw.column] = 0.0
    even = []
    for column in np.flatnonzero(is_even.any(axis=0)):
        rows = np.flatnonzero(is_even[:, column])
        span = high[rows, column] - low[rows, column]
        even.append(OfColumn(int(column), rows, span))
    return Cells(known, tuple(even), tuple(draws))


def single(cells: Cells) -> Cells:
    even = (OfColumn(each.column, each.rows, each.span.astype(np.float32)) for each in cells.even)
    return Cells(cells.known.astype(np.float32), tuple(even), cells.draws)
