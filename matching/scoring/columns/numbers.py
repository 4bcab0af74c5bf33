"""Numbers against numbers for many statements at once: the levels of `matching.scoring.measures`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.scoring.columns.arrays import Bools, Bytes, Floats
from matching.scoring.columns.grounds import MET, SOFT, UNKNOWN, Ground, any_at, most_at, spans
from matching.scoring.columns.tables import Measures
from matching.scoring.measures import asked_sizes, asked_span
from matching.scoring.requirements import MeasureAsked, Relation

SAME_SIZE = 1e-9


@dataclass(frozen=True, slots=True)
class Measured:
    """Per statement: the level, and how far inside the range the brief stands (NaN, or None for all)."""

    level: Bytes
    margin: Floats | None


def measured(asked: MeasureAsked, statements: Sequence[tuple[int, int]], ground: Ground) -> Measured:
    """For the statements in these spans, one after another; those without such a number are unknown."""
    count = sum(end - start for start, end in statements)
    found = taken(asked.measure, statements, ground)
    if asked.relation is Relation.COVERS:
        return covers(asked, found, count)
    return Measured(counted(asked, found, count), None)


def taken(measure: str, statements: Sequence[tuple[int, int]], ground: Ground) -> Measures:
    """The numbers of the statements in these spans; `statement` is then the place in the spans."""
    table = ground.segment.measures
    parts, places, passed = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)], 0
    for first, last in spans(table.measure, ground.numbers([measure])):
        for start, end in statements:
            of = table.statement[first:last]
            begin, stop = np.searchsorted(of, (start, end)).tolist()
            parts.append(np.arange(first + begin, first + stop))
            places.append(of[begin:stop] - np.int32(start - passed))
            passed += end - start
    at = np.concatenate(parts)
    return Measures(table.measure[at], np.concatenate(places), table.lo[at], table.hi[at], table.count[at])


def covers(asked: MeasureAsked, found: Measures, count: int) -> Measured:
    lo, hi = ends(asked)
    reaches_down, reaches_up = found.lo <= lo, hi <= found.hi
    fails = (found.lo > lo) | (hi > found.hi)
    level = np.where(reaches_down & reaches_up, MET, np.where(fails, SOFT, UNKNOWN)).astype(np.int8)
    held = np.flatnonzero(level == MET)
    margins = inside(lo, hi, found.lo[held], found.hi[held])
    margin = most_at(found.statement[held], margins, count, -np.inf)
    return Measured(most_at_or_unknown(found, level, count), np.where(np.isneginf(margin), np.nan, margin))


def ends(asked: MeasureAsked) -> tuple[float, float]:
    lo, hi = asked_span(asked)
    return (np.nan if lo is None else lo), (np.nan if hi is None else hi)


def inside(lo: float, hi: float, least: Floats, most: Floats) -> Floats:
    """As `matching.scoring.measures.margin`: 0 at an end of the range, 0.5 in its middle."""
    width = most - least
    share = np.minimum(lo - least, most - hi)
    return np.divide(share, width, where=width != 0, out=np.zeros_like(width))


def most_at_or_unknown(found: Measures, level: Bytes, count: int) -> Bytes:
    best = most_at(found.statement, level, count, -1)
    return np.where(best < 0, UNKNOWN, best).astype(np.int8)


def counted(asked: MeasureAsked, found: Measures, count: int) -> Bytes:
    """Enough that reach it: met. A doubt left: unknown. A statement without such a number is unknown too."""
    reaches, doubts = judged(asked, found)
    number = np.bincount(found.statement[reaches], found.count[reaches], minlength=count)
    is_doubted = any_at(found.statement[doubts], count)
    is_stated = any_at(found.statement, count)
    failed = np.where(is_doubted | ~is_stated, UNKNOWN, SOFT)
    return np.where(is_stated & (number >= asked.count), MET, failed).astype(np.int8)


def judged(asked: MeasureAsked, found: Measures) -> tuple[Bools, Bools]:
    """Which facts reach what is asked, and which might."""
    lo, hi = ends(asked)
    if asked.relation is Relation.AT_LEAST:
        reaches = (found.lo >= lo) | (found.hi >= lo)
        return reaches, ~reaches & (np.isnan(found.hi) | np.isnan(lo))
    if asked.relation is Relation.AT_MOST:
        reaches = (found.hi <= hi) | (found.lo <= hi)
        return reaches, ~reaches & (np.isnan(found.lo) | np.isnan(hi))
    return one_of(asked, found)


def one_of(asked: MeasureAsked, found: Measures) -> tuple[Bools, Bools]:
    is_size = found.lo == found.hi
    reaches = np.zeros(len(found.lo), dtype=np.bool_)
    doubts = np.zeros(len(found.lo), dtype=np.bool_)
    for size in asked_sizes(asked):
        near = SAME_SIZE * np.maximum(np.abs(found.lo), abs(size))
        reaches |= is_size & (np.abs(found.lo - size) <= near)
        doubts |= ~is_size & ~(found.lo > size) & ~(found.hi < size)
    return reaches, doubts
