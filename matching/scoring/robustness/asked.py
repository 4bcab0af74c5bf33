"""What is examined: values, or intervals where they are not known, and which weights a statement allows."""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.scoring.weights import normalised

type Floats = NDArray[np.float64]
type Rows = NDArray[np.intp]


class RobustnessInvalid(ValueError):
    """Something that cannot be examined. `field` names the argument at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Kind(enum.StrEnum):
    EXACT = "exact"
    FREE = "free"
    ORDERED = "ordered"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is known about the weights (of the heads, where there are heads).

    exact: as stated. free: anything, uniform on the simplex. ordered: uniform on the part of the simplex that
    keeps the order; `order` gives positions, most important first, and without it the stated weights give it
    (the earlier first among equals). within: each weight drawn evenly and by itself between w(1 − share) and
    w(1 + share), then all divided by their sum.
    """

    kind: Kind
    share: float = 0.0
    order: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise RobustnessInvalid("share", "must lie between 0 and 1")
        if self.order is not None and sorted(self.order) != list(range(len(self.order))):
            raise RobustnessInvalid("order", "must name every position once")


@dataclass(frozen=True, slots=True)
class Draw:
    """A cell with a distribution of its own: `sample` gives so many values in [0, 1]."""

    row: int
    column: int
    sample: Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True, slots=True)
class Weighing:
    """The stated weights, and how those that a statement allows are drawn.

    A draw of the k parts that are free (heads, or corners of the ordered simplex) becomes weights of the m
    criteria through `spread` (k × m); `parts` are the stated weights of the parts.
    """

    stated: Floats
    parts: Floats
    spread: Floats
    statement: Statement

    def drawn(self, rng: np.random.Generator, samples: int) -> Floats:
        """(samples × m), every row adding up to 1."""
        if self.statement.kind is Kind.EXACT:
            return np.broadcast_to(self.stated, (samples, len(self.stated)))
        size = (samples, len(self.spread))
        if self.statement.kind is Kind.WITHIN:
            half = self.statement.share
            drawn = rng.uniform(1 - half, 1 + half, size) * self.parts
        else:
            drawn = rng.standard_exponential(size)
        drawn /= drawn.sum(axis=1, keepdims=True)
        return np.asarray(np.einsum("sk,km->sm", drawn, self.spread))


def weighing(weights: ArrayLike, statement: Statement, heads: Sequence[int] | None) -> Weighing:
    """Raises RobustnessInvalid, or WeightsInvalid with the weight at fault."""
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim != 1:
        raise RobustnessInvalid("weights", "must be one row")
    shares = normalised({f"weights[{i}]": float(value) for i, value in enumerate(given)})
    stated = np.array(list(shares.values()))
    if statement.kind is Kind.EXACT or (statement.kind is Kind.WITHIN and statement.share == 0):
        return Weighing(stated, np.ones(1), stated[None, :], Statement(Kind.EXACT))
    parts, split = head_sums(stated, heads), by_head(stated, heads)
    if statement.kind is Kind.ORDERED:
        return Weighing(stated, parts, corners(statement, parts) @ split, statement)
    return Weighing(stated, parts, split, statement)


def head_sums(stated: Floats, heads: Sequence[int] | None) -> Floats:
    return stated if heads is None else np.bincount(np.asarray(heads), weights=stated)


def by_head(stated: Floats, heads: Sequence[int] | None) -> Floats:
    """(heads × m): how a head's weight is split among its criteria, as the stated weights split it."""
    number = len(stated)
    if heads is None:
        return np.eye(number)
    index = np.asarray(heads)
    if index.shape != (number,) or index.dtype.kind not in "iu" or set(heads) != set(range(max(heads) + 1)):
        raise RobustnessInvalid("heads", "must give every criterion the number of its head, from 0 on")
    parts = np.zeros((int(index.max()) + 1, number))
    parts[index, np.arange(number)] = stated
    parts[parts.sum(axis=1) == 0] = np.equal(index, np.arange(len(parts))[:, None])[parts.sum(axis=1) == 0]
    return parts / parts.sum(axis=1, keepdims=True)


def corners(statement: Statement, stated: Floats) -> Floats:
    """Corners of the ordered simplex: all weight spread evenly over the first 1, 2, … in the order."""
    order = np.argsort(-stated, kind="stable") if statement.order is None else np.array(statement.order)
    if len(order) != len(stated):
        raise RobustnessInvalid("order", "must name every position once")
    found = np.zeros((len(stated), len(stated)))
    for place in range(len(stated)):
        found[place, order[: place + 1]] = 1 / (place + 1)
    return found
