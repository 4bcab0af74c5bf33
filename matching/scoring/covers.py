"""The best sets of partners that cover all parts together: fewest contracts, then hand-overs, then score.

A set counts only if no partner could be left out, and is listed once, with its best sites: those with the
fewest hand-overs, then the highest score. So every listed site has a part, and every cover is another choice
of partners.
"""

import time
from collections.abc import Mapping, Sequence
from itertools import pairwise

from matching.scoring.contracts import Option, contracts_of
from matching.scoring.cover_model import CoverModel, Level, Outcome, solver
from matching.scoring.eligibility import Standing
from matching.scoring.results import Assignment, Cover, Part, PartCandidate
from matching.scoring.weights import left_sum

COVERS_SHOWN = 10
MOST_EXACT_PARTS = 8
"""Further services are still covered with the fewest contracts and hand-overs, but not ordered by score."""

NEAR_TIE = 1e-5
"""Points by which the solver may be wrong about a sum of scores; what lies nearer is compared exactly."""

MOST_NEAR_TIES = 10
"""Beyond these it does not matter which of so many equal sets is shown."""


class OutOfTime(Exception):
    pass


class Search:
    """The covers found so far. Only the time limit looks at a clock; within it no machine is different."""

    def __init__(self, parts: Sequence[Part], options: Sequence[Option], seconds: float) -> None:
        solver()  # importing it is not looking, and does not count against the time limit
        self.deadline = time.monotonic() + seconds
        self.parts, self.options = parts, sorted(options, key=lambda each: (-each.score, each.key))
        self.found: dict[frozenset[str], Cover] = {}
        shared = shared_parts(parts, options)
        self.is_exact = not shared
        contracts = contracts_of(parts, options, shared, COVERS_SHOWN)
        self.model = CoverModel(len(parts), contracts, shared)

    @property
    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def best(self) -> list[Cover]:
        return sorted(self.found.values(), key=cover_rank)[:COVERS_SHOWN]

    def run(self) -> bool:
        """Level by level until enough are found. False: out of time, or not exact."""
        try:
            while len(self.found) < COVERS_SHOWN:
                answer = self.model.best_level(self.seconds_left)
                self._keep(answer.partners)
                if answer.outcome is Outcome.NONE:
                    break
                if answer.outcome is Outcome.OUT_OF_TIME:
                    return False
                self._look_at(answer.level)
        except OutOfTime:
            return False
        return self.is_exact

    def _look_at(self, level: Level) -> None:
        """Best score first, until no other set could be among those wanted."""
        near_ties = 0
        while near_ties <= MOST_NEAR_TIES:
            answer = self.model.best_at(level, self.seconds_left)
            if answer.outcome is Outcome.BEST and len(self.found) >= COVERS_SHOWN:
                near_ties += 1
                if answer.points < self.best[-1].score * len(self.parts) - NEAR_TIE:
                    return
            if answer.outcome is Outcome.NONE:
                return
            self._keep(answer.partners)
            if answer.outcome is Outcome.OUT_OF_TIME:
                raise OutOfTime
            self.model.exclude(answer.partners)

    def _keep(self, partners: frozenset[str]) -> None:
        if partners and partners not in self.found:
            self.found[partners] = assigned(self.parts, self._best_sites(partners))

    def _best_sites(self, partners: frozenset[str]) -> list[Option]:
        """Of each partner the best site of those that can take exactly the same parts."""
        sites: dict[tuple[str, frozenset[str]], Option] = {}
        for each in self.options:
            if each.partner in partners:
                sites.setdefault((each.partner, frozenset(each.parts)), each)
        return list(sites.values())


def best_covers(parts: Sequence[Part], options: Sequence[Option], seconds: float) -> tuple[list[Cover], bool]:
    """At most COVERS_SHOWN covers, best first. False: they are the best found, not proven to be the best."""
    if any(not any(part.key in each.parts for each in options) for part in parts):
        return [], True
    search = Search(parts, options, seconds)
    is_complete = search.run()
    return search.best, is_complete


def shared_parts(parts: Sequence[Part], options: Sequence[Option]) -> frozenset[int]:
    """Of very many services, those that most sites can take."""
    services = [number for number, part in enumerate(parts) if not part.is_step]
    services.sort(key=lambda number: (-sum(parts[number].key in each.parts for each in options), number))
    return frozenset(services[: max(len(parts) - MOST_EXACT_PARTS, 0)])


def cover_rank(cover: Cover) -> tuple[int, int, float, tuple[str, ...]]:
    keys = tuple(each.candidate.key for each in cover.assignments)
    return (cover.partners, cover.hand_overs, -cover.score, keys)


Path = tuple[int, float, tuple[PartCandidate, ...]]


def assigned(parts: Sequence[Part], chosen: Sequence[Option]) -> Cover:
    """Shared out with the fewest hand-overs between neighbours, then by score: best path, part by part."""
    paths: dict[str, Path] = {}
    for part in parts:
        able = [each.parts[part.key] for each in chosen if part.key in each.parts]
        paths = {each.key: best_path(each, paths, part) for each in able}
    taken = min(paths.values(), key=lambda path: (path[0], -path[1], path_keys(path)))[2]
    return cover_of(parts, taken)


def best_path(last: PartCandidate, paths: Mapping[str, Path], part: Part) -> Path:
    if not paths:
        return 0, last.score, (last,)
    longer = [
        (handed + (part.is_step and key != last.key), score + last.score, (*before, last))
        for key, (handed, score, before) in paths.items()
    ]
    return min(longer, key=lambda path: (path[0], -path[1], path_keys(path)))


def hand_overs(parts: Sequence[Part], taken: Sequence[PartCandidate]) -> int:
    """Between neighbouring steps; a service asked of the whole project has no place in their order."""
    steps = [each for part, each in zip(parts, taken, strict=True) if part.is_step]
    return sum(one.key != other.key for one, other in pairwise(steps))


def path_keys(path: Path) -> tuple[str, ...]:
    return tuple(each.key for each in path[2])


def cover_of(parts: Sequence[Part], taken: Sequence[PartCandidate]) -> Cover:
    return Cover(
        tuple(Assignment(part, each) for part, each in zip(parts, taken, strict=True)),
        len({each.partner for each in taken}),
        hand_overs(parts, taken),
        left_sum(each.score for each in taken) / len(taken),
        any(each.standing is Standing.OPEN_QUESTIONS for each in taken),
    )
