"""Many alternatives: float32 products in blocks that stay in the cache, and ranks from sorted whole numbers.

Scores in float32 are off by some 1e-7, far less than what 10,000 samples can tell apart. Where that makes two
alternatives level, the earlier row goes first; the caller puts rows into an order that does not depend on how
they were given, and shares the ranks of equal rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.scoring.robustness.asked import Floats, Rows
from matching.scoring.robustness.cells import Cells

type Singles = NDArray[np.float32]
type Kept = NDArray[np.integer[Any]]

BLOCK = 256
"""Samples to a block: 1,000 alternatives × 256 × 4 bytes is 1 MB. Must not pass 2,040 (see `trues`)."""

TOGETHER = 10
RANKS_KEPT = 8_000_000
ROW_BITS, SCORE_BITS = 20, 32
MOST_ALTERNATIVES = 1 << ROW_BITS
GROUPS_PER_RANK = 4


@dataclass(slots=True)
class Count:
    """Samples by rank (n × k), by pair (compared × compared), won by the leader (n).

    And the winner of every sample.
    """

    ranks: Floats
    pairs: Floats
    leader: Floats
    winners: Rows

    @classmethod
    def empty(cls, alternatives: int, top: int, compared: int, samples: int) -> "Count":
        return cls(
            np.zeros((alternatives, top), order="F"),
            np.zeros((compared, compared)),
            np.zeros(alternatives),
            np.empty(samples, np.intp),
        )

    def add_wins(self, scores: Singles, compared: Rows) -> None:
        self.leader += trues(scores < scores[compared[0]])
        among = scores[compared]
        for start in range(0, len(among), TOGETHER):
            own = among[start : start + TOGETHER, None]
            beaten = (among < own).reshape(-1, scores.shape[1])
            self.pairs[start : start + TOGETHER] += trues(beaten).reshape(len(own), len(among))


def trues(flags: NDArray[np.bool_]) -> Rows:
    """How many are true in each row; eight booleans to a word, in blocks too short for a byte to overflow."""
    whole = flags.shape[1] // 8 * 8
    odd = flags[:, whole:].sum(axis=1)
    if not whole:
        return odd
    words = np.ascontiguousarray(flags[:, :whole]).view(np.uint64)
    sums = np.add.reduce(words, axis=1).view(np.uint8).reshape(len(flags), 8)
    return np.asarray(sums.sum(axis=1, dtype=np.intp) + odd)


def blocks(cells: Cells, weights: Floats, rng: np.random.Generator) -> Iterator[tuple[slice, Singles]]:
    """Which samples, and their scores (n × samples)."""
    for start in range(0, len(weights), BLOCK):
        part = weights[start : start + BLOCK]
        single = np.ascontiguousarray(part.T, dtype=np.float32)
        scores = np.asarray(cells.fast_scores(single, rng), dtype=np.float32)
        yield slice(start, start + len(part)), scores


def count_top(cells: Cells, weights: Floats, compared: Rows, rng: np.random.Generator, top: int) -> Count:
    number = len(cells.known)
    count = Count.empty(number, top, len(compared), len(weights))
    for samples, scores in blocks(cells, weights, rng):
        best = best_of(scores, top)
        count.winners[samples] = best[0]
        add_ranks(count.ranks, best)
        count.add_wins(scores, compared)
    return count


def best_of(scores: Singles, top: int) -> Rows:
    """The rows of the best `top` of every sample, (top × samples).

    At least `top` scores reach the top-th best of the maxima of any groups: only those are sorted.
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
    return np.asarray(keys[places] & np.uint64(MOST_ALTERNATIVES - 1), dtype=np.intp)


def upside_down(scores: Singles) -> NDArray[np.uint32]:
    """The bits of scores from 0 on are ordered as the scores are; inverted, the best come first."""
    return ~np.maximum(scores, np.float32(0)).view(np.uint32)


def count_all(cells: Cells, weights: Floats, compared: Rows, rng: np.random.Generator) -> Count:
    """Every rank. Rows by rank are kept for many samples before they are counted, rank by rank."""
    number = len(cells.known)
    count = Count.empty(number, number, len(compared), len(weights))
    room = max(RANKS_KEPT // number // BLOCK, 1) * BLOCK
    kept = np.empty((number, min(room, len(weights))), np.uint16)
    filled = 0
    for samples, scores in blocks(cells, weights, rng):
        rows = ranked(scores)
        kept[:, filled : filled + rows.shape[1]] = rows
        filled += rows.shape[1]
        count.winners[samples] = rows[0]
        count.add_wins(scores, compared)
        if filled == kept.shape[1] or samples.stop == len(weights):
            add_ranks(count.ranks, kept[:, :filled])
            filled = 0
    return count


def add_ranks(ranks: Floats, rows: Kept) -> None:
    """Rows by rank (k × samples) into counts (n × k)."""
    for rank, of_rank in enumerate(rows):
        ranks[:, rank] += np.bincount(of_rank, minlength=len(ranks))


def ranked(scores: Singles) -> Kept:
    """Rows from best to worst, (n ranks × samples).

    Score and row are packed into one number, so that each sample needs one sort of plain numbers.
    """
    bits = max((len(scores) - 1).bit_length(), 1)
    steps = np.float32((1 << (32 - bits)) - (1 << (10 - min(bits, 10))))
    lost = np.ascontiguousarray(scores.T)
    np.clip(lost, 0, 1, out=lost)
    np.subtract(1, lost, out=lost)
    lost *= steps
    keys = lost.astype(np.uint32)
    keys <<= np.uint32(bits)
    keys |= np.arange(len(scores), dtype=np.uint32)
    keys.sort(axis=1)
    keys &= np.uint32((1 << bits) - 1)
    return keys.T.astype(np.uint16)
