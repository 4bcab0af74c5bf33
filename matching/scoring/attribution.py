"""Why a score differs between two runs, criterion by criterion, to the last digit.

A contribution is 100 × weight × value. Its difference is split by one convention: the value changes first, at
the old weight; then the weight changes, at the new value.

    100 (w₁v₁ − w₀v₀) = 100 w₀ (v₁ − v₀) + 100 (w₁ − w₀) v₁

A criterion that only one of the runs has weighs nothing in the other, with the same value: all of its points
come or go by weight. Values and scores are the low ends, what is proven.

Shown points have one decimal in either run and add up there; `rounding` keeps rows and columns adding up.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.scoring.score import points
from matching.scoring.weights import left_sum

type Stored = Mapping[str, Any]
"""A part of a stored result, in the shape of matching.scoring.serialisation."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One criterion. Before + by value + by weight + rounding = after, as shown; weights are shares of 1."""

    criterion: str
    head: str
    label: str
    weight_before: float
    weight_after: float
    value_before: float
    value_after: float
    by_value: float
    by_weight: float
    shown_before: float
    shown_by_value: float
    shown_by_weight: float
    rounding: float
    shown_after: float
    detail_before: str
    detail_after: str

    @property
    def is_nothing(self) -> bool:
        return not (self.by_value or self.by_weight or self.rounding)


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """`effects` are those of the criteria that differ, the largest first; the others kept their points."""

    before: float
    after: float
    shown_before: float
    shown_after: float
    shown_difference: float
    by_value: float
    by_weight: float
    shown_by_value: float
    shown_by_weight: float
    rounding: float
    effects: tuple[Effect, ...]
    unchanged: int
    shown_unchanged: float

    @property
    def has_rounding(self) -> bool:
        return any(each.rounding for each in self.effects)


def tenths(value: float) -> int:
    """Whole tenths, halves upwards."""
    return math.floor(value * 10 + 0.5)


def score_change(before: Stored, after: Stored) -> ScoreChange:
    """From one stored score to another: {"low", "shown", "contributions"}."""
    old = {each["criterion"]: each for each in before["contributions"]}
    new = {each["criterion"]: each for each in after["contributions"]}
    every = [effect(old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new])]
    told = sorted(
        (each for each in every if not each.is_nothing),
        key=lambda each: (-abs(each.by_value + each.by_weight), each.criterion),
    )
    return ScoreChange(
        before=before["low"],
        after=after["low"],
        shown_before=before["shown"],
        shown_after=after["shown"],
        shown_difference=(tenths(after["shown"]) - tenths(before["shown"])) / 10,
        by_value=left_sum(each.by_value for each in every),
        by_weight=left_sum(each.by_weight for each in every),
        shown_by_value=sum(tenths(each.shown_by_value) for each in every) / 10,
        shown_by_weight=sum(tenths(each.shown_by_weight) for each in every) / 10,
        rounding=sum(tenths(each.rounding) for each in every) / 10,
        effects=tuple(told),
        unchanged=len(every) - len(told),
        shown_unchanged=sum(tenths(each.shown_after) for each in every if each.is_nothing) / 10,
    )


def effect(old: Stored | None, new: Stored | None) -> Effect:
    """One of the two may be missing, not both."""
    told: Stored = new or old or {}
    value_before = (old or told)["value_low"]
    value_after = (new or told)["value_low"]
    weight_before = old["weight"] if old else 0.0
    weight_after = new["weight"] if new else 0.0
    by_value = points(weight_before, value_after - value_before)
    by_weight = points(weight_after - weight_before, value_after)
    shown = [old["shown"] if old else 0.0, new["shown"] if new else 0.0]
    left = tenths(shown[1]) - tenths(shown[0]) - tenths(by_value) - tenths(by_weight)
    return Effect(
        criterion=told["criterion"],
        head=told["head"],
        label=told["label"],
        weight_before=weight_before,
        weight_after=weight_after,
        value_before=value_before,
        value_after=value_after,
        by_value=by_value,
        by_weight=by_weight,
        shown_before=shown[0],
        shown_by_value=tenths(by_value) / 10,
        shown_by_weight=tenths(by_weight) / 10,
        rounding=left / 10,
        shown_after=shown[1],
        detail_before=old["detail"] if old else "",
        detail_after=new["detail"] if new else "",
    )
