"""A made-up table of lines: what every contender is asked about. Seeded, so every run asks the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from matching.scoring.criteria import BATCHES_DONE, INSPECTION_AGE, OPEN_RATIO
from matching.scoring.kernel import AtLeast, AtMost, Covers, Gate, Stated, exact_values
from matching.scoring.kernel.columns import Bytes, Doubles
from matching.scoring.values import Piecewise

SEED = 20_261
BEST = 50
CRITERIA = 12
GATES = 8
NOT_STATED = 0.1
YES, NO = 0b10, 0b01
FLAGS_PER_BYTE = 4
SCALES = (INSPECTION_AGE, OPEN_RATIO, BATCHES_DONE)
"""Three of the product's own value functions, each with three anchors."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How often a gate is met and unmet; the rest is unknown."""

    title: str
    met: float
    unmet: float


ALL_PASS = Mix("all rows pass", 1.0, 0.0)
MARKET = Mix("a third is listed", 0.6, 0.25)


@dataclass(frozen=True, slots=True)
class World:
    """Criteria and gates as columns. Half of the gates are numbers, whose failures can change."""

    rows: int
    scales: tuple[Piecewise, ...]
    columns: tuple[Doubles, ...]
    weights: tuple[float, ...]
    gates: tuple[Gate, ...]

    def input_bytes(self) -> int:
        arrays = {id(array): array for gate in self.gates for array in arrays_of(gate)}
        return sum(array.nbytes for array in (*self.columns, *arrays.values()))

    def matrix(self) -> Doubles:
        """Values, (rows, criteria), as the libraries want them."""
        pairs = zip(self.scales, self.columns, strict=True)
        return np.stack([exact_values(scale, column) for scale, column in pairs], axis=1)


def arrays_of(gate: Gate) -> Sequence[Doubles | Bytes]:
    parts = (getattr(gate, name, None) for name in ("low", "high", "column", "flags"))
    return [part for part in parts if isinstance(part, np.ndarray)]


def world(rows: int, mix: Mix, *, criteria: int = CRITERIA, gates: int = GATES) -> World:
    rng = np.random.default_rng(SEED)
    scales = tuple(SCALES[i % len(SCALES)] for i in range(criteria))
    points = rng.uniform(1, 5, criteria)
    return World(
        rows,
        scales,
        tuple(numbers(rng, rows, scale) for scale in scales),
        tuple((points / points.sum()).tolist()),
        tuple(gates_of(rng, rows, mix, gates)),
    )


def numbers(rng: Generator, rows: int, scale: Piecewise) -> Doubles:
    """Spread over the anchors and a fifth beyond them on both sides; a tenth is not stated."""
    first, last = scale.anchors[0][0], scale.anchors[-1][0]
    beyond = (last - first) / 5
    column = rng.uniform(first - beyond, last + beyond, rows)
    column[rng.random(rows) < NOT_STATED] = np.nan
    return column


def gates_of(rng: Generator, rows: int, mix: Mix, gates: int) -> list[Gate]:
    """In turn a range, a yes or no, a bound from below or above, and a yes or no."""
    found: list[Gate] = []
    flags = np.zeros(0, np.uint8)
    for i in range(gates):
        answers = rng.choice(
            np.array([0, 1, 2], np.uint8), rows, p=[mix.unmet, 1 - mix.met - mix.unmet, mix.met]
        )
        if i % 2 == 0:
            found.append(number_gate(rng, answers, i // 2 % 4))
            continue
        shift = 2 * (i // 2 % FLAGS_PER_BYTE)
        flags = np.zeros(rows, np.uint8) if shift == 0 else flags
        flags |= np.array([NO, 0, YES], np.uint8)[answers] << np.uint8(shift)
        found.append(Stated(flags, YES << shift, NO << shift))
    return found


def number_gate(rng: Generator, answers: Bytes, turn: int) -> Gate:
    size = rng.uniform(1, 100, len(answers))
    size[answers == 1] = np.nan
    if turn % 2 == 0:
        low = np.where(answers == 0, 10 + size, size / 10)
        return Covers(low, rng.uniform(20, 100, len(answers)), 10, 20)
    if turn == 1:
        return AtLeast(np.where(answers == 0, -size, size), 0)
    return AtMost(np.where(answers == 0, size, -size), 0)
