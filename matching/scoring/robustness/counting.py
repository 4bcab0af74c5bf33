"""Many alternatives: float32 products in blocks that stay in the cache, and ranks from sorted whole numbers.

Scores in float32 are off by some 1e-7, far less than what 10,000 samples can tell apart. Where that makes two
alternatives level, the earlier row goes first; the caller puts rows into an order that does not depend on how
they were given, and shares the ranks of equal rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.scoring.robustness.asked import Floats, Rows
from matching.scoring.robustness.cells import Cells, Numbers

BLOCK = 256
"""Samples to a block: 1,000 alternatives × 256 × 4 bytes is 1 MB. The byte counts below hold up to 2,040."""

RANKS_KEPT = 10_000_000
ROW_BITS, SCORE_BITS = 20, 32
MOST_ALTERNATIVES = 1 << ROW_BITS
GROUPS_PER_RANK = 4


@dataclass(slots=True)
class Count:
    """Samples by rank (n × k) and by pair (compared × n), and the winner of every sample."""

    ranks: Floats
    pairs: Floats
    winners: Rows


def blocks(
    cells: Cells, weights: Floats, rng: np.random.Generator
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Where a block of samples starts, and its scores (n × samples)."""
    for start in range(0, len(weights), BLOCK):
        part = np.ascontiguousarray(weights[start : start + BLOCK].T, dtype=np.float32)
        yield start, np.asarray(cells.fast_scores(part, rng), dtype=np.float32)


def count_top(cells: Cells, weights: Floats, compared: Rows, rng: np.random.Generator, top: int) -> Count:
    number = len(cells.known)
    count = Count(np.zeros((top, number)), np.zeros((len(compared), number)), np.empty(len(weights), np.intp))
    for start, scores in blocks(cells, weights, rng):
        best = best_of(scores, top)
        count.winners[start : start + best.shape[1]] = best[0]
        for rank, rows in enumerate(best):
            count.ranks[rank] += np.bincount(rows, minlength=number)
        add_wins(count.pairs, scores, compared)
    count.ranks = count.ranks.T
    return count


def best_of(scores: NDArray[np.float32], top: int) -> Rows:
    """The rows of the best `top` of every sample, (top × samples).

    At least `top` scores reach the top-th best of the maxima of any groups, so only what reaches it is sorted.
    """
    number, samples = scores.shape
    groups = min(GROUPS_PER_RANK * top, number)
    deep = number // groups
    maxima = scores[: deep * groups].reshape(deep, groups, samples).max(axis=0)
    least = np.partition(maxima, groups - top, axis=0)[groups - top]
    found = np.flatnonzero(scores >= least)
    rows, sample = np.divmod(found.astype(np.uint64), np.uint64(samples))
    keys = sample << np.uint64(SCORE_BITS)
    keys |= upside_down(scores.ravel()[found])
    keys <<= np.uint64(ROW_BITS)
    keys |= rows
    keys.sort()
    reached = np.bincount(sample.astype(np.intp), minlength=samples)
    places = (np.cumsum(reached) - reached) + np.arange(top)[:, None]
    return (keys[places] & np.uint64(MOST_ALTERNATIVES - 1)).astype(np.intp)


def upside_down(scores: NDArray[np.float32]) -> NDArray[np.uint32]:
    """The bits of scores from 0 on are ordered as the scores are; inverted, the best come first."""
    return ~np.maximum(scores, np.float32(0)).view(np.uint32)


def add_wins(pairs: Floats, scores: NDArray[np.float32], compared: Rows) -> None:
    """Eight booleans to a word: no byte of the sums can overflow."""
    whole = scores.shape[1] // 8 * 8
    for wins, row in zip(pairs, compared, strict=True):
        beaten = scores < scores[row]
        words = np.ascontiguousarray(beaten[:, :whole]).view(np.uint64)
        if whole:
            wins += np.add.reduce(words, axis=1).view(np.uint8).reshape(len(scores), 8).sum(axis=1)
        wins += beaten[:, whole:].sum(axis=1)


def count_all(cells: Cells, weights: Floats, compared: Rows, rng: np.random.Generator) -> Count:
    """Every rank: score and row packed into one number, one sort for each sample."""
    number = len(cells.known)
    count = Count(
        np.zeros((number, number)), np.zeros((len(compared), number)), np.empty(len(weights), np.intp)
    )
    room = max(RANKS_KEPT // number // BLOCK, 1) * BLOCK
    kept = np.empty((number, min(room, len(weights))), np.uint16 if number <= 1 << 16 else np.uint32)
    filled = 0
    for start, scores in blocks(cells, weights, rng):
        end = filled + scores.shape[1]
        kept[:, filled:end] = ranked(scores)
        count.winners[start : start + scores.shape[1]] = kept[0, filled:end]
        add_wins(count.pairs, scores, compared)
        filled = end
        if filled == kept.shape[1] or start + BLOCK >= len(weights):
            add_ranks(count.ranks, kept[:, :filled])
            filled = 0
    count.ranks = count.ranks.T
    return count


def add_ranks(ranks: Floats, kept: NDArray[np.unsignedinteger]) -> None:  # type: ignore[type-arg]
    for rank, rows in zip(ranks, kept, strict=True):
        rank += np.bincount(rows, minlength=len(ranks))


def ranked(scores: NDArray[np.float32]) -> Numbers:
    """Rows from best to worst, (n ranks × samples)."""
    bits = max((len(scores) - 1).bit_length(), 1)
    wide = bits > 12
    kind = np.uint64 if wide else np.uint32
    steps = (1 << (31 if wide else 32 - bits)) - 1
    by_sample = np.ascontiguousarray(scores.T)
    np.clip(by_sample, 0, 1, out=by_sample)
    lost = (
        (steps - by_sample.astype(np.float64) * steps)
        if wide
        else (1 - by_sample) * np.float32(steps * 0.999999)
    )
    keys = lost.astype(kind)
    keys <<= kind(bits)
    keys |= np.arange(len(scores), dtype=kind)
    keys.sort(axis=1)
    keys &= kind((1 << bits) - 1)
    return keys.T
