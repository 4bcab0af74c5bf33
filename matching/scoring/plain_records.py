"""Frozen records as plain JSON values and back, exactly: what was stored gives an equal record.

Dates become ISO text, tuples lists, sets sorted lists. A field typed `float` is always written as one
(5 → 5.0), and infinity as text, since JSON has no word for it; so equal records give the same text.
"""

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

type Convert = Callable[[Any], Any]


class RecordUnknown(ValueError):
    """The stored values fit no record of this engine."""


def canonical(values: Any) -> str:
    """One line of ASCII JSON with sorted keys: the same text for the same values."""
    return json.dumps(values, sort_keys=True, allow_nan=False, separators=(",", ":"))


@cache
def to_plain(kind: Any) -> Convert:
    """How values of this type become JSON values."""
    if dataclasses.is_dataclass(kind):
        return _record_to_plain(kind)
    if choices := _choices(kind):
        return _choice_to_plain(choices)
    if get_origin(kind) is not None:
        return _many_to_plain(get_origin(kind), to_plain(_inner(kind)))
    return TO_PLAIN.get(kind, _same)


@cache
def from_plain(kind: Any) -> Convert:
    """How JSON values become values of this type; raises RecordUnknown where no record fits."""
    if dataclasses.is_dataclass(kind):
        return _record_from_plain(kind)
    if choices := _choices(kind):
        return _choice_from_plain(choices)
    if get_origin(kind) is not None:
        return _many_from_plain(get_origin(kind), from_plain(_inner(kind)))
    return kind if issubclass(kind, StrEnum) else FROM_PLAIN.get(kind, _same)


def _number(value: float) -> float | str:
    return float(value) if math.isfinite(value) else str(float(value))


def _same(value: Any) -> Any:
    return value


TO_PLAIN: Mapping[Any, Convert] = {float: _number, dt.date: dt.date.isoformat}
FROM_PLAIN: Mapping[Any, Convert] = {float: float, dt.date: dt.date.fromisoformat}


def _many_to_plain(origin: Any, inner: Convert) -> Convert:
    if origin is Mapping:
        return lambda value: {key: inner(each) for key, each in value.items()}
    if origin is frozenset:
        return lambda value: sorted(inner(each) for each in value)
    return lambda value: [inner(each) for each in value]


def _many_from_plain(origin: Any, inner: Convert) -> Convert:
    if origin is Mapping:
        return lambda value: {key: inner(each) for key, each in value.items()}
    return lambda value: origin(inner(each) for each in value)


def _inner(kind: Any) -> Any:
    """What a tuple[X, ...], frozenset[X] or Mapping[str, X] holds."""
    arguments = [each for each in get_args(kind) if each is not Ellipsis]
    return arguments[-1]


def _choices(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else ()


def _converts(kind: Any, how: Callable[[Any], Convert]) -> dict[str, Convert]:
    """The fields that do not stay as they are: most do, and there are many sites."""
    converts = {name: how(hint) for name, hint in get_type_hints(kind).items()}
    return {name: convert for name, convert in converts.items() if convert is not _same}


def _record_to_plain(kind: Any) -> Convert:
    names = [field.name for field in dataclasses.fields(kind)]
    # One name alone would give the bare value.
    values_of = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    converts = _converts(kind, to_plain)

    def plain(value: Any) -> dict[str, Any]:
        values = dict(zip(names, values_of(value), strict=True))
        for name, convert in converts.items():
            values[name] = convert(values[name])
        return values

    return plain


def _record_from_plain(kind: Any) -> Convert:
    names = _names(kind)
    converts = _converts(kind, from_plain)

    def make(values: Mapping[str, Any]) -> Any:
        if unknown := sorted(values.keys() - names):
            raise RecordUnknown(f"{kind.__name__} has no {', '.join(unknown)}")
        given = {name: converts[name](value) if name in converts else value for name, value in values.items()}
        try:
            return kind(**given)
        except TypeError as error:  # a field without a default is not there
            raise RecordUnknown(f"{kind.__name__}: {error}") from error

    return make


def _choice_to_plain(choices: tuple[Any, ...]) -> Convert:
    by_type = {each: to_plain(each) for each in choices if each is not NoneType}

    def convert(value: Any) -> Any:
        if value is None:
            return None
        # A number typed `float | None` may have been given as a whole one.
        return by_type.get(type(value), next(iter(by_type.values())))(value)

    return convert


def _choice_from_plain(choices: tuple[Any, ...]) -> Convert:
    kinds = [each for each in choices if each is not NoneType]
    if len(kinds) == 1:
        only = from_plain(kinds[0])
        return lambda value: None if value is None else only(value)
    return lambda value: from_plain(_record_with(kinds, set(value)))(value)


def _record_with(kinds: list[Any], names: set[str]) -> Any:
    """The record with exactly these fields, else the one that adds fewest, since engines add fields."""
    fitting = [kind for kind in kinds if names <= _names(kind) and _required(kind) <= names]
    if not fitting:
        raise RecordUnknown(f"no record has the fields {', '.join(sorted(names))}")
    return min(fitting, key=lambda kind: len(_names(kind)))


def _names(kind: Any) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def _required(kind: Any) -> set[str]:
    missing = dataclasses.MISSING
    return {
        field.name
        for field in dataclasses.fields(kind)
        if field.default is missing and field.default_factory is missing
    }
