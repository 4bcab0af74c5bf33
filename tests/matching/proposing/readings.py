"""Readings made by hand: the reader itself has tests of its own."""

import datetime as dt
from typing import Any

from matching.reading.findings import (
    DateFound,
    PlaceFound,
    PlaceRole,
    QuantityFound,
    Reading,
    Relation,
    RequirementFound,
    Span,
    Strength,
)

AS_OF = dt.date(2026, 3, 2)
TEXT = (
    "We need lyophilised vials, 5,000 per batch, filled to 5.2 mL in 10R. HPLC. EU only, not in China. "
    "FDA inspected. No penicillins anywhere on the campus. Isolator or RABS. Ideally serialisation. "
    "First-in-human. Drug product by 15 August 2026."
)


def span(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def asked(code: str, words: str, strength: Strength = Strength.MUST, **more: Any) -> RequirementFound:
    return RequirementFound(code, strength, span(words), **more)


def number(measure: str, unit: str, words: str, **more: Any) -> QuantityFound:
    return QuantityFound(measure, unit, span(words), **more)


def place(code: str, words: str, role: PlaceRole = PlaceRole.MUST_IN) -> PlaceFound:
    return PlaceFound(code, role, span(words))


def date(event: str, latest: dt.date, **more: Any) -> DateFound:
    given: dict[str, Any] = {
        "relation": Relation.BY,
        "strength": Strength.MUST,
        "span": span("by 15 August 2026"),
    } | more
    return DateFound(event=event, latest=latest, **given)


def reading(**findings: Any) -> Reading:
    return Reading(TEXT, AS_OF, **findings)
