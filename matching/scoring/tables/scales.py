"""The scale of a criterion: a range, cut-offs with values, or a target in a range."""

import math
from itertools import pairwise

from matching.scoring.tables.checking import (
    Path,
    TableInvalid,
    exactly,
    list_at,
    name_at,
    number_at,
    object_at,
)
from matching.scoring.tables.tables import Criterion, Scale
from matching.scoring.values import Linear, Piecewise, Target, ValueFunctionInvalid

KEYS = {
    "name": True,
    "objective": False,
    "range": False,
    "cutoffs": False,
    "values": False,
    "target": False,
}
MOST_CUTOFFS = 1_000


def criterion_of(value: object, path: Path) -> Criterion:
    sent = object_at(value, path, KEYS)
    name = name_at(sent["name"], (*path, "name"))
    if sent.get("objective", "max") not in ("max", "min"):
        raise TableInvalid((*path, "objective"), 'must be "max" or "min"')
    sent = {key: each for key, each in sent.items() if each is not None}
    try:
        return Criterion(name, scale_of(sent, name, path))
    except ValueFunctionInvalid as error:
        raise TableInvalid((*path, error.field), error.reason) from error


def scale_of(sent: dict[str, object], name: str, path: Path) -> Scale:
    if "cutoffs" in sent or "values" in sent:
        return piecewise_of(sent, name, path)
    if "range" not in sent:
        raise TableInvalid((*path, "range"), "is missing; it is never taken from the alternatives")
    low, high = range_of(sent["range"], (*path, "range"))
    if "target" in sent:
        return Target(name, number_at(sent["target"], (*path, "target")), low, high)
    return Linear(name, high, low) if sent.get("objective") == "min" else Linear(name, low, high)


def piecewise_of(sent: dict[str, object], name: str, path: Path) -> Piecewise:
    """The values themselves say which way is better, so the objective turns nothing round here."""
    for other in ("range", "target"):
        if other in sent:
            raise TableInvalid((*path, other), "does not go with cutoffs and values")
    for needed in ("cutoffs", "values"):
        if needed not in sent:
            raise TableInvalid((*path, needed), "is missing: cutoffs and values go together")
    cutoffs = numbers_at(
        list_at(sent["cutoffs"], (*path, "cutoffs"), least=2, most=MOST_CUTOFFS), path, "cutoffs"
    )
    entries = exactly(sent["values"], (*path, "values"), len(cutoffs), "one for each cut-off")
    if any(not math.isfinite(b - a) for a, b in pairwise(cutoffs)):
        raise TableInvalid((*path, "cutoffs"), "are too far apart")
    return Piecewise(name, tuple(zip(cutoffs, numbers_at(entries, path, "values"), strict=True)))


def numbers_at(entries: list[object], path: Path, field: str) -> list[float]:
    return [number_at(entry, (*path, field, index)) for index, entry in enumerate(entries)]


def range_of(value: object, path: Path) -> tuple[float, float]:
    entries = exactly(value, path, 2, "its low and its high end")
    low, high = (number_at(entry, (*path, index)) for index, entry in enumerate(entries))
    if low == high:
        raise TableInvalid(path, "its two ends must differ")
    if low > high:
        raise TableInvalid(path, "its low end must be below its high end; use the objective to turn it round")
    if not math.isfinite(high - low):
        raise TableInvalid(path, "its ends are too far apart")
    return low, high
