"""Value functions on whole columns: quickly in float32 with a proven error, or in float64 to the last digit.

NaN means that the number is not stated: its value is 0 at the low end and 1 at the high end.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from matching.scoring.kernel.columns import (
    BLOCK,
    Doubles,
    Numbers,
    Rows,
    Singles,
    TableInvalid,
    blocks,
    require_numbers,
    require_rows,
)
from matching.scoring.values import Linear, Piecewise, Target

type Scale = Linear | Piecewise | Target

HALF_STEP = 2.0**-24
"""Unit roundoff of float32: a rounded number is off by at most this share of itself."""
SMALLEST = 2.0**-149
"""The smallest float32 above zero: what a result near zero may be off by."""
LARGEST = float(np.finfo(np.float32).max)
LARGEST_ERROR = 1e-5


@dataclass(frozen=True, slots=True)
class Ramp:
    """slope × (x clipped to [low, high])."""

    slope: np.float32
    low: np.float32
    high: np.float32


@dataclass(frozen=True, slots=True)
class Curve:
    """A value function as a sum of ramps. `error`: how far a float32 value may lie from the exact one.

    Without ramps the anchors are too steep for float32, so values are computed exactly and then rounded.
    """

    scale: Scale
    ramps: tuple[Ramp, ...]
    constant: np.float32
    error: float


@lru_cache(maxsize=1024)
def curve_of(scale: Scale) -> Curve:
    """Values are `constant + Σ ramps` in float32 where the error that this can have is small.

    The bound (u = 2⁻²⁴, γₖ = k·u / (1 − k·u), Higham 2002, lemma 3.1): rounding is monotone, so clipping the
    rounded x to rounded ends gives the rounded clip, off by u·M at most, M the larger end. Slope, product and
    S additions round again, hence γ₍S₊₅₎ · (Σ |slope|·M + |constant|) with one u to spare for the
    float64 rounding of slopes and of the exact formula; |constant| ≤ 1 + Σ |slope|·M. Results near zero add
    SMALLEST each. Leaving clips at 0 or 1 out or in only brings a value nearer.
    """
    anchors = anchors_of(scale)
    plain = Curve(scale, (), np.float32(0), HALF_STEP + SMALLEST)
    if any(not b[0] - a[0] > 0 or not math.isfinite(b[0] - a[0]) for a, b in pairwise(anchors)):
        return plain
    rises = [((v1 - v0) / (x1 - x0), x0, x1) for (x0, v0), (x1, v1) in pairwise(anchors) if v0 != v1]
    size = sum(abs(slope) * max(abs(low), abs(high)) for slope, low, high in rises)
    steps = sum(abs(slope) for slope, _, _ in rises) + len(rises) + 2
    error = gamma(len(rises) + 5) * (1 + 2 * size) + SMALLEST * steps
    if not rises or not error <= LARGEST_ERROR or not all(fits(number) for rise in rises for number in rise):
        return plain
    constant = anchors[0][1] - sum(slope * low for slope, low, _ in rises)
    ramps = tuple(Ramp(np.float32(slope), np.float32(low), np.float32(high)) for slope, low, high in rises)
    return Curve(scale, ramps, np.float32(constant), error)


def gamma(steps: int) -> float:
    """How far `steps` roundings of float32 can lead, as a share."""
    return steps * HALF_STEP / (1 - steps * HALF_STEP)


def fits(number: float) -> bool:
    return abs(number) <= LARGEST


def anchors_of(scale: Scale) -> tuple[tuple[float, float], ...]:
    match scale:
        case Piecewise():
            return scale.anchors
        case Target():
            width = scale.hi - scale.lo
            return ((scale.target - width, 0.0), (scale.target, 1.0), (scale.target + width, 0.0))
        case Linear():
            return tuple(sorted(((scale.worst, 0.0), (scale.best, 1.0))))


def values_into(
    curves: Sequence[Curve],
    columns: Sequence[Numbers],
    out: Singles,
    *,
    rows: Rows | None = None,
    high: bool = False,
) -> None:
    """Write the values of every column into `out`, (criteria, rows) in float32, within each curve's error.

    `rows` picks rows of the columns; without it all are meant. `high` takes what is not stated as 1, not 0.
    Raises TableInvalid when shapes or types do not fit.
    """
    require_columns(curves, columns)
    wanted = len(rows) if rows is not None else len(columns[0]) if columns else out.shape[-1]
    if out.dtype != np.float32 or out.shape != (len(curves), wanted):
        raise TableInvalid("out", f"must be float32 of the shape {(len(curves), wanted)}")
    work = Work(min(BLOCK, wanted), high=high)
    with np.errstate(over="ignore"):  # what is too large for float32 lies beyond every anchor
        for curve, column, values in zip(curves, columns, out, strict=True):
            for block in blocks(wanted):
                numbers = column[block] if rows is None else column.take(rows[block])
                block_into(curve, numbers, values[block], work)


def require_columns(curves: Sequence[Curve], columns: Sequence[Numbers]) -> None:
    if len(curves) != len(columns):
        raise TableInvalid("columns", f"there are {len(columns)} for {len(curves)} criteria")
    for i, column in enumerate(columns):
        require_numbers(f"columns[{i}]", column)
        require_rows(f"columns[{i}]", len(column), len(columns[0]))


class Work:
    """Arrays for one block, made once."""

    def __init__(self, most: int, *, high: bool) -> None:
        self.numbers, self.part = np.empty((2, most), np.float32)
        # fmax and fmin pass over NaN, so one step both clips and says what an unstated number counts. With an
        # array as the bound numpy takes its vector path, four times as fast as with one number.
        self.bound = np.full(most, 1 if high else 0, np.float32)
        self.end = np.fmin if high else np.fmax
        self.high = high


def block_into(curve: Curve, numbers: Numbers, values: Singles, work: Work) -> None:
    if not curve.ramps:
        values[:] = exact_values(curve.scale, numbers, high=work.high)
        return
    x = as_singles(numbers, work.numbers[: len(numbers)])
    part = work.part[: len(numbers)]
    for i, ramp in enumerate(curve.ramps):
        target = part if i else values
        x.clip(ramp.low, ramp.high, out=target)
        np.multiply(target, ramp.slope, out=target)
        if i:
            np.add(values, part, out=values)
    np.add(values, curve.constant, out=values)
    work.end(values, work.bound[: len(numbers)], out=values)


def as_singles(numbers: Numbers, spare: Singles) -> Singles:
    if numbers.dtype == np.float32:
        return numbers.astype(np.float32, copy=False)
    np.copyto(spare, numbers, casting="same_kind")
    return spare


def exact_values(scale: Scale, column: Numbers, *, high: bool = False) -> Doubles:
    """What `scale.value` gives for each number, by the same float64 steps; 0 (or 1 if `high`) for NaN."""
    x = column.astype(np.float64)
    match scale:
        case Linear():
            ends = min(scale.worst, scale.best), max(scale.worst, scale.best)
            values = (x.clip(*ends) - scale.worst) / (scale.best - scale.worst)
        case Target():
            with np.errstate(over="ignore"):
                values = 1 - np.abs(x - scale.target) / (scale.hi - scale.lo)
        case Piecewise():
            values = piecewise_values(scale, x)
    values = values.clip(0.0, 1.0)
    values[np.isnan(x)] = 1.0 if high else 0.0
    return values


def piecewise_values(scale: Piecewise, x: Doubles) -> Doubles:
    ends, stated, rises, widths = segments(scale)
    inside = x.clip(ends[0], ends[-1])
    left = ends[1:-1].searchsorted(inside)  # the first segment whose right end the number does not pass
    values = stated[left] + rises[left] * ((inside - ends[left]) / widths[left])
    values[x > ends[-1]] = stated[-1]
    return np.asarray(values)


@lru_cache(maxsize=1024)
def segments(scale: Piecewise) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """Both columns of the anchors, and how far each rises from one to the next."""
    ends, stated = np.array(scale.anchors, np.float64).T.copy()
    return ends, stated, np.diff(stated), np.diff(ends)
