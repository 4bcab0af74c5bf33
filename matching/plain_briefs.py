"""A brief and its requirements as plain values: what edits are compared by, and what the history keeps."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

from matching.merging import Plain, Values
from matching.models import Brief, Requirement, Step
from matching.scoring.weightings import Weighting, from_plain, to_plain
from partners.models import Term

TERMS = ("stage", "modality", "dosage_form")
DAYS = ("material_available_on", "needed_by")
WEEKS = ("contracting_weeks", "transfer_weeks", "release_weeks", "shipping_weeks")
FIELDS = ("title", *TERMS, "steps", *DAYS, *WEEKS, "weighting", "text")
"""Everything of a brief but its requirements, state and people."""

REQUIREMENT_TERMS = ("term", "measure")
REQUIREMENT_NUMBERS = ("lo", "hi", "at_most_months", "quantity")
REQUIREMENT_FIELDS = (
    "strength", "kind", "scope", "step", "alternative", "label", *REQUIREMENT_TERMS, "relation",
    *REQUIREMENT_NUMBERS, "sizes", "count", "entered_text", "entered_unit", "stages", "least_basis", "places",
    "authorities", "operations", "quantity_unit", "position",
)  # fmt: skip
DECIMALS = [field for field in Requirement._meta.get_fields() if isinstance(field, models.DecimalField)]
SIZE_PLACES = 8


def values_of(brief: Brief) -> dict[str, Plain]:
    """The stored brief; `steps` costs a query, and so does each term that was not selected with it."""
    values: dict[str, Plain] = {"title": brief.title, "text": brief.text.replace("\r\n", "\n")}
    values |= {name: _code(getattr(brief, name)) for name in TERMS}
    values |= {name: plain_day(getattr(brief, name)) for name in DAYS}
    values |= {name: plain_number(getattr(brief, name)) for name in WEEKS}
    values["steps"] = [step.kind for step in brief.steps.all()]
    values["weighting"] = said_weighting(brief)
    return values


def columns_of(values: Values) -> dict[str, Any]:
    """Column values; `steps` are rows of their own and are left out."""
    return {
        column: given
        for name, value in values.items()
        if name != "steps"
        for column, given in _columns(name, value).items()
    }


def _columns(name: str, value: Any) -> dict[str, Any]:
    if name == "weighting":
        return {"preset": value["preset"]} | weight_columns(weighting_in(value))
    read: Callable[[Any], Any] = _READ.get(name, _as_it_is)
    return {name: None if value is None else read(value)}


def _as_it_is(value: Any) -> Any:
    return value


def _term(code: str) -> Term:
    return Term.objects.get(code=code)


_READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys((*TERMS, *REQUIREMENT_TERMS), _term),
    **dict.fromkeys(DAYS, dt.date.fromisoformat),
    **dict.fromkeys((*WEEKS, *REQUIREMENT_NUMBERS), Decimal),
    "sizes": lambda sizes: [Decimal(size) for size in sizes],
}


def weight_columns(weighting: Weighting) -> dict[str, Any]:
    """Where a statement about weights is kept. A preset has a column of its own, which stays as it is."""
    is_points = weighting.by == "points"
    is_raw = weighting.by in {"swings", "order"}
    return {
        "weights": dict(weighting.numbers) if is_points else {},
        "weighting": to_plain(weighting) if is_raw else {},
    }


def weighting_value(weighting: Weighting, preset: str) -> Plain:
    """The statement with the preset that stands under it."""
    said = {"by": "preset"} if weighting.by == "preset" else to_plain(weighting)
    return {**said, "preset": str(preset)}


def weighting_in(value: Mapping[str, Any]) -> Weighting:
    return Weighting("preset") if value["by"] == "preset" else from_plain(value)


def said_weighting(brief: Brief) -> Plain:
    """What the brief says about its weights, with its preset."""
    points = {"by": "points", "points": brief.weights} if brief.weights else None
    return {**(brief.weighting or points or {"by": "preset"}), "preset": str(brief.preset)}


def requirement_values(row: Requirement) -> dict[str, Plain]:
    """Everything that a requirement says, with its place; its step by kind, its terms by code."""
    values: dict[str, Plain] = {}
    for name in REQUIREMENT_FIELDS:
        value = getattr(row, name)
        if isinstance(value, Term):
            values[name] = value.code
        elif isinstance(value, Step):
            values[name] = value.kind
        elif isinstance(value, list):
            values[name] = [plain_number(each) if isinstance(each, Decimal) else each for each in value]
        else:
            values[name] = plain_number(value) if isinstance(value, Decimal) else value
    return values


def fill_requirement(row: Requirement, values: Values, steps: Iterable[Step]) -> None:
    """Set the row's fields to what `requirement_values` once gave; raises KeyError without its step."""
    by_kind = {step.kind: step for step in steps}
    for name in REQUIREMENT_FIELDS:
        value: Any = values[name]
        if name == "step":
            row.step = by_kind[value] if value is not None else None
        else:
            setattr(row, name, None if value is None else _READ.get(name, _as_it_is)(value))


def as_stored(row: Requirement) -> Requirement:
    """Numbers rounded as their columns round them, so that storing a requirement changes no digit."""
    for field in DECIMALS:
        value = getattr(row, field.name)
        if value is not None:
            setattr(row, field.name, _rounded(Decimal(value), field.decimal_places))
    row.sizes = [_rounded(Decimal(each), SIZE_PLACES) for each in row.sizes]
    return row


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def same_asked(first: Values, second: Values) -> bool:
    """Whether two requirements ask the same, wherever they stand."""
    return {**first, "position": 0} == {**second, "position": 0}


def _code(term: Term | None) -> Plain:
    return term.code if term else None


def plain_day(day: dt.date | None) -> Plain:
    return day.isoformat() if day else None


def plain_number(number: Decimal | float | None) -> Plain:
    """The same text for the same number: 8, not 8.0 or 8E+0."""
    if number is None:
        return None
    digits = f"{Decimal(str(number)).normalize():f}"
    return "0" if digits == "-0" else digits


FIRST_WEEKS = {"contracting_weeks": 8, "transfer_weeks": 0, "release_weeks": 4, "shipping_weeks": 1}
"""Where a new brief starts: our editors' judgement of how long each usually takes."""
BLANK: Values = {"title": "", "text": "", "stage": None, "modality": None, "dosage_form": None}
"""What a brief says of itself before it is written."""
