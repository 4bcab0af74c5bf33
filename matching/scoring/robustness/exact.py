"""Points and masses that stand for all weights of a simplex exactly: values are known, parts are few.

Which of two alternatives is ahead changes on a straight line through the simplex. Between such lines every
ranking stands still, so for two parts one point in the middle of each interval, with its length as mass,
gives shares and mean weights exactly. For three parts the triangle is cut into strips at the corners of all
cells; across a strip the lengths are linear and their moments quadratic: two Gauss points are exact.
"""

import numpy as np

from matching.scoring.robustness.asked import Floats

MOST_ALTERNATIVES = {1: 200, 2: 60, 3: 10}
GAUSS = 0.5 / np.sqrt(3)


def stands_for_all(values: Floats) -> bool:
    """Whether `points` can be had for values (n × k parts) in a moment."""
    return len(values) <= MOST_ALTERNATIVES.get(values.shape[1], 0)


def points(values: Floats) -> tuple[Floats, Floats]:
    """Parts (points × k) and their masses, which add up to 1, for values (n × k) with k at most 3."""
    parts = values.shape[1]
    if parts == 1:
        return np.ones((1, 1)), np.ones(1)
    lines = differences(values)
    if parts == 2:
        middles, lengths = segments(lines[:, 0], lines[:, 1])
        return np.column_stack([middles, 1 - middles]), lengths
    return triangle(lines)


def differences(values: Floats) -> Floats:
    """One row for every pair: where its product with the parts is 0, the two are level."""
    first, second = np.triu_indices(len(values), 1)
    return np.unique(values[first] - values[second], axis=0)


def segments(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Middles and lengths of the pieces of [0, 1] between the zeros of left × t + right × (1 − t)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        zeros = right / (right - left)
    inside = zeros[(zeros > 0) & (zeros < 1)]
    ends = np.unique(np.concatenate([[0.0], inside, [1.0]]))
    return (ends[:-1] + ends[1:]) / 2, np.diff(ends)


def triangle(lines: Floats) -> tuple[Floats, Floats]:
    """The parts are (x, (1 − x) t, (1 − x)(1 − t)) with density 2 (1 − x) over x and t in [0, 1]."""
    ends = strips(lines)
    widths = np.diff(ends)
    found, masses = [], []
    for middle, width in zip((ends[:-1] + ends[1:]) / 2, widths, strict=True):
        for x in (middle - GAUSS * width, middle + GAUSS * width):
            rest = 1 - x
            t, lengths = segments(lines[:, 0] * x + lines[:, 1] * rest, lines[:, 0] * x + lines[:, 2] * rest)
            found.append(np.column_stack([np.full_like(t, x), rest * t, rest * (1 - t)]))
            masses.append(width * rest * lengths)
    return np.concatenate(found), np.concatenate(masses)


def strips(lines: Floats) -> Floats:
    """Every x at which two lines cross, or one meets the edge t = 0 or t = 1."""
    first, second = np.triu_indices(len(lines), 1)
    crossings = np.cross(lines[first], lines[second]) if len(first) else np.empty((0, 3))
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = crossings[:, 0] / crossings.sum(axis=1)
        edges = [lines[:, k] / (lines[:, k] - lines[:, 0]) for k in (1, 2)]
    x = np.concatenate([inner, *edges])
    return np.unique(np.concatenate([[0.0], x[(x > 0) & (x < 1)], [1.0]]))
