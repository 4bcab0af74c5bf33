"""Weights: by points, by swings, or by an order alone. They are positive shares that add up to 1."""

import math
from collections.abc import Iterable, Mapping, Sequence

from matching.scoring.requirements import HEADS

PRESETS: Mapping[str, Mapping[str, float]] = {
    "early": {"fit": 35, "quality": 20, "timing": 20, "experience": 15, "place": 10},
    "late": {"fit": 25, "quality": 25, "timing": 20, "experience": 20, "place": 10},
    "commercial": {"fit": 20, "quality": 25, "timing": 15, "experience": 15, "place": 25},
}
"""Points per head by the stage of the project: editors' judgement, shown as such."""


class WeightsInvalid(ValueError):
    """Weights that define no share. `field` names the weight at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def normalised(points: Mapping[str, float]) -> dict[str, float]:
    """Points or raw swings as shares of 1, in the order given."""
    if not points:
        raise WeightsInvalid("weights", "give at least one weight")
    for field, value in points.items():
        if not math.isfinite(value):
            raise WeightsInvalid(field, "must be a finite number")
        if value < 0:
            raise WeightsInvalid(field, "must not be negative")
    most = max(points.values())
    if most == 0:
        raise WeightsInvalid("weights", "at least one weight must be above zero")
    # Scaled by the largest first, so that huge points cannot overflow nor tiny ones vanish.
    scaled = {field: value / most for field, value in points.items()}
    total = left_sum(scaled.values())
    return {field: value / total for field, value in scaled.items()}


def left_sum(values: Iterable[float]) -> float:
    """A float64 sum from left to right: the same bits on every machine and in every version."""
    total = 0.0
    for value in values:
        total += value
    return total


def head_weights(points: Mapping[str, float]) -> dict[str, float]:
    """Shares of the five heads, in their fixed order. A head that is not named weighs nothing."""
    for field in points:
        if field not in HEADS:
            raise WeightsInvalid(str(field), f"is not one of {', '.join(HEADS)}")
    # In the order of the heads: points that come back from the database in another order add up to the same.
    shares = normalised({head: points[head] for head in HEADS if head in points})
    return {head: shares.get(head, 0.0) for head in HEADS}


def from_swings(swings: Mapping[str, float]) -> dict[str, float]:
    """Swing weights: how much each swing from its worst to its best anchor matters, the largest being 100."""
    return normalised(swings)


def from_order(order: Sequence[str], *, by: str = "roc") -> dict[str, float]:
    """Weights from an order, most important first: rank-order centroid (`roc`) or rank sum (`rank-sum`)."""
    if not order:
        raise WeightsInvalid("order", "name at least one")
    if len(set(order)) < len(order):
        raise WeightsInvalid("order", "names one twice")
    if by not in ("roc", "rank-sum"):
        raise WeightsInvalid("by", "must be roc or rank-sum")
    number = len(order)
    shares = rank_order_centroid(number) if by == "roc" else rank_sum(number)
    return dict(zip(order, shares, strict=True))


def rank_order_centroid(number: int) -> list[float]:
    """Barron & Barrett (1996): the mean of all weights that keep the order."""
    return [
        left_sum(1 / rank for rank in range(first, number + 1)) / number for first in range(1, number + 1)
    ]


def rank_sum(number: int) -> list[float]:
    """Weights that fall by equal steps: closer to direct ratings (Roberts & Goodwin 2002)."""
    return [2 * (number + 1 - rank) / (number * (number + 1)) for rank in range(1, number + 1)]


def with_fixed(weights: Mapping[str, float], field: str, share: float) -> dict[str, float]:
    """One weight set to a share of 1, the others rescaled in proportion (evenly, if all were zero)."""
    if field not in weights:
        raise WeightsInvalid(field, f"is not one of {', '.join(weights)}")
    if not math.isfinite(share) or not 0 <= share <= 1:
        raise WeightsInvalid(field, "must lie between 0 and 1")
    others = {name: value for name, value in weights.items() if name != field}
    if not others:
        return {field: 1.0}
    shares = normalised(others) if any(others.values()) else normalised(dict.fromkeys(others, 1.0))
    return {name: share if name == field else shares[name] * (1 - share) for name in weights}
