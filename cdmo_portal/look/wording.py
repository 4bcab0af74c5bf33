"""Numbers, quarters and ages as people read them. Pure: the day of today is always handed in."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

NO_BREAK: Final = "\u00a0"
NOT_STATED: Final = "not stated"

OWN_BASIS_WORDS: Final[dict[str, str]] = {
    "claimed": "as they told us",
    "document": "shown to us in a document",
    "certificate": "on a certificate",
    "inspected": "seen in our audit",
    "done": "done for us before",
}

Number = int | float | Decimal

BASIS_WORDS: Final[dict[str, str]] = {
    "claimed": "company’s own word",
    "document": "backed by a document",
    "certificate": "on a certificate",
    "inspected": "inspected for it",
    "done": "done in practice",
}


def amount(value: Number | None, unit: str = "") -> str:
    """2000 → "2,000 L"; nothing stated is said in words, since a zero would be a claim."""
    if value is None:
        return NOT_STATED
    digits = f"{value:,}" if isinstance(value, int) else f"{Decimal(str(value)).normalize():,f}"
    return f"{digits}{NO_BREAK}{unit_text(unit)}" if unit else digits


def unit_text(unit: str) -> str:
    """A unit as printed: "µg/m3" → "µg/m³"."""
    return unit.replace("m3", "m³").replace("m2", "m²")


def span(low: Number | None, high: Number | None, unit: str = "") -> str:
    """A range with one unit: "200–2,000 L"; an open end is named, never drawn as unlimited."""
    if low is None and high is None:
        return NOT_STATED
    if low is None:
        return f"up to {amount(high, unit)}, smallest {NOT_STATED}"
    if high is None:
        return f"from {amount(low, unit)}, largest {NOT_STATED}"
    if low == high:
        return amount(low, unit)
    return f"{amount(low)}–{amount(high, unit)}"


def points(value: Number) -> str:
    """Scores show one decimal everywhere, so that the parts can be added up by eye."""
    return f"{value:.1f}"


def signed(value: Number) -> str:
    """A difference in points: "+2.1", "−0.3"; nothing is plain "0.0"."""
    text = f"{abs(value):.1f}"
    return text if text == "0.0" else f"{'+' if value > 0 else '−'}{text}"


def percent(share: float) -> str:
    """0.713 → "71 %"; what is not quite nothing or everything is not said to be."""
    if 0 < share < 0.005:
        return f"under{NO_BREAK}1{NO_BREAK}%"
    if 0.995 <= share < 1 - 1e-9:
        return f"over{NO_BREAK}99{NO_BREAK}%"
    return f"{100 * share:.0f}{NO_BREAK}%"


def quarter(day: date) -> str:
    return f"Q{(day.month + 2) // 3}{NO_BREAK}{day.year}"


def day_text(day: date) -> str:
    return f"{day.day}{NO_BREAK}{day:%B}{NO_BREAK}{day.year}"


def age(day: date, today: date) -> str:
    """How long ago in the coarsest unit that is still fair: "today", "12 days ago", "6 months ago"."""
    days = (today - as_date(day)).days
    if days < 0:
        return "in the future"
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 60:
        return f"{days} days ago"
    if days < 730:
        return f"{days * 12 // 365} months ago"
    return f"{days // 365} years ago"


def until(day: date, today: date) -> str:
    """How far ahead, in the coarsest unit that is still fair: "today", "in 9 days", "in 7 months"."""
    days = (as_date(day) - today).days
    if days < 0:
        return age(day, today)
    if days < 2:
        return ("today", "tomorrow")[days]
    if days < 60:
        return f"in {days} days"
    return f"in {days * 12 // 365} months" if days < 730 else f"in {days // 365} years"


def dated(day: date, today: date) -> str:
    """A day with its age: "3 May 2026, 4 months ago"."""
    return f"{day_text(day)}, {age(day, today)}"


def as_date(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def basis_words(code: str, origin: str = "company") -> str:
    """How a statement is backed; one of the reader's own organisation is nobody else's word."""
    return (OWN_BASIS_WORDS if origin == "own" else BASIS_WORDS).get(code, code)
