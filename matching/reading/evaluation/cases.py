"""The format of a cases file: briefs with what a careful expert would extract (docs/read_brief.md)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EXPECTED: Final = frozenset(
    {"requirements", "any_of", "quantities", "dates", "geography", "commercial", "contradictions"}
    | {"not_requirements", "not_stated"}
)


class CasesInvalid(Exception):
    """The file is no cases file; the message names the case and what is wrong."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A small candidate profile with the verdict that a correct gate check gives."""

    name: str
    facts: str
    expect: str


@dataclass(frozen=True, slots=True)
class Case:
    key: str
    text: str
    as_of: dt.date
    expected: Mapping[str, Any]
    probes: tuple[Probe, ...] = field(default=())


def read_cases(source: str) -> list[Case]:
    """Raises CasesInvalid for what is not in the format."""
    try:
        raw = yaml.load(source, _Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise CasesInvalid(f"The file is not readable YAML: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("cases"), list) or not raw["cases"]:
        raise CasesInvalid("The file needs a list named `cases`.")
    default = raw.get("as_of_default")
    return [_case(each, number, default) for number, each in enumerate(raw["cases"], start=1)]


def _case(raw: Any, number: int, default: Any) -> Case:
    key = str(raw.get("id", f"case {number}")) if isinstance(raw, dict) else f"case {number}"
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str):
        raise CasesInvalid(f"{key}: there is no `text`.")
    expected = raw.get("expected")
    if not isinstance(expected, dict):
        raise CasesInvalid(f"{key}: there is no `expected`.")
    if unknown := sorted(set(expected) - _EXPECTED):
        raise CasesInvalid(f"{key}: `expected` has no key {unknown[0]!r}.")
    as_of = raw.get("as_of", default)
    if not isinstance(as_of, dt.date):
        raise CasesInvalid(f"{key}: `as_of` is not a day.")
    probes = tuple(_probe(each, key) for each in raw.get("probes") or ())
    return Case(key, raw["text"], as_of, expected, probes)


def _probe(raw: Any, key: str) -> Probe:
    try:
        return Probe(str(raw["name"]), str(raw["facts"]), str(raw["expect"]))
    except (TypeError, KeyError) as error:
        raise CasesInvalid(f"{key}: a probe needs `name`, `facts` and `expect`.") from error
