"""How the reading of a brief looks, for the description of the API."""

import datetime as dt
from typing import Any, Final

from matching.api.table_schemas import Schema, closed, many
from matching.reading.findings import (
    PlaceFound,
    PlaceRole,
    QuantityFound,
    Reading,
    Relation,
    RequirementFound,
    Span,
    Strength,
)
from matching.reading.plain import to_plain

TEXT: Final[Schema] = {"type": "string"}
DAY: Final[Schema] = {"type": "string", "format": "date"}
NUMBER: Final[Schema] = {"type": "number"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
STRENGTH: Final[Schema] = {
    "enum": [each.value for each in Strength],
    "description": "asked: a question to the CDMO; future: not needed now; context: told, not asked.",
}
EVIDENCE: Final[dict[str, Schema]] = {
    "evidence": TEXT | {"description": "Exactly what stands in the text."},
    "start": COUNT | {"description": "Where it begins, in characters (code points) of the text sent."},
    "end": COUNT,
}


def found(properties: dict[str, Schema], *optional: str) -> Schema:
    """A finding with its evidence."""
    names = [*(name for name in properties if name not in optional), *EVIDENCE]
    return closed({**properties, **EVIDENCE}, names)


def evidence_where_any(properties: dict[str, Schema], required: list[str], **more: Any) -> Schema:
    """An object that carries evidence only where the text says something of it."""
    return {"type": "object", "properties": {**properties, **EVIDENCE}, "required": required, **more}


REQUIREMENT: Final = found(
    {
        "id": TEXT | {"description": "A code of the vocabulary, or plain words where it has no term."},
        "strength": STRENGTH,
        "scope": {"enum": ["line", "building", "site", "campus"]},
        "narrower": many(TEXT, "Codes of finer terms that the same words name."),
        "hazards": many(TEXT, "Codes of what must not be handled there."),
        "note": TEXT,
    },
    "scope", "narrower", "hazards", "note",
)  # fmt: skip
QUANTITY: Final = found(
    {
        "measure": TEXT | {"description": "A measure of the vocabulary (sc.*), or plain words."},
        "value": {"oneOf": [NUMBER, TEXT], "description": "A number, or a split such as 70/30."},
        "min": NUMBER,
        "max": NUMBER,
        "unit": TEXT,
        "count": COUNT | {"description": "So many of it, as in 3 × 2,000 L."},
        "per": TEXT,
        "of": TEXT,
        "basis": TEXT,
        "strength": STRENGTH,
        "approximate": {"type": "boolean", "description": "true, where it is given."},
    },
    "value", "min", "max", "count", "per", "of", "basis", "strength", "approximate",
)  # fmt: skip
DATE: Final = found(
    {
        "event": TEXT,
        "relation": {"enum": [each.value for each in Relation]},
        "earliest": DAY,
        "latest": DAY,
        "strength": STRENGTH,
    },
    "earliest", "latest",
)  # fmt: skip
PLACE: Final = found(
    {
        "id": TEXT | {"description": "A geo.* code or an ISO 3166-1 country."},
        "role": {"enum": [role.value for role in PlaceRole]},
        "note": TEXT,
    },
    "note",
)
ROLES: Final = [role.value for role in PlaceRole]
GEOGRAPHY: Final = evidence_where_any(
    {**{role: many(TEXT) for role in ROLES}, "note": TEXT, "places": many(PLACE)}, [*ROLES, "places"]
)
BUSINESS: Final = found({"key": TEXT, "value": {"oneOf": [NUMBER, TEXT]}})
CONTRADICTION: Final = found(
    {
        "about": TEXT,
        "question": TEXT,
        "statements": many(TEXT),
        "places": many(found({}), "Where each statement stands."),
    }
)
READING: Final = closed(
    {
        "as_of": DAY,
        "requirements": many(REQUIREMENT),
        "any_of": many(found({"ids": many(TEXT), "strength": STRENGTH}), "At least one has to be met."),
        "quantities": many(QUANTITY),
        "dates": many(DATE),
        "geography": GEOGRAPHY,
        "commercial": evidence_where_any(
            {"terms": many(BUSINESS)},
            [],
            additionalProperties={"oneOf": [NUMBER, TEXT]},
            description="Terms of business by their key; `terms` has each with its evidence.",
        ),
        "contradictions": many(CONTRADICTION, "Statements that cannot all hold. Ask, do not choose."),
        "questions": many(found({}), "Questions to the CDMO."),
        "not_stated": many(TEXT, "What the text is silent on."),
        "unknown_words": many(found({}), "Words like a technical term that the vocabulary does not know."),
    },
    [
        "as_of", "requirements", "any_of", "quantities", "dates", "geography", "commercial",
        "contradictions", "questions", "not_stated", "unknown_words",
    ],
)  # fmt: skip
EXAMPLE_TEXT: Final = "We need lyophilised vials, 5,000 per batch. EU only."
EXAMPLE: Final = {"text": EXAMPLE_TEXT, "as_of": "2026-03-02"}


def _span(words: str) -> Span:
    start = EXAMPLE_TEXT.index(words)
    return Span(start, start + len(words))


EXAMPLE_READING: Final = to_plain(
    Reading(
        EXAMPLE_TEXT,
        dt.date(2026, 3, 2),
        requirements=(RequirementFound("df.inj.lyo-vial", Strength.MUST, _span("lyophilised vials")),),
        quantities=(
            QuantityFound("sc.vials-per-batch", "vials", _span("5,000 per batch"), value=5000.0, per="batch"),
        ),
        places=(PlaceFound("geo.eu", PlaceRole.MUST_IN, _span("EU only")),),
        not_stated=("inspections by authorities",),
    )
)
