"""Numbers of several options in one unit, and which of them is highest or lowest. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from cdmo_portal.look.wording import amount, span, unit_text
from partners.numbers import Relation, relation_of
from partners.units import UnitUnknown, factor_of, is_multiplier
from partners.vocabulary import current_vocabulary

EASY: Final = (Decimal(1), Decimal(100_000))
"""Numbers from one to five digits are read at a glance."""
FIGURES: Final = 4
"""Of a number that another unit cannot say exactly; as it was entered stands beside it."""


WIDE: Final = Context(prec=100)


class Direction(StrEnum):
    HIGH = "high"
    LOW = "low"


# Where more (or less) of it meets every demand that less (or more) of it meets. A range that must cover a
# batch, or a set of sizes, has no such end: a large smallest batch excludes a small trial.
DIRECTIONS: Final[Mapping[Relation, Direction]] = {
    Relation.AT_LEAST: Direction.HIGH,
    Relation.AT_MOST: Direction.LOW,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A stated number or range in the base unit of its measure, and as it was entered."""

    lo: Decimal | None
    hi: Decimal | None
    count: int = 1
    entered: str = ""
    entered_unit: str = ""

    @property
    def value(self) -> tuple[Decimal | None, Decimal | None, int]:
        return self.lo, self.hi, self.count

    @property
    def is_size(self) -> bool:
        """One number, once: a member of a set of sizes."""
        return self.lo is not None and self.lo == self.hi and self.count == 1

    @property
    def bounds(self) -> list[Decimal]:
        return [each for each in (self.lo, self.hi) if each is not None]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a measure; a value in it, times the factor, is in the base unit."""

    label: str
    factor: Decimal = Decimal(1)


def row_unit(measure: str, numbers: Iterable[Number]) -> Unit:
    """The one unit of a row: of the base unit and those that somebody used, the one that reads best."""
    numbers = list(numbers)
    units = _units(measure, numbers)
    base = units[0]
    values = [bound for number in numbers for bound in number.bounds if bound]
    return min(
        units, key=lambda unit: (sum(_effort(value, unit) for value in values), unit != base, unit.label)
    )


def text_of(number: Number, unit: Unit) -> str:
    """The range as stated, in this unit: "3 × 2,000 L", "up to 500 mL, smallest not stated"."""
    told = span(_in(unit, number.lo), _in(unit, number.hi), unit.label)
    return f"{number.count} × {told}" if number.count > 1 else told


def texts_of(numbers: Iterable[Number], unit: Unit) -> str:
    """All numbers of one place: a set of sizes is several rows."""
    ordered = sorted(set(numbers), key=lambda each: (each.bounds, each.count))
    if len(ordered) > 1 and all(each.is_size for each in ordered):
        *first, last = (_in(unit, each.lo) for each in ordered)
        return "; ".join([*(amount(each) for each in first), amount(last, unit.label)])
    return "; ".join(dict.fromkeys(text_of(number, unit) for number in ordered))


def as_entered(number: Number, unit: Unit, measure: str) -> str:
    """What was typed, where the row says it by other figures."""
    is_same = not number.entered_unit or _factor(measure, number.entered_unit) == unit.factor
    return "" if is_same else f"{number.entered} {unit_text(number.entered_unit)}"


def marks(measure: str, options: Sequence[Sequence[Number]]) -> list[str]:
    """The word for the options at the far end of a measure whose direction is known, else nothing.

    Nobody is marked where all that state it are equal, or where one leaves that end open: it may be further.
    """
    direction = DIRECTIONS.get(relation_of(measure))
    nobody = [""] * len(options)
    reach = [_reach(numbers, direction) for numbers in options if numbers] if direction else []
    known = [each for each in reach if each is not None]
    if direction is None or len(known) != len(reach) or len(set(known)) < 2:
        return nobody
    is_high = direction is Direction.HIGH
    furthest = max(known) if is_high else min(known)
    word = _("Highest stated") if is_high else _("Lowest stated")
    return [word if numbers and _reach(numbers, direction) == furthest else "" for numbers in options]


def _reach(numbers: Sequence[Number], direction: Direction) -> Decimal | None:
    """How far an option goes; None where an end that counts is not stated."""
    ends = [number.hi if direction is Direction.HIGH else number.lo for number in numbers]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return None
    return max(known) if direction is Direction.HIGH else min(known)


def _units(measure: str, numbers: Iterable[Number]) -> list[Unit]:
    """The base unit first. Words that say how many but not of what are no unit for a row."""
    entry = current_vocabulary().terms.get(measure)
    base = Unit(entry.base_unit if entry else "")
    found = {base.factor: base}
    for label in sorted({number.entered_unit for number in numbers} - {""}):
        factor = _factor(measure, label)
        if factor is not None and not is_multiplier(label):
            found.setdefault(factor, Unit(label, factor))
    return list(found.values())


def _factor(measure: str, unit: str) -> Decimal | None:
    try:
        return factor_of(measure, unit)
    except UnitUnknown:
        return None


def _effort(value: Decimal, unit: Unit) -> Decimal:
    """How hard a value is to read in this unit: its digits beyond the easy ones, and being inexact."""
    said = abs(WIDE.divide(value, unit.factor))
    lowest, highest = EASY
    beyond = max(said / highest, lowest / said, Decimal(1)).log10()
    return beyond + (0 if _is_exact(value, unit) else 2)


def _is_exact(value: Decimal, unit: Unit) -> bool:
    said = WIDE.divide(value, unit.factor)
    return WIDE.multiply(WIDE.quantize(said, Decimal("0.000001")), unit.factor) == value


def _in(unit: Unit, value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    said = WIDE.divide(value, unit.factor)
    return said if _is_exact(value, unit) else Context(prec=FIGURES).create_decimal(said)
