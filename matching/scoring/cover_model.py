"""The integer programme behind coverage: which contracts take all parts, each part once.

Exact set partitioning, solved by HiGHS (Huangfu & Hall 2018). Whole numbers decide partners and hand-overs,
so those are exact. Scores are sums of floats, compared by the solver to about a millionth: the caller settles
near ties itself.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np


class Outcome(StrEnum):
    BEST = "best"
    NONE = "none"
    OUT_OF_TIME = "out of time"


@dataclass(frozen=True, slots=True)
class Contract:
    """A partner takes these parts (by number). `kept` counts neighbouring steps that stay at one site."""

    partner: str
    parts: frozenset[int]
    kept: int
    points: float


@dataclass(frozen=True, slots=True)
class Level:
    """How many contracts there are, and how often neighbouring steps stay at one site."""

    contracts: int
    kept: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Out of time, the contracts are the best found so far, or none."""

    outcome: Outcome
    contracts: tuple[Contract, ...] = ()

    @property
    def partners(self) -> frozenset[str]:
        return frozenset(each.partner for each in self.contracts)

    @property
    def level(self) -> Level:
        return Level(len(self.contracts), sum(each.kept for each in self.contracts))

    @property
    def points(self) -> float:
        return sum(each.points for each in self.contracts)


@dataclass(frozen=True, slots=True)
class Rule:
    """The chosen contracts among `columns`, counted by `weights`, lie between two bounds."""

    columns: Sequence[int]
    low: float
    high: float
    weights: Sequence[float] = ()


@dataclass
class CoverModel:
    """`shared` parts may be taken by several contracts; every other part by exactly one."""

    parts: int
    contracts: Sequence[Contract]
    shared: frozenset[int] = frozenset()
    rules: list[Rule] = field(default_factory=list)
    of_partner: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in range(self.parts):
            taking = [number for number, each in enumerate(self.contracts) if part in each.parts]
            self.rules.append(Rule(taking, 1, np.inf if part in self.shared else 1))
        for number, each in enumerate(self.contracts):
            self.of_partner.setdefault(each.partner, []).append(number)

    def best_level(self, seconds: float) -> Answer:
        """Fewest contracts, then most neighbouring steps kept together, among what is not excluded."""
        return self._solve([self.parts - each.kept for each in self.contracts], [], seconds)

    def best_at(self, level: Level, seconds: float) -> Answer:
        """Most points with so many contracts and steps kept together, among what is not excluded."""
        every = range(len(self.contracts))
        rules = [
            Rule(every, level.contracts, level.contracts),
            Rule(every, level.kept, level.kept, [each.kept for each in self.contracts]),
        ]
        return self._solve([-each.points for each in self.contracts], rules, seconds)

    def exclude(self, partners: frozenset[str]) -> None:
        """These partners together, and whatever else holds all of them, are no answer any more."""
        columns = [number for partner in sorted(partners) for number in self.of_partner[partner]]
        self.rules.append(Rule(columns, 0, len(partners) - 1))

    def _solve(self, cost: Sequence[float], more: Sequence[Rule], seconds: float) -> Answer:
        """One contract a partner: a rule that slows the solver and rarely binds, so added where it does."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            found = solve(cost, [*self.rules, *more], left)
            if found.x is None:
                return Answer(Outcome.OUT_OF_TIME if found.status == 1 else Outcome.NONE)
            chosen = tuple(self.contracts[int(number)] for number in np.flatnonzero(found.x > 0.5))
            partners = Counter(each.partner for each in chosen)
            twice = [partner for partner, number in partners.items() if number > 1]
            if not twice:
                return Answer(Outcome.BEST if found.status == 0 else Outcome.OUT_OF_TIME, chosen)
            self.rules.extend(Rule(self.of_partner[partner], 0, 1) for partner in twice)
        return Answer(Outcome.OUT_OF_TIME)


@cache
def solver() -> tuple[Any, Any]:
    """scipy's optimize and sparse. For start-up cost imported when first asked for: that takes over half a
    second, and most processes never cover a brief."""
    from scipy import optimize, sparse  # noqa: PLC0415

    return optimize, sparse


def solve(cost: Sequence[float], rules: Sequence[Rule], seconds: float) -> Any:
    """scipy's result: `x` (None without a solution) and `status` (0 best, 1 out of time, 2 none)."""
    optimize, sparse = solver()
    starts = np.cumsum([0, *(len(rule.columns) for rule in rules)])
    columns = np.concatenate([np.asarray(rule.columns, dtype=np.int64) for rule in rules])
    weights = np.concatenate([rule.weights or np.ones(len(rule.columns)) for rule in rules])
    matrix = sparse.csr_array((weights, columns, starts), shape=(len(rules), len(cost)))
    low, high = [rule.low for rule in rules], [rule.high for rule in rules]
    return optimize.milp(
        np.asarray(cost, dtype=float),
        integrality=np.ones(len(cost)),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(matrix, low, high),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
