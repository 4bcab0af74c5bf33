"""Evaluators' scorecards: totals, spread and places. People score on 0 to 10, or cannot judge.

A total is 100 points at most: Σ share × score × 10. What was not judged is no zero: it gives an interval from
the judged part (`low`) to what the total would be if the rest deserved a ten (`high`). The total over all
evaluators takes the mean of each criterion over those who judged it, so one who cannot judge a criterion
leaves it to those who can. All of it is computed in exact fractions: the order of the evaluators is nothing.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from matching.scoring.score import shown_points, tenths

type Number = int | Fraction
type Answers = Mapping[str, int | None]
"""By criterion: a score, or None for "cannot judge". A criterion that is missing was not answered."""

BEST: Final = 10
DISAGREE_FROM: Final = 4


class PointsInvalid(ValueError):
    """Weight points that define no share."""


@dataclass(frozen=True, slots=True)
class Part:
    """share × score × 10 = points; `shown` points add up to the shown total. No score: not judged."""

    criterion: str
    share: Fraction
    score: Number | None
    points: Fraction
    shown: float


@dataclass(frozen=True, slots=True)
class Total:
    """`judged` is the share of the weight that was judged; `shown` and `shown_high` have one decimal."""

    low: Fraction
    high: Fraction
    judged: Fraction
    shown: float
    shown_high: float
    parts: tuple[Part, ...]

    @property
    def is_whole(self) -> bool:
        return self.low == self.high

    @property
    def judged_percent(self) -> float:
        return float(self.judged * 100)


@dataclass(frozen=True, slots=True)
class Spread:
    """The scores of several evaluators on one criterion of one partner."""

    count: int
    cannot_judge: int
    mean: Fraction
    median: Fraction
    least: int
    most: int
    deviation: float

    @property
    def is_disagreement(self) -> bool:
        return self.most - self.least >= DISAGREE_FROM


@dataclass(frozen=True, slots=True)
class Panel:
    """One partner as all evaluators see it. No total: nobody judged anything of it."""

    totals: Mapping[str, Total]
    spreads: Mapping[str, Spread | None]
    overall: Total | None

    @property
    def disagreements(self) -> int:
        return sum(spread is not None and spread.is_disagreement for spread in self.spreads.values())


@dataclass(frozen=True, slots=True)
class Place:
    rank: int
    is_tied: bool


def shares_of(points: Mapping[str, Number]) -> dict[str, Fraction]:
    """Weight points as shares of 1, in the order given."""
    if any(value < 0 for value in points.values()):
        raise PointsInvalid("Points must not be negative.")
    whole = sum((Fraction(value) for value in points.values()), Fraction())
    if not whole:
        raise PointsInvalid("At least one criterion must have points.")
    return {key: Fraction(value) / whole for key, value in points.items()}


def total_of(shares: Mapping[str, Fraction], answers: Mapping[str, Number | None]) -> Total:
    """What one set of answers is worth. Answers to criteria that `shares` does not name count for nothing."""
    scores = {key: answers.get(key) for key in shares}
    points = [share * ((scores[key] or 0) * 10) for key, share in shares.items()]
    missing = sum((share for key, share in shares.items() if scores[key] is None), Fraction())
    low = sum(points, Fraction())
    exact = [float(each) for each in points]
    shown = shown_points(exact)
    parts = tuple(
        Part(key, share, scores[key], points[place], shown[place])
        for place, (key, share) in enumerate(shares.items())
    )
    return Total(
        low,
        low + 100 * missing,
        1 - missing,
        tenths(exact) / 10,
        tenths([*exact, float(100 * missing)]) / 10,
        parts,
    )


def spread_of(answers: Iterable[int | None]) -> Spread | None:
    """Of the scores that were given; nothing where nobody could judge."""
    given = list(answers)
    scores = sorted(each for each in given if each is not None)
    count, whole = len(scores), sum(scores)
    if not count:
        return None
    # In whole numbers until the last step, so that the order of the scores is nothing.
    squares = count * sum(each * each for each in scores) - whole * whole
    return Spread(
        count,
        len(given) - count,
        Fraction(whole, count),
        Fraction(scores[(count - 1) // 2] + scores[count // 2], 2),
        scores[0],
        scores[-1],
        math.sqrt(squares) / count,
    )


def panel_of(shares: Mapping[str, Fraction], cards: Mapping[str, Answers]) -> Panel:
    """One partner, by what each evaluator answered; evaluators without an answer for it do not count."""
    answered = {name: answers for name, answers in cards.items() if any(key in answers for key in shares)}
    spreads = {
        key: spread_of(answers[key] for answers in answered.values() if key in answers) for key in shares
    }
    means: dict[str, Number | None] = {key: each.mean if each else None for key, each in spreads.items()}
    overall = total_of(shares, means)
    return Panel(
        {name: total_of(shares, answers) for name, answers in answered.items()},
        spreads,
        overall if overall.judged else None,
    )


def places_of(totals: Mapping[str, Total | None]) -> dict[str, Place]:
    """Competition ranking (1, 2, 2, 4) by the total as shown; who has none has no place."""
    shown = {key: total.shown for key, total in totals.items() if total is not None}
    ordered = sorted(shown.values(), reverse=True)
    return {key: Place(_rank(ordered, value), ordered.count(value) > 1) for key, value in shown.items()}


def _rank(ordered: Sequence[float], value: float) -> int:
    return ordered.index(value) + 1
