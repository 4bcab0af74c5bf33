"""Value functions in words: what worst and best mean, and which number in its unit gives a value."""

import math
from collections.abc import Mapping
from itertools import pairwise

from matching.scoring import criteria
from matching.scoring.criteria import Criterion, criteria_for
from matching.scoring.requirements import (
    HEADS,
    BriefAsked,
    CapacityAsked,
    CertificateAsked,
    Condition,
    MeasureAsked,
    PlaceAsked,
    Relation,
    Requirement,
    Strength,
    TermAsked,
)
from matching.scoring.values import Linear, Ordinal, Piecewise, ValueFunction

Scale = ValueFunction | Ordinal

IN_WORDS: Mapping[str, str] = {
    criteria.SHARE.name: "{percent} % met",
    criteria.BATCH.name: "{percent} % inside the line's range",
    criteria.OPEN_RATIO.name: "{number} times the needed capacity open",
    criteria.CAMPAIGN_SHARE.name: "a smallest campaign of {percent} % of what is asked",
}
ENOUGH = 1e-9


def worst_to_best(scale: Scale) -> str:
    """The ends of a scale in words: "from 0 to 12 weeks of slack"."""
    if isinstance(scale, Ordinal):
        by_value = sorted(scale.levels, key=lambda level: scale.levels[level])
        return f"from “{by_value[0]}” to “{by_value[-1]}”"
    worst, best = ends(scale)
    return "from " + in_words(scale, f"{worst:g} to {best:g}", f"{100 * worst:g} to {100 * best:g}")


def ends(scale: ValueFunction) -> tuple[float, float]:
    """The numbers at which the value is first lowest and first highest."""
    if isinstance(scale, Linear):
        return scale.worst, scale.best
    if isinstance(scale, Piecewise):
        by_value = sorted(scale.anchors, key=lambda anchor: anchor[1])
        return by_value[0][0], by_value[-1][0]
    raise TypeError(f"{type(scale).__name__} has no single worst number.")


def in_words(scale: ValueFunction, number: str, percent: str) -> str:
    return IN_WORDS.get(scale.name, f"{{number}} {scale.name}").format(number=number, percent=percent)


def level_in_words(scale: Scale, value: float) -> str:
    """What it takes to reach a value, rounded towards better; empty where no number is known to give it."""
    if isinstance(scale, Ordinal):
        enough = [level for level in scale.levels if scale.levels[level] >= value - ENOUGH]
        return f"“{min(enough, key=lambda level: scale.levels[level])}”" if enough else ""
    number = number_at(scale, value)
    return "" if number is None else in_words(scale, f"{number:g}", f"{100 * number:.0f}")


def number_at(scale: ValueFunction, value: float) -> float | None:
    """The number that gives a value, rounded towards better; None outside what the scale reaches."""
    anchors = anchors_of(scale)
    for (x0, v0), (x1, v1) in pairwise(anchors):
        low, high = min(v0, v1), max(v0, v1)
        if v0 != v1 and low - ENOUGH <= value <= high + ENOUGH:
            exact = x0 + (x1 - x0) * (value - v0) / (v1 - v0)
            is_more_better = (x1 > x0) == (v1 > v0)
            return rounded(exact, up=is_more_better)
    return None


def anchors_of(scale: ValueFunction) -> tuple[tuple[float, float], ...]:
    if isinstance(scale, Piecewise):
        return scale.anchors
    return ((scale.worst, 0.0), (scale.best, 1.0)) if isinstance(scale, Linear) else ()


def rounded(number: float, *, up: bool) -> float:
    """To one decimal; to two below 1, where shares and ratios lie."""
    steps = 100 if abs(number) < 1 else 10
    scaled = round(number * steps, 6)
    return (math.ceil(scaled) if up else math.floor(scaled)) / steps


def every_criterion() -> tuple[Criterion, ...]:
    """All criteria that a brief can have: those of a late-stage brief that asks for everything."""
    return criteria_for(
        BriefAsked(
            key="",
            title="",
            steps=(),
            requirements=tuple(_asks()),
            weights=dict.fromkeys(HEADS, 1.0),
            stage="stg.phase3",
        )
    )


def _asks() -> list[Requirement]:
    must, prefer = Strength.MUST, Strength.PREFER
    ranged = TermAsked("", MeasureAsked("", Relation.COVERS))
    wanted: list[tuple[Strength, Condition]] = [
        (must, ranged),
        (must, CapacityAsked(1)),
        (prefer, TermAsked("")),
        (prefer, CertificateAsked("")),
        (prefer, PlaceAsked(frozenset())),
    ]
    return [Requirement(str(i), strength, (condition,)) for i, (strength, condition) in enumerate(wanted)]


EVERY_CRITERION: Mapping[str, Criterion] = {each.key: each for each in every_criterion()}


def swings() -> dict[str, list[str]]:
    """For every head what going from worst to best means, criterion by criterion."""
    found: dict[str, list[str]] = {head: [] for head in HEADS}
    for each in EVERY_CRITERION.values():
        found[each.head].append(f"{each.label}: {worst_to_best(each.scale)}")
    return found
