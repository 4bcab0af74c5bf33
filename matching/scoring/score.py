"""The additive value model: 100 × Σ weight × value, with an interval where values are not known.

Sums are float64 from left to right in the order of the criteria, so the same facts give the same last digit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matching.scoring.cells import Cell
from matching.scoring.criteria import Criterion
from matching.scoring.verdicts import Evidence
from matching.scoring.weights import left_sum


@dataclass(frozen=True, slots=True)
class Contribution:
    """value × weight × 100 = points. `shown` points have one decimal and add up to the score as shown."""

    criterion: str
    head: str
    label: str
    weight: float
    value_low: float
    value_high: float
    points_low: float
    points_high: float
    shown: float
    shown_high: float
    detail: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """`low` is the score: what is proven. `high` is what it could become if every unknown turned out best."""

    low: float
    high: float
    shown: float
    shown_high: float
    contributions: tuple[Contribution, ...]


def additive(weights: Sequence[float], values: Sequence[float]) -> float:
    """100 × Σ weight × value, for weights that add up to 1 and values in [0, 1]."""
    return left_sum(points(weight, value) for weight, value in zip(weights, values, strict=True))


def points(weight: float, value: float) -> float:
    return 100 * (weight * value)


def score_of(criteria: Sequence[Criterion], cells: Sequence[Cell]) -> Score:
    low = [points(criterion.weight, cell.low) for criterion, cell in zip(criteria, cells, strict=True)]
    high = [points(criterion.weight, cell.high) for criterion, cell in zip(criteria, cells, strict=True)]
    shown, shown_high = shown_points(low), shown_points(high)
    contributions = tuple(
        Contribution(
            criterion.key,
            criterion.head,
            criterion.label,
            criterion.weight,
            cell.low,
            cell.high,
            low[i],
            high[i],
            shown[i],
            shown_high[i],
            cell.detail,
            cell.evidence,
        )
        for i, (criterion, cell) in enumerate(zip(criteria, cells, strict=True))
    )
    return Score(left_sum(low), left_sum(high), tenths(low) / 10, tenths(high) / 10, contributions)


def tenths(parts: Sequence[float]) -> int:
    """The sum in whole tenths, halves upwards."""
    return math.floor(left_sum(parts) * 10 + 0.5)


def shown_points(parts: Sequence[float]) -> list[float]:
    """One decimal each, adding up to the shown sum: largest remainder, earlier ones first among equals."""
    floors = [math.floor(part * 10) for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i] * 10, i))
    missing = tenths(parts) - sum(floors)
    for i in order[: max(missing, 0)]:
        floors[i] += 1
    return [floor / 10 for floor in floors]
