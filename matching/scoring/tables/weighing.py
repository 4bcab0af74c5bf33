"""Weights as sent, and which weights they leave to be examined.

A list or swings: exactly those, or each within ± `spread` of itself. An order: rank-order-centroid weights
for the scores, all weights that keep the order for the examination. Nothing: equal weights for the scores,
all weights for the examination.
"""

from dataclasses import dataclass
from typing import Any

from matching.scoring.robustness import Kind, Statement
from matching.scoring.tables.checking import Path, TableInvalid, exactly, list_at, number_at, quoted
from matching.scoring.weights import WeightsInvalid, from_order, from_swings


@dataclass(frozen=True, slots=True)
class Weighed:
    shares: tuple[float, ...]
    statement: Statement


def weighed(value: object, spread: object, names: list[str]) -> Weighed:
    if isinstance(value, dict) and set(value) == {"order"}:
        require_none(spread)
        return ordered(value["order"], names)
    if value is None:
        require_none(spread)
        return Weighed((1 / len(names),) * len(names), Statement(Kind.FREE))
    return Weighed(stated(value, names), statement_of(spread))


def require_none(spread: object) -> None:
    if spread is not None:
        raise TableInvalid(("spread",), "needs weights as a list or as swings")


def statement_of(spread: object) -> Statement:
    if spread is None:
        return Statement(Kind.EXACT)
    share = number_at(spread, ("spread",))
    if not 0 <= share <= 1:
        raise TableInvalid(("spread",), "must lie between 0 and 1")
    return Statement(Kind.WITHIN, share)


def ordered(value: object, names: list[str]) -> Weighed:
    path: Path = ("weights", "order")
    listed = list_at(value, path, least=1)
    for index, name in enumerate(listed):
        require_known(name, (*path, index), names)
        if name in listed[:index]:
            raise TableInvalid((*path, index), f"names {quoted(name)} twice")
    if missing := [name for name in names if name not in listed]:
        raise TableInvalid(path, f"leaves out {quoted(missing[0])}")
    shares = from_order(listed)
    order = tuple(names.index(name) for name in listed)
    return Weighed(tuple(shares[name] for name in names), Statement(Kind.ORDERED, order=order))


def require_known(name: object, path: Path, names: list[str]) -> None:
    if not isinstance(name, str) or name not in names:
        shown = quoted(name) if isinstance(name, str) else "this"
        raise TableInvalid(path, f"{shown} is none of the criteria")


def stated(value: object, names: list[str]) -> tuple[float, ...]:
    path: Path = ("weights",)
    if isinstance(value, dict):
        if set(value) != {"swings"}:
            raise TableInvalid(path, "must be a list, null, or an object with one key of order or swings")
        value, path = value["swings"], ("weights", "swings")
    if isinstance(value, dict):
        return shares_of(by_name(value, path, names), path)
    if not isinstance(value, list):
        raise TableInvalid(path, "must be a list, null, or an object with one key of order or swings")
    entries = exactly(value, path, len(names), "one for each criterion")
    return shares_of([(entry, (*path, index)) for index, entry in enumerate(entries)], path)


def by_name(swings: dict[str, Any], path: Path, names: list[str]) -> list[tuple[object, Path]]:
    for name in swings:
        require_known(name, path, names)
    for name in names:
        if name not in swings:
            raise TableInvalid(path, f"leaves out {quoted(name)}")
    return [(swings[name], (*path, name)) for name in names]


def shares_of(entries: list[tuple[object, Path]], path: Path) -> tuple[float, ...]:
    points = {str(index): number_at(entry, at) for index, (entry, at) in enumerate(entries)}
    try:
        return tuple(from_swings(points).values())
    except WeightsInvalid as error:
        at = entries[int(error.field)][1] if error.field.isdecimal() else path
        raise TableInvalid(at, error.reason) from error
