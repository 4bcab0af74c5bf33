"""Numbers as people enter them, and their base units: "3 × 2,000 L" in, 2000 and a count of three out.

Commas group thousands as in English unless the text shows otherwise ("1.500,5", "0,4"); a text that can be
read in two ways, such as "1.500", is refused instead of guessed.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Final

from partners.vocabulary import TermEntry, current_vocabulary


class UnitUnknown(ValueError):
    """The unit (or the measure) is not one that we know; the message lists those that fit."""


class UnitsDiffer(UnitUnknown):
    """The text names one unit, and another one was given beside it."""


class NumberUnreadable(ValueError):
    """The text is not one number or range, or it can be read in two ways."""


BELOW_NOUGHT: Final = frozenset({"sc.temperature-c"})
"""The measures that go there."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A number or range as entered, with the unit in its text. `None` is an end that was not given."""

    lo: Decimal | None
    hi: Decimal | None
    unit: str = ""
    count: int = 1


_LONGEST = 120
_LARGEST = Decimal(10) ** 16  # what a stored number holds before the point
_SMALLEST = Decimal(10) ** -8  # and after it
_MULTIPLIERS = {
    "k": 3,
    "K": 3,
    "thousand": 3,
    "M": 6,
    "MM": 6,
    "Mio": 6,
    "mio": 6,
    "million": 6,
    "billion": 9,
}
_PLAIN = r"[0-9]+(?:[.,' ][0-9]+)*"
_NUMBER = re.compile(
    rf"(?P<sign>[-+]?) ?(?P<digits>{_PLAIN})(?:[eE](?P<e>[-+]?[0-9]{{1,2}})(?![0-9]))?"
    rf"(?: ?(?P<multiplier>{'|'.join(sorted(_MULTIPLIERS, key=len, reverse=True))})(?![A-Za-z0-9³²/]))?"
)
_COUNT = re.compile(r"(?P<count>[0-9]{1,4}) ?[×x*] ?(?=[0-9])")
_UP_TO = re.compile(r"(?:up to|at most|max(?:imum|\.)?|≤|<=|<)(?: |(?=[-0-9]))", re.IGNORECASE)
_FROM = re.compile(r"(?:from|at least|min(?:imum|\.)?|≥|>=|>)(?: |(?=[-0-9]))", re.IGNORECASE)
_SEPARATOR = re.compile(r" ?(?:-|to\b|\.\.\.?) ?")
# Dashes, minus signs, thin spaces and the two signs for micro and cube become one each.
_SAME = str.maketrans(
    {**dict.fromkeys("–—−‒", "-"), **dict.fromkeys("\u00a0\u202f\u2009\t", " "), "…": "..", "μ": "µ"}
)


def parse(text: str) -> Entered:
    """Read one number, a range ("1,500–3,000"), an open end ("up to 5k") or a set ("3 × 2000 L")."""
    if len(text) > _LONGEST:
        raise NumberUnreadable(f"A number has at most {_LONGEST} characters.")
    rest = re.sub(" +", " ", text.translate(_SAME)).strip()
    count, rest = _count(rest)
    for pattern, is_low in ((_UP_TO, False), (_FROM, True)):
        if opening := pattern.match(rest):
            first, rest = _number(rest[opening.end() :].lstrip(), text)
            value = _value(first, text)
            return Entered(value if is_low else None, None if is_low else value, _unit(rest, text), count)
    return _range(rest, text, count)


def in_base_unit(measure_code: str, text: str, unit: str = "") -> Entered:
    """A number as people enter it, its ends in the base unit of the measure.

    `unit` is what was given beside the text, which may name the same one or none. Raises UnitUnknown,
    UnitsDiffer or NumberUnreadable.
    """
    entered = parse(text)
    measure = _measure(measure_code)
    if unit.strip() and entered.unit and _factor(measure, unit) != _factor(measure, entered.unit):
        raise UnitsDiffer(f"The number itself says “{entered.unit}”.")
    lo, hi = (
        None if end is None else convert(measure_code, end, entered.unit or unit)
        for end in (entered.lo, entered.hi)
    )
    if measure_code not in BELOW_NOUGHT and any(end is not None and end < 0 for end in (lo, hi)):
        raise NumberUnreadable("A measure cannot be negative.")
    return replace(entered, lo=lo, hi=hi)


def convert(measure_code: str, value: Decimal, unit: str) -> Decimal:
    """The value in the base unit of the measure; an empty unit stands for the base unit."""
    measure = _measure(measure_code)
    factor = _factor(measure, unit)
    if not value.is_finite():
        raise NumberUnreadable("This is not a number.")
    with localcontext(prec=100):
        converted = value * factor
    if value and not _SMALLEST <= abs(converted) < _LARGEST:
        raise NumberUnreadable(f"{value} {unit} is too large or too small for “{measure.label}”.")
    return converted


def factor_of(measure_code: str, unit: str) -> Decimal:
    """What a value in this unit is multiplied by to be in the base unit; raises UnitUnknown."""
    return _factor(_measure(measure_code), unit)


def is_multiplier(unit: str) -> bool:
    """Whether a unit says how many but not of what: "k", "million/year"."""
    return unit.partition("/")[0].strip() in _MULTIPLIERS


