"""A checked table in, everything that can be said about it out, as plain JSON values."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from matching.scoring import sensitivity
from matching.scoring.robustness import Robustness, examine
from matching.scoring.score import points, shown_points, tenths
from matching.scoring.tables.tables import Floats, Table
from matching.scoring.weights import left_sum

SAME = 10
"""Decimals to which scores (0 to 100) are compared: sums that differ by rounding alone are level."""


def scored(table: Table) -> dict[str, Any]:
    """Lists run in the order of the alternatives and criteria given; null stands where there is no number."""
    low, high = table.values()
    contributions = parts_of(low, table.weights)
    scores = [left_sum(parts) for parts in contributions]
    highest = [left_sum(parts) for parts in parts_of(high, table.weights)]
    changes = sensitivity.break_even(low, table.weights)
    return {
        "alternatives": list(table.alternatives),
        "criteria": [criterion.name for criterion in table.criteria],
        "scores": scores,
        "score_interval": [list(ends) for ends in zip(scores, highest, strict=True)],
        "contributions": contributions,
        "shown": {
            "scores": [tenths(parts) / 10 for parts in contributions],
            "contributions": [shown_points(parts) for parts in contributions],
        },
        "ranks": ranks_of(scores),
        "weights": list(table.weights),
        **robustness_of(examined(table, low, high)),
        "samples": table.samples,
        "seed": table.seed,
        "break_even": [None if change is None else change.after for change in changes],
        "overtaken_by": [None if change is None else table.alternatives[change.rival] for change in changes],
    }


def parts_of(values: Floats, weights: Sequence[float]) -> list[list[float]]:
    return [
        [points(weight, value) for weight, value in zip(weights, row, strict=True)] for row in values.tolist()
    ]


def ranks_of(scores: Sequence[float]) -> list[int]:
    """1 is best; those that are level share the better rank, and the next rank is left out (1, 2, 2, 4)."""
    rounded = [round(score, SAME) for score in scores]
    return [1 + sum(other > own for other in rounded) for own in rounded]


def examined(table: Table, low: Floats, high: Floats) -> Robustness:
    return examine(
        low,
        high,
        table.weights,
        statement=table.statement,
        samples=table.samples,
        seed=table.seed,
        pairs=len(low),
        draws=table.draws(),
    )


def robustness_of(found: Robustness) -> dict[str, Any]:
    pairwise = np.empty_like(found.pairwise_winning)
    pairwise[np.ix_(found.compared, found.compared)] = found.pairwise_winning
    return {
        "rank_acceptability": found.rank_acceptability.tolist(),
        "central_weights": [None if math.isnan(row[0]) else row for row in found.central_weights.tolist()],
        "confidence_factor": [None if math.isnan(each) else each for each in found.confidence.tolist()],
        "pairwise_winning": pairwise.tolist(),
        "exact": found.is_exact,
    }
