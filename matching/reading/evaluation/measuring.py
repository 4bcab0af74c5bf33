"""What was read beside what was expected: hits, misses and false alarms, and traps fallen into."""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from matching.reading.evaluation.cases import Case

GATES: Final = ("must", "must_not")
KINDS: Final = ("gates", "quantities", "dates", "geography")
_CODE: Final = re.compile(r"^[a-z]{2,3}\.[\w.-]+$")
_ROLES: Final = ("must_in", "must_not_in", "prefer_in")


@dataclass(slots=True)
class Tally:
    """Counts over cases; the words of misses and false alarms are kept for whoever mends the reader."""

    hits: int = 0
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return _share(self.hits, self.hits + len(self.false_alarms))

    @property
    def recall(self) -> float:
        return _share(self.hits, self.hits + len(self.missed))

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def add(self, other: "Tally") -> None:
        self.hits += other.hits
        self.missed += other.missed
        self.false_alarms += other.false_alarms


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


@dataclass(slots=True)
class Scores:
    """One case, or many added up."""

    tallies: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    traps: int = 0
    fallen_into: list[str] = field(default_factory=list)
    outside_text: int = 0
    verdicts: int = 0
    wrong_verdicts: list[str] = field(default_factory=list)

    def add(self, other: "Scores") -> None:
        for kind, tally in other.tallies.items():
            self.tallies[kind].add(tally)
        self.traps += other.traps
        self.fallen_into += other.fallen_into
        self.outside_text += other.outside_text
        self.verdicts += other.verdicts
        self.wrong_verdicts += other.wrong_verdicts


def scored(case: Case, reading: Mapping[str, Any], in_base: Callable[[str, float, str], float]) -> Scores:
    """`reading` is plain, as `to_plain` gives it; `in_base(measure, number, unit)` is in the base unit."""
    expected = case.expected
    found = Scores()
    found.tallies["gates"] = _compared(_gates(expected), _gates(reading))
    found.tallies["quantities"] = _paired(
        expected.get("quantities") or [],
        reading["quantities"],
        lambda one, other: _is_same_quantity(one, other, in_base),
        _quantity_words,
    )
    found.tallies["dates"] = _compared(_dates(expected), _dates(reading))
    found.tallies["geography"] = _compared(_places(expected), _places(reading))
    traps = [str(each["id"]) for each in expected.get("not_requirements") or ()]
    caught = _asked_for(reading) - _asked_for(expected)
    found.traps = len(traps)
    found.fallen_into = [f"{case.key} {trap}" for trap in traps if trap in caught]
    found.outside_text = sum(not _is_inside(case.text, each) for each in evidence_of(reading))
    return found


def _compared(expected: set[tuple[str, ...]], read: set[tuple[str, ...]]) -> Tally:
    return Tally(
        len(expected & read),
        sorted(str(each) for each in expected - read),
        sorted(str(each) for each in read - expected),
    )


def _paired(
    expected: Iterable[Mapping[str, Any]],
    read: Iterable[Mapping[str, Any]],
    is_same: Callable[[Mapping[str, Any], Mapping[str, Any]], bool],
    words: Callable[[Mapping[str, Any]], str],
) -> Tally:
    """Each expected finding takes one of those read, so that nothing counts twice."""
    left = list(read)
    tally = Tally()
    for each in expected:
        match = next((other for other in left if is_same(each, other)), None)
        if match is None:
            tally.missed.append(words(each))
        else:
            left.remove(match)
            tally.hits += 1
    tally.false_alarms = [words(each) for each in left]
    return tally


def _gates(plain: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """(term, strength) of what gates; of alternatives each term with "one of". Plain names are no terms."""
    found: set[tuple[str, ...]] = {
        (each["id"], each["strength"])
        for each in plain.get("requirements") or ()
        if each["strength"] in GATES and _CODE.match(each["id"])
    }
    return found | {
        (code, "one of")
        for each in plain.get("any_of") or ()
        if each.get("strength", "must") in GATES
        for code in each["ids"]
        if _CODE.match(code) and not code.startswith("geo.")
    }


def _asked_for(plain: Mapping[str, Any]) -> set[str]:
    """Everything that gates or prefers a place, and every measure: what a trap can be mistaken for."""
    gates = {code for code, _ in _gates(plain)}
    places = {code for role, code in _places(plain) if role != "must_not_in"}
    measures = {str(each["measure"]) for each in plain.get("quantities") or ()}
    return gates | places | measures


def _dates(plain: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """Bounds with how they bind; a target and a window are written alike."""
    found: set[tuple[str, ...]] = set()
    for each in plain.get("dates") or ():
        relation = "span" if each["relation"] in {"target", "window"} else each["relation"]
        earliest, latest = _day(each.get("earliest")), _day(each.get("latest"))
        bounds = {"by": ("", latest), "from": (earliest, "")}.get(relation, (earliest, latest))
        found.add((relation, *bounds))
    return found


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


def _places(plain: Mapping[str, Any]) -> set[tuple[str, ...]]:
    geography = plain.get("geography") or {}
    return {(role, str(code)) for role in _ROLES for code in geography.get(role) or ()}


def _is_same_quantity(
    one: Mapping[str, Any], other: Mapping[str, Any], in_base: Callable[[str, float, str], float]
) -> bool:
    if not _is_same_measure(str(one["measure"]), str(other["measure"])):
        return False
    for name in ("value", "min", "max"):
        first, second = one.get(name), other.get(name)
        if (first is None) != (second is None):
            return False
        if isinstance(first, str) or isinstance(second, str):
            if str(first) != str(second):
                return False
        elif first is not None and second is not None:
            numbers = [
                in_base(str(each["measure"]), float(each[name]), str(each.get("unit", "")))
                for each in (one, other)
            ]
            if not math.isclose(*numbers, rel_tol=1e-6):
                return False
    return _is_same_unit(one, other)


def _is_same_measure(one: str, other: str) -> bool:
    """Codes must be equal; plain names must share a word."""
    if _CODE.match(one) or _CODE.match(other) or "OEL" in {one, other}:
        return one == other
    return bool(_telling(one) & _telling(other))


def _telling(name: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]+", name.lower())}


def _is_same_unit(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Numbers of a measure were compared in its base unit; else the units must be the same word."""
    if _CODE.match(str(one["measure"])):
        return True
    first, second = (
        _telling(str(each.get("unit", ""))) or {str(each.get("unit", ""))} for each in (one, other)
    )
    return bool(first & second) or not one.get("unit")


def _quantity_words(each: Mapping[str, Any]) -> str:
    bounds = " ".join(
        f"{name}={each[name]}" for name in ("value", "min", "max") if each.get(name) is not None
    )
    return f"{each['measure']} {bounds} {each.get('unit', '')} «{each.get('evidence', '')}»"


def evidence_of(plain: object) -> Iterable[Mapping[str, Any]]:
    """Everything in a reading that has evidence."""
    if isinstance(plain, Mapping):
        if "evidence" in plain and "start" in plain:
            yield plain
        for value in plain.values():
            yield from evidence_of(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from evidence_of(value)


def _is_inside(text: str, each: Mapping[str, Any]) -> bool:
    return bool(each["evidence"]) and text[each["start"] : each["end"]] == each["evidence"]