def units_of(measure_code: str) -> tuple[str, ...]:
    """The units that a form may offer for a measure, its base unit first."""
    measure = current_vocabulary().terms[measure_code]
    return (measure.base_unit, *(unit for unit in measure.unit_factors if unit != measure.base_unit))


def _measure(code: str) -> TermEntry:
    measure = current_vocabulary().terms.get(code)
    if measure is None or not measure.base_unit:
        raise UnitUnknown(f"There is no measure “{code}”.")
    return measure


def _factor(measure: TermEntry, unit: str) -> Decimal:
    wanted = _normalised(unit)
    factors = {_normalised(known): factor for known, factor in measure.unit_factors.items()}
    factors[_normalised(measure.base_unit)] = Decimal(1)
    if not wanted:
        return Decimal(1)
    if wanted in factors:
        return factors[wanted]
    # "ML" may be read as "mL", but only where no two units differ by case alone.
    loose = {factor for known, factor in factors.items() if known.lower() == wanted.lower()}
    if len(loose) != 1:
        known_units = ", ".join(units_of(measure.code))
        raise UnitUnknown(
            f"“{unit.strip()[:30]}” is not a unit of “{measure.label}”. Use one of: {known_units}."
        )
    return loose.pop()


def _normalised(unit: str) -> str:
    return re.sub(" +", " ", unit.translate(_SAME)).strip().replace("³", "3").replace("²", "2")


def _count(text: str) -> tuple[int, str]:
    found = _COUNT.match(text)
    if not found:
        return 1, text
    count = int(found["count"])
    if count == 0:
        raise NumberUnreadable("A set has at least one member.")
    return count, text[found.end() :]


def _range(rest: str, text: str, count: int) -> Entered:
    first, rest = _number(rest, text)
    separator = _SEPARATOR.match(rest)
    if not separator or not _NUMBER.match(rest, separator.end()):
        value = _value(first, text)
        return Entered(value, value, _unit(rest, text), count)
    second, rest = _number(rest[separator.end() :], text)
    lo, hi = _value(first, text), _value(second, text)
    if second["multiplier"] and not first["multiplier"]:
        # "1–3 million" means one million; "500–1k" means five hundred.
        shared = lo.scaleb(_MULTIPLIERS[second["multiplier"]])
        lo = shared if shared <= hi else lo
    if lo > hi:
        raise NumberUnreadable(f"The range “{text.strip()}” starts above its end.")
    return Entered(lo, hi, _unit(rest, text), count)


def _number(rest: str, text: str) -> tuple[re.Match[str], str]:
    found = _NUMBER.match(rest)
    if not found:
        raise NumberUnreadable(f"“{text.strip()[:40]}” is not a number.")
    return found, rest[found.end() :]


def _unit(rest: str, text: str) -> str:
    unit = rest.strip()
    if len(unit) > 30 or (unit and unit[0] in "0123456789.,-+"):
        raise NumberUnreadable(f"“{text.strip()[:40]}” is not one number or range with a unit.")
    return unit


def _value(found: re.Match[str], text: str) -> Decimal:
    value = Decimal(found["sign"] + _digits(found["digits"], text))
    exponent = int(found["e"] or 0) + _MULTIPLIERS.get(found["multiplier"] or "", 0)
    return value.scaleb(exponent, None) if len(found["digits"]) <= 24 else _too_long(text)


def _too_long(text: str) -> Decimal:
    raise NumberUnreadable(f"“{text.strip()[:40]}” has too many digits.")


def _digits(written: str, text: str) -> str:
    """The digits with a point for the decimal sign and no grouping."""
    signs = [sign for sign in written if sign in ".,"]
    plain = written.replace(" ", "").replace("'", "")
    if not signs:
        _check_groups(written, " '", text)
        return plain
    decimal_sign = _decimal_sign(written, signs, text)
    whole, _, fraction = plain.rpartition(decimal_sign) if decimal_sign else (plain, "", "")
    grouping = "".join({".", ",", " ", "'"} - {decimal_sign})
    _check_groups(written.rpartition(decimal_sign)[0] if decimal_sign else written, grouping, text)
    return re.sub("[.,]", "", whole) + (f".{fraction}" if fraction else "")


def _decimal_sign(written: str, signs: list[str], text: str) -> str:
    """Which of "." and "," is the decimal sign in this text; empty where both can only group thousands."""
    last = signs[-1]
    if len(set(signs)) == 2 and signs.count(last) == 1:
        return last
    if len(signs) > 1:
        return ""
    before, after = re.split("[.,]", written)
    if len(after) != 3 or before.startswith("0") or len(before) > 3:
        return last
    if last == ".":
        raise NumberUnreadable(
            f"“{text.strip()[:40]}” can be read in two ways; write {before},{after} or {before}.{after}0."
        )
    return ""


def _check_groups(whole: str, grouping: str, text: str) -> None:
    first, *groups = re.split(f"[{re.escape(grouping)}]", whole)
    if groups and (len(first) > 3 or any(len(group) != 3 for group in groups)):
        raise NumberUnreadable(f"“{text.strip()[:40]}” is not a number.")
