"""A decision table as it is once checked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.scoring.robustness import Draw, Statement
from matching.scoring.values import Linear, Piecewise, Target

type Floats = NDArray[np.float64]
type Scale = Linear | Piecewise | Target


@dataclass(frozen=True, slots=True)
class Criterion:
    name: str
    scale: Scale

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and highest value that any number can have."""
        if isinstance(self.scale, Piecewise):
            values = [value for _, value in self.scale.anchors]
            return min(values), max(values)
        return 0.0, 1.0

    def value(self, x: float) -> float:
        return self.scale.value(x)

    def values(self, x: Floats) -> Floats:
        """The same for many numbers at once."""
        scale = self.scale
        if isinstance(scale, Piecewise):
            cutoffs, values = zip(*scale.anchors, strict=True)
            return np.asarray(np.interp(x, cutoffs, values), dtype=np.float64)
        if isinstance(scale, Target):
            return np.clip(1 - np.abs(x - scale.target) / (scale.hi - scale.lo), 0, 1)
        inside = np.clip(x, min(scale.worst, scale.best), max(scale.worst, scale.best))
        return np.asarray((inside - scale.worst) / (scale.best - scale.worst))


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known: from the lowest to the highest value of the criterion."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A distribution in the units of the criterion: beta (a, b), normal (mean, sd) or uniform (lo, hi)."""

    kind: str
    first: float
    second: float

    @property
    def mean(self) -> float:
        if self.kind == "beta":
            return self.first / (self.first + self.second)
        if self.kind == "uniform":
            return self.first + (self.second - self.first) / 2
        return self.first

    def sample(self, rng: np.random.Generator, number: int) -> Floats:
        if self.kind == "beta":
            return rng.beta(self.first, self.second, number)
        if self.kind == "uniform":
            return rng.uniform(self.first, self.second, number)
        return self.first + self.second * rng.standard_normal(number)


type Cell = float | Unknown | Uncertain


@dataclass(frozen=True, slots=True)
class Table:
    """`weights` are shares of 1; `statement` says which weights are examined."""

    alternatives: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    matrix: tuple[tuple[Cell, ...], ...]
    weights: tuple[float, ...]
    statement: Statement
    samples: int
    seed: int

    def values(self) -> tuple[Floats, Floats]:
        """Low and high values, (n × m); the value of its mean for an uncertain cell."""
        low = [
            [value_of(cell, criterion, 0) for cell, criterion in zip(row, self.criteria, strict=True)]
            for row in self.matrix
        ]
        high = [
            [value_of(cell, criterion, 1) for cell, criterion in zip(row, self.criteria, strict=True)]
            for row in self.matrix
        ]
        return np.array(low), np.array(high)

    def draws(self) -> Sequence[Draw]:
        return [
            draw_of(row, column, cell, self.criteria[column])
            for row, cells in enumerate(self.matrix)
            for column, cell in enumerate(cells)
            if isinstance(cell, Uncertain)
        ]


def value_of(cell: Cell, criterion: Criterion, end: int) -> float:
    if isinstance(cell, Unknown):
        return criterion.bounds[end]
    return criterion.value(cell.mean if isinstance(cell, Uncertain) else cell)


def draw_of(row: int, column: int, cell: Uncertain, criterion: Criterion) -> Draw:
    return Draw(row, column, lambda rng, number: criterion.values(cell.sample(rng, number)))
