"""A reading as plain data for JSON: the shape of `expected` in a cases file (docs/read_brief.md)."""

from collections.abc import Iterable
from typing import Any

from matching.reading.findings import (
    AlternativesFound,
    CommercialFound,
    ContradictionFound,
    DateFound,
    PlaceFound,
    PlaceRole,
    QuantityFound,
    Reading,
    RequirementFound,
    Span,
)


def to_plain(reading: Reading) -> dict[str, Any]:
    """Every finding has `evidence`, an exact substring of the text, with its `start` and `end`."""
    return {
        "as_of": reading.as_of.isoformat(),
        "requirements": [_requirement(reading, each) for each in reading.requirements],
        "any_of": [_alternatives(reading, each) for each in reading.any_of],
        "quantities": [_quantity(reading, each) for each in reading.quantities],
        "dates": [_date(reading, each) for each in reading.dates],
        "geography": _geography(reading),
        "commercial": _commercial(reading),
        "contradictions": [_contradiction(reading, each) for each in reading.contradictions],
        "questions": [_evidence(reading, each.span) for each in reading.questions],
        "not_stated": list(reading.not_stated),
        "unknown_words": [_evidence(reading, each.span) for each in reading.unknown],
    }


def _evidence(reading: Reading, span: Span) -> dict[str, Any]:
    return {"evidence": reading.words(span), "start": span.start, "end": span.end}


def _stated(**values: Any) -> dict[str, Any]:
    """Only what the text states: no nulls, no empty texts."""
    return {name: value for name, value in values.items() if value not in (None, "", (), [])}


def _requirement(reading: Reading, found: RequirementFound) -> dict[str, Any]:
    more = _stated(
        scope=found.scope,
        narrower=list(found.narrower),
        hazards=[each.code for each in found.hazards],
        note=found.note,
    )
    return {"id": found.id, "strength": found.strength.value, **_evidence(reading, found.span), **more}


def _alternatives(reading: Reading, found: AlternativesFound) -> dict[str, Any]:
    return {"ids": list(found.ids), "strength": found.strength.value, **_evidence(reading, found.span)}


def _quantity(reading: Reading, found: QuantityFound) -> dict[str, Any]:
    numbers = _stated(value=found.share or _number(found.value), min=_number(found.lo), max=_number(found.hi))
    more = _stated(
        count=found.count if found.count > 1 else None,
        per=found.per,
        of=found.of,
        basis=found.basis,
        strength=found.strength and found.strength.value,
        approximate=found.is_approximate or None,
    )
    return {"measure": found.measure, **numbers, "unit": found.unit, **more, **_evidence(reading, found.span)}


def _number(value: float | None) -> float | int | None:
    if value is None or not value.is_integer():
        return value
    return int(value)


def _date(reading: Reading, found: DateFound) -> dict[str, Any]:
    days = _stated(
        earliest=found.earliest and found.earliest.isoformat(),
        latest=found.latest and found.latest.isoformat(),
    )
    return {
        "event": found.event,
        "relation": found.relation.value,
        **days,
        "strength": found.strength.value,
        **_evidence(reading, found.span),
    }


def _geography(reading: Reading) -> dict[str, Any]:
    plain: dict[str, Any] = {
        role.value: _once(place.id for place in reading.places if place.role is role and _is_listed(place))
        for role in PlaceRole
    }
    if reading.places:
        notes = _once(place.note for place in reading.places if place.note)
        plain |= _stated(note="; ".join(notes)) | _evidence(reading, reading.places[0].span)
    return plain | {"places": [_place(reading, place) for place in reading.places]}


def _is_listed(place: PlaceFound) -> bool:
    """A wish for a single country that is no term of the vocabulary stands among `places` only."""
    return place.role is not PlaceRole.PREFER_IN or place.id.startswith("geo.")


def _place(reading: Reading, found: PlaceFound) -> dict[str, Any]:
    return {"id": found.id, "role": found.role.value, **_evidence(reading, found.span)} | _stated(
        note=found.note, narrower=found.narrower
    )


def _commercial(reading: Reading) -> dict[str, Any]:
    if not reading.commercial:
        return {}
    return {
        **{each.key: _value(each) for each in reversed(reading.commercial)},
        **_evidence(reading, reading.commercial[0].span),
        "terms": [
            {"key": each.key, "value": _value(each), **_evidence(reading, each.span)}
            for each in reading.commercial
        ],
    }


def _value(found: CommercialFound) -> float | int | str | None:
    return _number(found.value) if isinstance(found.value, float) else found.value


def _contradiction(reading: Reading, found: ContradictionFound) -> dict[str, Any]:
    return {
        "about": found.about,
        "question": found.question,
        "statements": [reading.words(span) for span in found.spans],
        **_evidence(reading, found.spans[0]),
        "places": [_evidence(reading, span) for span in found.spans],
    }


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
