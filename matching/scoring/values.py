"""Value functions: from a number in its unit to a value in [0, 1], on anchors fixed beforehand.

No anchor ever comes from the candidates at hand, so a candidate that joins or leaves changes nobody's value.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol


class ValueFunctionInvalid(ValueError):
    """Anchors that define no function. `field` names the part at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class ValueFunction(Protocol):
    @property
    def name(self) -> str: ...

    def value(self, x: float) -> float: ...


def clipped(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def require_finite(field: str, *numbers: float) -> None:
    if not all(math.isfinite(number) for number in numbers):
        raise ValueFunctionInvalid(field, "every number must be finite")


def require_number(x: float) -> None:
    if math.isnan(x):
        raise ValueFunctionInvalid("x", "not a number; leave an unknown cell out and give its interval")


@dataclass(frozen=True, slots=True)
class Linear:
    """0 at `worst`, 1 at `best`, straight between; `worst` may be the larger number."""

    name: str
    worst: float
    best: float

    def __post_init__(self) -> None:
        require_finite("range", self.worst, self.best)
        if self.worst == self.best:
            raise ValueFunctionInvalid("range", "its two ends must differ")

    def value(self, x: float) -> float:
        require_number(x)
        low, high = min(self.worst, self.best), max(self.worst, self.best)
        return clipped((min(max(x, low), high) - self.worst) / (self.best - self.worst))


@dataclass(frozen=True, slots=True)
class Piecewise:
    """Straight between (x, value) anchors, the end values beyond them."""

    name: str
    anchors: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if len(self.anchors) < 2:
            raise ValueFunctionInvalid("cutoffs", "at least two anchors are needed")
        require_finite("cutoffs", *(x for x, _ in self.anchors))
        require_finite("values", *(value for _, value in self.anchors))
        if any(a[0] >= b[0] for a, b in pairwise(self.anchors)):
            raise ValueFunctionInvalid("cutoffs", "must rise from one to the next")
        if any(not 0 <= value <= 1 for _, value in self.anchors):
            raise ValueFunctionInvalid("values", "must lie between 0 and 1")

    def value(self, x: float) -> float:
        require_number(x)
        if x <= self.anchors[0][0]:
            return self.anchors[0][1]
        for (x0, v0), (x1, v1) in pairwise(self.anchors):
            if x <= x1:
                return clipped(v0 + (v1 - v0) * ((x - x0) / (x1 - x0)))
        return self.anchors[-1][1]


@dataclass(frozen=True, slots=True)
class Target:
    """1 at `target`, falling by the distance as a share of the range."""

    name: str
    target: float
    lo: float
    hi: float

    def __post_init__(self) -> None:
        require_finite("range", self.target, self.lo, self.hi)
        if self.lo >= self.hi:
            raise ValueFunctionInvalid("range", "its low end must be below its high end")

    def value(self, x: float) -> float:
        require_number(x)
        return clipped(1 - abs(x - self.target) / (self.hi - self.lo))


@dataclass(frozen=True, slots=True)
class Ordinal:
    """Named levels with stated values."""

    name: str
    levels: Mapping[str, float]

    def __post_init__(self) -> None:
        require_finite("levels", *self.levels.values())
        if any(not 0 <= value <= 1 for value in self.levels.values()):
            raise ValueFunctionInvalid("levels", "values must lie between 0 and 1")

    def of(self, level: str) -> float:
        if level not in self.levels:
            raise ValueFunctionInvalid("level", f"{level!r} is not one of {', '.join(self.levels)}")
        return self.levels[level]
