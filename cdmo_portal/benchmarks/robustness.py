"""SMAA at full size, ours beside simpler ways, in one run: `python -m cdmo_portal.benchmarks.robustness`."""

import importlib
import importlib.util
import math
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.scoring.robustness import Kind, Robustness, Statement, examine

type Floats = NDArray[np.float64]

ALTERNATIVES, CRITERIA, SAMPLES, TOP = 1_000, 12, 10_000, 10
ROUNDS = 5
FREE = Statement(Kind.FREE)


@dataclass(frozen=True)
class Timed:
    """Median wall clock and peak of newly allocated memory."""

    title: str
    milliseconds: float
    megabytes: float
    target: str


@dataclass(frozen=True)
class Inputs:
    values: Floats
    high: Floats
    weights: Floats
    drawn: Floats


def inputs() -> Inputs:
    """One cell in ten is unknown where `high` is used."""
    rng = np.random.default_rng(1)
    values = rng.random((ALTERNATIVES, CRITERIA))
    high = np.where(rng.random(values.shape) < 0.1, 1.0, values)
    exponentials = rng.standard_exponential((SAMPLES, CRITERIA))
    drawn = exponentials / exponentials.sum(axis=1, keepdims=True)
    return Inputs(values, high, rng.random(CRITERIA) + 0.2, drawn)


def naive_loop(given: Inputs) -> Floats:
    """One sample after another, as it is written first."""
    ranks = np.zeros((ALTERNATIVES, ALTERNATIVES))
    places = np.arange(ALTERNATIVES)
    for weights in given.drawn:
        ranks[np.argsort(-(given.values @ weights)), places] += 1
    return ranks


def product_and_argsort(given: Inputs) -> Floats:
    """All scores at once, then one sort of everything."""
    order = np.argsort(-(given.drawn @ given.values.T), axis=1)
    ranks = np.zeros((ALTERNATIVES, ALTERNATIVES))
    for place in range(ALTERNATIVES):
        ranks[:, place] = np.bincount(order[:, place], minlength=ALTERNATIVES)
    return ranks


def ours(given: Inputs, high: Floats, top: int | None, statement: Statement = FREE) -> Robustness:
    return examine(given.values, high, given.weights, statement=statement, samples=SAMPLES, top=top)


def timed(title: str, work: Callable[[], object], target: str = "") -> Timed:
    work()
    times = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        work()
        times.append((time.perf_counter() - before) * 1000)
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Timed(title, statistics.median(times), peak / 1e6, target)


def measured() -> Iterator[Timed]:
    given = inputs()
    near = Statement(Kind.WITHIN, 0.2)
    top = f"top {TOP}, pairs, central weights"
    yield timed(f"ours: {top}", lambda: ours(given, given.values, TOP), "60 ms, 16 MB")
    yield timed(f"ours: {top}, ± 20 %", lambda: ours(given, given.values, TOP, near), "60 ms, 16 MB")
    yield timed(f"ours: {top}, 10 % unknown", lambda: ours(given, given.high, TOP), "150 ms")
    yield timed("ours: every rank", lambda: ours(given, given.values, None), "300 ms, 32 MB")
    yield timed("one product and argsort: every rank", lambda: product_and_argsort(given))
    yield timed("naive loop: every rank", lambda: naive_loop(given))
    yield from peer(given)


def lines() -> Iterator[str]:
    yield f"SMAA, {ALTERNATIVES:,} candidates × {CRITERIA} criteria × {SAMPLES:,} samples, median of {ROUNDS}"
    yield f"{'':<54} {'ms':>8} {'MB':>7}  target"
    for each in measured():
        figures = f"{each.milliseconds:>8,.1f} {each.megabytes:>7,.1f}"
        yield f"{each.title:<54} {figures.replace('nan', '  –')}  {each.target}"


def peer(given: Inputs) -> Iterator[Timed]:
    """pysensmcda's SMAA-2 over the same weights, where it is there to be compared with."""
    if importlib.util.find_spec("pysensmcda") is None:
        yield Timed("pysensmcda: every rank, central weights", math.nan, math.nan, "not installed")
        return
    smaa2 = importlib.import_module("pysensmcda.smaa").smaa2
    signs = np.ones(CRITERIA)
    yield timed(
        "pysensmcda: every rank, central weights",
        lambda: smaa2(weighted_sum, given.values, signs, weights=given.drawn, num_samples=SAMPLES),
    )


def weighted_sum(matrix: Floats, weights: Floats, types: Floats) -> Floats:
    return np.asarray(matrix @ weights)


if __name__ == "__main__":
    for line in lines():
        sys.stdout.write(f"{line}\n")
