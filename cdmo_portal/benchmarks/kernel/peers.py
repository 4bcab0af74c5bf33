"""Others' weighted sums on the same matrix of values, and a loop over objects.

The libraries get the values ready-made and no normalisation to do, for their sum alone is compared. They have
neither gates nor value functions, and none of them takes an unknown cell.
"""

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cdmo_portal.benchmarks.kernel.world import BEST, World
from matching.scoring.eligibility import Standing, standing
from matching.scoring.kernel.columns import Doubles
from matching.scoring.kernel.standings import judge
from matching.scoring.score import additive
from matching.scoring.verdicts import Change, Status, Verdict

type Scoring = Callable[[], Doubles]
type Making = Callable[[Doubles, Doubles], Scoring]


def unchanged(values: Doubles, *_: object, **__: object) -> Doubles:
    """In the place of a normalisation: values run from 0 to 1 already."""
    return values


def scikit_criteria(matrix: Doubles, weights: Doubles) -> Scoring:
    """Its decision matrix is made beforehand; the answer has a rank for every row."""
    skcriteria = importlib.import_module("skcriteria")
    simple = importlib.import_module("skcriteria.agg.simple")
    problem = skcriteria.mkdm(matrix, [max] * len(weights), weights=weights)
    method = simple.WeightedSumModel()
    return lambda: np.asarray(method.evaluate(problem).e_.score)


def pymcdm(matrix: Doubles, weights: Doubles) -> Scoring:
    method = importlib.import_module("pymcdm.methods").WSM(unchanged)
    profits = np.ones(len(weights))
    return lambda: np.asarray(method(matrix, weights, profits))


def pymcdm_without_validation(matrix: Doubles, weights: Doubles) -> Scoring:
    method = importlib.import_module("pymcdm.methods").WSM(unchanged)
    profits = np.ones(len(weights))
    return lambda: np.asarray(method(matrix, weights, profits, validation=False))


def pyrepo_mcda(matrix: Doubles, weights: Doubles) -> Scoring:
    method = importlib.import_module("pyrepo_mcda.mcda_methods").SAW(unchanged)
    profits = np.ones(len(weights))
    return lambda: np.asarray(method(matrix, weights, profits))


PEERS: tuple[tuple[str, Making], ...] = (
    ("scikit-criteria", scikit_criteria),
    ("pymcdm", pymcdm),
    ("pymcdm, validation off", pymcdm_without_validation),
    ("pyrepo-mcda", pyrepo_mcda),
)


@dataclass(slots=True)
class Line:
    """As a model's instance holds it: numbers that may be missing, and what each gate said."""

    numbers: tuple[float | None, ...]
    gates: Sequence[Verdict]


def lines_of(world: World) -> list[Line]:
    """The loop is given the verdicts and only counts them; finding them would make it slower still."""
    codes = np.empty((len(world.gates), world.rows), np.uint8)
    judge(world.gates, world.rows, codes=codes)
    change = Change("measure", "")
    of_gates = [
        [Verdict(status, "", change=change if gate.changeable else None) for status in STATUSES]
        for gate in world.gates
    ]
    rows = zip(*(column.tolist() for column in world.columns), strict=True)
    return [
        Line(
            tuple(None if x != x else x for x in numbers),  # noqa: PLR0124 - NaN is what differs from itself
            [of_gate[code] for of_gate, code in zip(of_gates, row, strict=True)],
        )
        for numbers, row in zip(rows, codes.T.tolist(), strict=True)
    ]


STATUSES = (Status.UNMET, Status.UNKNOWN, Status.MET)


def loop(world: World, lines: Sequence[Line]) -> list[tuple[float, int]]:
    """Every line in turn, by the functions that published scores come from; the best scores and rows."""
    counts = [dict.fromkeys(STATUSES, 0) for _ in world.gates]
    found = []
    for row, each in enumerate(lines):
        for gate, count in zip(each.gates, counts, strict=True):
            count[gate.status] += 1
        if standing(each.gates) is Standing.ELIGIBLE:
            found.append((-additive(world.weights, list(values(world, each))), row))
    return [(-score, row) for score, row in sorted(found)[:BEST]]


def values(world: World, line: Line) -> Iterator[float]:
    for scale, x in zip(world.scales, line.numbers, strict=True):
        yield 0.0 if x is None else scale.value(x)
