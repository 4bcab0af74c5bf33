"""Medians of several runs, within a bounded time."""

import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np

LEAST_RUNS, MOST_RUNS = 3, 15
ENOUGH_SECONDS = 3.0


def median_ms(work: Callable[[], object]) -> float:
    """After one run to warm up; at least three runs, then up to fifteen while the time lasts."""
    work()
    times: list[float] = []
    while len(times) < LEAST_RUNS or (len(times) < MOST_RUNS and sum(times) < ENOUGH_SECONDS):
        before = time.perf_counter()
        work()
        times.append(time.perf_counter() - before)
    return statistics.median(times) * 1000


def peak_bytes(work: Callable[[], object]) -> int:
    """The most memory that numpy and Python held at once, beyond what was there."""
    tracemalloc.start()
    try:
        kept = work()
        del kept
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of the least-squares line of log time over log size: 1 is growth in proportion."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
