"""Units that briefs use, and their arithmetic (pint, with a registry of just these units)."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pint import UnitRegistry

# A month has as many weeks as in the vocabulary (`sc.lead-time-weeks`), so that both say the same.
_DEFINITIONS: Final = """
meter = [length] = m
liter = 1e-3 * m**3 = L = l
gram = [mass] = g
metric_ton = 1e6 * g = t
mole = [substance] = mol
second = [time] = s
minute = 60 * s = min
hour = 60 * minute = h
day = 24 * hour = d
week = 7 * day
month = 4.345 * week
year = 12 * month
foot = 0.3048 * m = ft
gallon = 3.785411784 * liter = gal
nano- = 1e-9 = n-
micro- = 1e-6 = u-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
hecto- = 1e2 = h-
kilo- = 1e3 = k-
"""


@cache
def _registry() -> "UnitRegistry[float]":
    # Imported late: half a second and 40 MB that commands without a number to convert need not pay.
    from pint import UnitRegistry  # noqa: PLC0415

    return UnitRegistry(_DEFINITIONS.strip().splitlines())


@lru_cache(maxsize=1_000)
def factor(unit: str, target: str) -> float:
    """By how much a number in `unit` is multiplied to be in `target`; both as pint writes units."""
    return 1.0 if unit == target else float(_registry().convert(1.0, unit, target))


def converted(value: float, unit: str, target: str) -> float:
    """Rounded to twelve digits, since 0.4 of one unit is 0.0004 of another and not a hair beside it."""
    return float(f"{value * factor(unit, target):.12g}")
