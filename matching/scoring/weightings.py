"""What a sponsor says about weights, the way it was said: a preset, points, swings, or an order alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from matching.scoring.requirements import HEADS
from matching.scoring.score import shown_points
from matching.scoring.weights import PRESETS, WeightsInvalid, from_order, head_weights, normalised

WAYS = ("preset", "points", "swings", "order")
RULES = ("roc", "rank-sum")
LARGEST_SWING = 100.0


@dataclass(frozen=True, slots=True)
class Weighting:
    """`numbers` are points or swings per head; `order` names all heads, the most important first."""

    by: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    rule: str = "roc"

    @property
    def points(self) -> dict[str, float]:
        """Points per head, not yet normalised."""
        return from_order(self.order, by=self.rule) if self.by == "order" else dict(self.numbers)

    @property
    def shares(self) -> dict[str, float]:
        """Shares of 1 in the order of the heads."""
        return head_weights(self.points)


def by_preset(name: str) -> Weighting:
    return Weighting("preset", PRESETS[name])


def by_points(points: Mapping[str, float]) -> Weighting:
    """Raises WeightsInvalid, naming the head."""
    head_weights(points)
    return Weighting("points", dict(points))


def by_swings(swings: Mapping[str, float]) -> Weighting:
    """How much each swing from worst to best matters, the largest being 100 (Edwards & Barron 1994)."""
    head_weights(swings)
    if max(swings.values()) != LARGEST_SWING:
        raise WeightsInvalid("swings", "the largest swing must be 100; the others are compared with it")
    return Weighting("swings", dict(swings))


def by_order(order: Collection[str], rule: str = "roc") -> Weighting:
    named = tuple(order)
    from_order(named, by=rule)
    for head in named:
        if head not in HEADS:
            raise WeightsInvalid(head, f"is not one of {', '.join(HEADS)}")
    for head in HEADS:
        if head not in named:
            raise WeightsInvalid(head, "has no place in the order")
    return Weighting("order", order=named, rule=rule)


def kept(points: Mapping[str, float], keep: Collection[str]) -> dict[str, float]:
    """Points of 100 in which the kept heads have just what they say, and the others share what is left.

    The others stay in proportion to each other; all at zero, they share evenly.
    """
    fixed = {head: points[head] for head in points if head in keep}
    others = {head: points[head] for head in points if head not in keep}
    if not fixed or not others:
        return {head: 100 * share for head, share in normalised(points).items()}
    left = 100 - sum(fixed.values())
    if left < 0:
        raise WeightsInvalid(next(iter(fixed)), "the weights that are kept add up to more than 100")
    shares = normalised(others) if any(others.values()) else normalised(dict.fromkeys(others, 1.0))
    return {head: fixed.get(head, left * shares.get(head, 0.0)) for head in points}


def shown_shares(shares: Mapping[str, float]) -> dict[str, float]:
    """Per cent with one decimal, adding up to 100."""
    return dict(zip(shares, shown_points([100 * share for share in shares.values()]), strict=True))


def as_order(shares: Mapping[str, float]) -> tuple[str, ...]:
    """The heads from heaviest to lightest; equals stand as they were given."""
    return tuple(sorted(shares, key=lambda head: -shares[head]))


def to_plain(weighting: Weighting) -> dict[str, Any]:
    """The statement as plain JSON values, without what follows from it."""
    if weighting.by == "order":
        return {"by": "order", "order": list(weighting.order), "rule": weighting.rule}
    return {"by": weighting.by, weighting.by: dict(weighting.numbers)}


def from_plain(stored: Mapping[str, Any]) -> Weighting:
    """The statement that `to_plain` made of swings or an order."""
    if stored["by"] == "order":
        return by_order(stored["order"], stored.get("rule", "roc"))
    return by_swings(stored["swings"]) if stored["by"] == "swings" else by_points(stored["points"])
