"""How units stand in prose: patterns after a number, with the unit that is reported (data/units.yaml)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from matching.reading.units import factor
from matching.reading.wording import loaded

_WORDS: Final = loaded("units")


class Kind(StrEnum):
    """What sort of thing a number counts or measures; it decides what the number can describe."""

    COUNT = "count"
    RATE = "rate"
    BATCHES = "batches"
    MASS = "mass"
    VOLUME = "volume"
    EXPOSURE = "exposure"
    DAILY_EXPOSURE = "daily exposure"
    CONCENTRATION = "concentration"
    DOSE = "dose"
    GENOMES = "genomes"
    TITRE = "titre"
    CELLS = "cells"
    AMOUNT = "amount"
    AREA = "area"
    VIAL_SIZE = "vial size"
    TIME = "time"
    PERCENT = "percent"
    MONEY = "money"
    PATIENTS = "patients"
    SAMPLES = "samples"
    PRESSURE = "pressure"
    ACTIVITY = "activity"
    LENGTH = "length"
    DRYING = "drying"
    STAFF = "staff"


# Of these nobody has parts, so 1.000 is a thousand in any style.
COUNTED: Final = frozenset({Kind.COUNT, Kind.BATCHES, Kind.RATE, Kind.SAMPLES, Kind.PATIENTS, Kind.STAFF})


@dataclass(frozen=True, slots=True)
class UnitRule:
    """`unit` is what is reported, after the number was converted from `written` to `base`."""

    pattern: str
    unit: str
    kind: Kind
    written: str = ""
    base: str = ""

    @property
    def factor(self) -> float:
        return factor(self.written, self.base)

    @property
    def counts_things(self) -> bool:
        return self.kind in COUNTED


# Words that name what is counted, as they are reported, with how else they are written.
NOUNS: Final[dict[str, str]] = _WORDS["nouns"]
_CURRENCIES: Final[dict[str, str]] = _WORDS["currencies"]
_PARTS: Final = {
    "per": r"\s?(?:/|per|p\.|a|pro|par)\s?",
    "cubic": r"(?:m3|m³|m\^3|cbm|cubic met(?:er|re)s?)",
    "noun": "|".join(NOUNS.values()),
    # "1.6 million 10 mg tablets", "20,000 filled 2R vials".
    "between": (
        rf"(?:\s?-?(?!(?:{'|'.join(_WORDS['not_between'])})\b)(?:\d{{1,3}}\s)?[\w.µ%-]{{1,20}}(?:/[\w-]{{1,9}})?\s)"
        r"{0,3}?\s?-?\(?"
    ),
}


def _rules() -> list[UnitRule]:
    rules = [_rule(entry) for entry in _WORDS["units"]]
    rules += [UnitRule(f"(?i:{words})", code, Kind.MONEY) for code, words in _CURRENCIES.items()]
    return rules + [UnitRule(f"(?i:{words})", noun, Kind.COUNT) for noun, words in NOUNS.items()]


def _rule(entry: dict[str, Any]) -> UnitRule:
    words = "|".join(entry["words"])
    for name, pattern in _PARTS.items():
        words = words.replace(f"{{{name}}}", pattern)
    pattern = f"(?:{words})" if entry.get("exact") else f"(?i:{words})"
    return UnitRule(
        pattern, entry["unit"], Kind(entry["kind"]), entry.get("written", ""), entry.get("base", "")
    )


UNIT_RULES: Final = tuple(_rules())


def _any_of(kinds: Iterable[Kind]) -> str:
    """The name of the group tells the rule."""
    chosen = set(kinds)
    return "|".join(
        f"(?P<u{place}>{rule.pattern})" for place, rule in enumerate(UNIT_RULES) if rule.kind in chosen
    )


# One pattern for all, so that a number is looked at once, and what stands before a noun is skipped once.
_COUNTS: Final = rf"{_PARTS['between']}(?:{_any_of({Kind.COUNT})})"
_ANY_UNIT: Final = re.compile(
    rf"[\s\u00a0\u202f]?-?(?:{_any_of(set(Kind) - {Kind.COUNT})}|{_COUNTS})(?![\w³²])"
)
_ANY_NOUN: Final = re.compile(
    r"\b(?i:" + "|".join(f"(?P<n{place}>{words})" for place, words in enumerate(NOUNS.values())) + r")(?!\w)"
)
_NAMES: Final = tuple(NOUNS)


def unit_after(text: str, place: int, stop: int) -> tuple[UnitRule, int] | None:
    """The unit that stands right after a number, and where it ends."""
    found = _ANY_UNIT.match(text, place, stop)
    return (UNIT_RULES[int((found.lastgroup or "u0")[1:])], found.end()) if found else None


def noun_in(text: str) -> str:
    """The first word in a text that names what can be counted."""
    found = _ANY_NOUN.search(text)
    return _NAMES[int((found.lastgroup or "n0")[1:])] if found else ""


# "75 TEUR" and "k€" are thousands, "2 MUSD" and "3 M$" millions: the letter belongs to the currency.
_MONEY: Final = "|".join(_CURRENCIES.values())
CURRENCY_BEFORE: Final = re.compile(rf"(?<!\w)(?P<sign>(?P<many>[TkKmM])?(?i:{_MONEY}))\s?$")
MANY_MONEY_AFTER: Final = re.compile(rf"\s?(?P<many>[TkKmM])\s?(?P<sign>(?i:{_MONEY}))(?!\w)")
_CURRENCY: Final = re.compile(
    r"(?i:" + "|".join(f"(?P<{code}>{words})" for code, words in _CURRENCIES.items()) + ")"
)
_CURRENCY_WORD: Final = re.compile(rf"(?<!\w){_CURRENCY.pattern}(?!\w)")
MANY: Final = {"T": 1e3, "k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6}


def currency_in(text: str) -> str:
    """The first currency that a text names."""
    found = _CURRENCY_WORD.search(text)
    return (found and found.lastgroup) or ""


def currency_of(sign: str) -> str:
    """The code of a currency from how it is written."""
    found = _CURRENCY.fullmatch(sign.strip())
    return (found and found.lastgroup) or sign.upper()
