"""What each partner could take of a brief: every set of parts, at its best. The columns of the set cover.

When partners share out a project, only two sums matter beside their number: how many neighbouring steps stay
at one site, and the points. Both add up over partners, so a partner's best for a set of parts is known
without looking at the others. Of each set only the best few partners are needed: whatever a partner behind
them would complete, each of them completes better.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from matching.scoring.cover_model import Contract
from matching.scoring.results import Part, PartCandidate

Floats = npt.NDArray[np.float64]

KEPT = 1e5
"""A step that stays at its neighbour's site outweighs all points, which are at most 100 for each part."""


@dataclass(frozen=True, slots=True)
class Option:
    """A site with the parts that it can take."""

    key: str
    partner: str
    score: float
    parts: Mapping[str, PartCandidate]


@dataclass(frozen=True, slots=True)
class Offers:
    """Sites in rows: the number of their partner, their score, and which parts (in columns) they can take."""

    partners: tuple[str, ...]
    owner: npt.NDArray[np.int64]
    score: Floats
    able: npt.NDArray[np.bool_]

    def best(self, parts: Sequence[int]) -> Floats:
        """By partner, the score of its best site that can take all of these; minus infinity without one."""
        found = np.full(len(self.partners), -np.inf)
        able = self.able[:, list(parts)].all(axis=1)
        np.maximum.at(found, self.owner[able], self.score[able])
        return found


def offers_of(parts: Sequence[Part], options: Sequence[Option]) -> Offers:
    partners = tuple(sorted({each.partner for each in options}))
    numbers = {partner: number for number, partner in enumerate(partners)}
    return Offers(
        partners,
        np.array([numbers[each.partner] for each in options]),
        np.array([each.score for each in options]),
        np.array([[part.key in each.parts for part in parts] for each in options]),
    )


def contracts_of(
    parts: Sequence[Part], options: Sequence[Option], shared: frozenset[int], most: int
) -> list[Contract]:
    """For each set of parts the `most` best partners, by steps kept together, then points, then key.

    Of `shared` parts each partner takes all that it can, without points.
    """
    offers = offers_of(parts, options)
    steps = [number for number, part in enumerate(parts) if part.is_step]
    services = [number for number in range(len(steps), len(parts)) if number not in shared]
    runs = best_runs(offers, len(steps))
    alone = {number: offers.best([number]) for number in services}
    extras = shared_sets(offers, shared)
    return [
        contract(offers, frozenset(taken), extra, number, total[number])
        for taken in subsets([*steps, *services])
        for total in [worth(taken, runs, alone, len(offers.partners))]
        for extra, members in extras
        for number in best_of(total, members, most)
        if taken or extra
    ]


def contract(
    offers: Offers, taken: frozenset[int], extra: frozenset[int], number: int, total: float
) -> Contract:
    kept = int(total // KEPT)
    return Contract(offers.partners[number], taken | extra, kept, float(total - kept * KEPT))


def subsets(parts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for size in range(len(parts) + 1):
        yield from combinations(parts, size)


def shared_sets(offers: Offers, shared: frozenset[int]) -> list[tuple[frozenset[int], npt.NDArray[np.int64]]]:
    """Partners by the shared parts that they can take; without shared parts all of them together."""
    able = {part: np.isfinite(offers.best([part])) for part in sorted(shared)}
    found: defaultdict[frozenset[int], list[int]] = defaultdict(list)
    for number in range(len(offers.partners)):
        found[frozenset(part for part, flags in able.items() if flags[number])].append(number)
    return [(extra, np.array(found[extra])) for extra in sorted(found, key=sorted)]


def best_of(total: Floats, members: npt.NDArray[np.int64], most: int) -> Iterator[int]:
    able = members[np.isfinite(total[members])]
    yield from (int(each) for each in able[np.argsort(-total[able], kind="stable")[:most]])


def best_runs(offers: Offers, steps: int) -> dict[tuple[int, int], Floats]:
    """By first and last step, the worth of taking all steps between them, with as few changes as can be."""
    runs: dict[tuple[int, int], Floats] = {}
    for first in reversed(range(steps)):
        stays = {
            end: (end - first) * KEPT + (end - first + 1) * offers.best(range(first, end + 1))
            for end in range(first, steps)
        }
        for last in range(first, steps):
            changes = [stays[end] + runs[end + 1, last] for end in range(first, last)]
            runs[first, last] = np.maximum.reduce([stays[last], *changes])
    return runs


def worth(
    taken: Sequence[int],
    runs: Mapping[tuple[int, int], Floats],
    alone: Mapping[int, Floats],
    number: int,
) -> Floats:
    """By partner: KEPT for each step kept at its neighbour's site, plus the points."""
    total = np.zeros(number)
    for first, last in spans([part for part in taken if part not in alone]):
        total = total + runs[first, last]
    for part in taken:
        total = total + alone[part] if part in alone else total
    return total


def spans(steps: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring steps together: 0, 1, 3 → (0, 1), (3, 3)."""
    first = None
    for step in steps:
        first = step if first is None else first
        if step + 1 not in steps:
            yield first, step
            first = None
