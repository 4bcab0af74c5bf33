"""Numbers, units, ages and dates in plain English. Every sentence about a site is built from these."""

import datetime as dt
import math
from collections.abc import Iterable

from matching.scoring.facts import Vocabulary
from partners.ageing import months_since, quarter_of

SHORT_NAMES = {
    "sc.batch-units": "batch",
    "sc.batch-kg": "batch",
    "sc.vials-per-batch": "batch",
    "sc.syringes-per-batch": "batch",
    "sc.fill-volume-ml": "fill volume",
    "sc.rate-units-hour": "line rate",
    "sc.lyo-shelf-m2": "lyophiliser",
    "sc.oel-ug-m3": "containment",
    "sc.bioreactor-l": "vessel",
    "sc.reactor-l": "reactor",
    "sc.vial-size": "vial size",
    "sc.syringe-size-ml": "syringe size",
    "sc.pressure-bar": "pressure",
}
"""What a measure is called inside a sentence; others go by their label."""

FOR_MATCHING_ONLY = "shared for matching only"

COUNT_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def number(value: float) -> str:
    if math.isinf(value):
        return "unlimited"
    if abs(value) >= 1e12:
        return f"{value:.4g}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 1000 else f"{value:.4g}"


def in_a_sentence(label: str) -> str:
    """A label inside a sentence: "Placebo manufacture" → "placebo manufacture"; "QP release" stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def unit(text: str) -> str:
    """As printed: square and cubic metres, and no unit without a name."""
    return text.replace("m3", "m³").replace("m2", "m²")


def amount(value: float, of: str) -> str:
    return f"{number(value)} {unit(of)}".strip()


def span(lo: float | None, hi: float | None, of: str) -> str:
    if lo is not None and hi is not None and lo != hi:
        return f"{number(lo)}–{amount(hi, of)}"
    if lo is not None and hi is not None:
        return amount(lo, of)
    if lo is not None:
        return f"from {amount(lo, of)}, upper end not stated"
    return f"up to {amount(hi or 0.0, of)}, lower end not stated"


def sizes(values: Iterable[float], of: str) -> str:
    return f"{', '.join(number(value) for value in sorted(set(values)))} {unit(of)}".strip()


def measure_name(code: str, vocabulary: Vocabulary) -> str:
    return SHORT_NAMES.get(code) or lowered(vocabulary.label(code))


def lowered(label: str) -> str:
    """A label inside a sentence: abbreviations keep their capitals."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def day(value: dt.date) -> str:
    return f"{value.day} {value:%B} {value.year}"


def quarter(value: dt.date) -> str:
    year, part = quarter_of(value)
    return f"Q{part} {year}"


def age(value: dt.date, today: dt.date) -> str:
    days = (today - value).days
    if days <= 0:
        return "today"
    if days < 60:
        return f"{days} day{'s' if days != 1 else ''} ago"
    return f"{months_since(value, today)} months ago"


def count(value: int) -> str:
    return COUNT_WORDS[value] if value < len(COUNT_WORDS) else str(value)


def listed(items: Iterable[str], last: str = "and") -> str:
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
