"""Rows that a person may keep, change or drop, and notes of what makes no row, each with its words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from matching.models import Requirement, Step
from matching.proposing.measures import Measured, measured
from matching.proposing.terms import facet_of, row_for_term
from matching.reading.findings import (
    PlaceFound,
    PlaceRole,
    QuantityFound,
    Reading,
    RequirementFound,
    Span,
    Strength,
)
from partners.importers.countries import country_names
from partners.vocabulary import current_vocabulary

MOST_PROPOSALS: Final = 100
"""As many requirements as the API takes for a brief; as many notes are shown beside them."""
LONGEST_LABEL: Final = 160
STRENGTHS: Final = {Strength.MUST, Strength.MUST_NOT, Strength.PREFER}
ROLES: Final = {
    PlaceRole.MUST_IN: Strength.MUST,
    PlaceRole.MUST_NOT_IN: Strength.MUST_NOT,
    PlaceRole.PREFER_IN: Strength.PREFER,
}
FORECAST: Final = ("forecast", "peak", "later", "growth")
BATCHES: Final = {"sc.annual-batches", "PPQ batches"}
INSPECTED_WITHIN: Final = "age of last inspection"
MONTHS_IN: Final = {"months": 1, "years": 12}
SENTENCE_END: Final = re.compile(r"[.!?;]\s|\n\s*\n")
MANUFACTURE: Final = (Step.Kind.DRUG_PRODUCT, Step.Kind.DRUG_SUBSTANCE, Step.Kind.PACKAGING)


class Group(StrEnum):
    """Where the page shows it, in this order."""

    MUST = "must"
    MUST_NOT = "must_not"
    PREFER = "prefer"
    ALTERNATIVES = "alternatives"
    PLACES = "places"
    NUMBERS = "numbers"
    ASKED = "asked"
    FUTURE = "future"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`row` has the shape of the API's RequirementBody. `is_kept` is how it starts: what the text only asks,
    or puts off, makes no requirement unless somebody says so. `finer` are codes to choose between.
    """

    key: str
    group: Group
    row: dict[str, Any]
    spans: tuple[Span, ...]
    finer: tuple[str, ...] = ()
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the text says and that makes no row."""

    group: Group
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """`named` are requirements in plain words, for which the vocabulary has no term."""

    rows: tuple[Proposal, ...]
    notes: tuple[Note, ...] = ()
    named: tuple[RequirementFound, ...] = ()
    left_out: int = 0


@dataclass(slots=True)
class _Table:
    """Rows as they come together. The same asked twice is one row with both places."""

    reading: Reading
    rows: list[Proposal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def add(self, group: Group, row: dict[str, Any] | None, spans: Sequence[Span], **more: Any) -> None:
        if row is None:
            self.note(group, self.words(spans[0]), spans)
            return
        same = repr((group, sorted((name, repr(value)) for name, value in row.items() if name != "label")))
        if same not in self.places:
            self.places[same] = len(self.rows)
            self.rows.append(Proposal("", group, row, tuple(spans), **more))
        else:
            known = self.rows[self.places[same]]
            both = tuple(dict.fromkeys((*known.spans, *spans)))
            self.rows[self.places[same]] = replace(known, spans=both)

    def note(self, group: Group, text: str, spans: Sequence[Span]) -> None:
        self.notes.append(Note(group, text, tuple(spans)))

    def words(self, span: Span) -> str:
        text = " ".join(self.reading.words(span).split())
        text = "".join(sign for sign in text if sign.isprintable())
        return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"


def propose(reading: Reading) -> Proposed:
    """Same reading, same proposals under the same keys."""
    table = _Table(reading)
    for found in reading.requirements:
        _add_requirement(table, found)
    _add_alternatives(table)
    _add_places(table)
    for quantity in reading.quantities:
        _add_quantity(table, quantity)
    order = {group: place for place, group in enumerate(Group)}
    rows = sorted(
        table.rows, key=lambda row: (order[row.group], row.row.get("alternative", ""), row.spans[0])
    )
    return Proposed(
        rows=tuple(replace(row, key=str(number)) for number, row in enumerate(rows[:MOST_PROPOSALS])),
        notes=tuple(table.notes[:MOST_PROPOSALS]),
        named=tuple(found for found in reading.requirements if found.is_named)[:MOST_PROPOSALS],
        left_out=max(0, len(rows) - MOST_PROPOSALS) + max(0, len(table.notes) - MOST_PROPOSALS),
    )


def _add_requirement(table: _Table, found: RequirementFound) -> None:
    if found.is_named or facet_of(found.id) == "stage":
        return
    is_asked = found.strength in STRENGTHS
    strength = found.strength.value if is_asked else _first_strength(found.id)
    group = Group(found.strength.value)
    label, spans = table.words(found.span), (found.span,)
    if found.hazards and found.strength is Strength.MUST_NOT:
        for hazard in found.hazards:
            row = row_for_term(hazard.code, strength, table.words(hazard.span), scope=found.scope)
            table.add(group, row, (hazard.span,))
        return
    finer = tuple(code for code in found.narrower if facet_of(code) == facet_of(found.id))
    code = finer[0] if len(finer) == 1 else found.id
    row = row_for_term(code, strength, label, scope=found.scope)
    table.add(group, row, spans, finer=(found.id, *finer) if finer else (), is_kept=is_asked)


def _first_strength(code: str) -> str:
    """How it starts where the text makes no requirement of it and a person does."""
    return (Strength.MUST_NOT if facet_of(code) == "hazard" else Strength.MUST).value


def _add_alternatives(table: _Table) -> None:
    for number, found in enumerate(table.reading.any_of, 1):
        is_asked = found.strength in STRENGTHS
        strength = found.strength.value if is_asked else _first_strength(found.ids[0])
        group = Group.ALTERNATIVES if is_asked else Group(found.strength.value)
        for code in found.ids:
            row = row_for_term(code, strength, table.words(found.span))
            named = row and row | {"alternative": f"choice {number}"}
            table.add(group, named, (found.span,), is_kept=is_asked)


def _add_places(table: _Table) -> None:
    """Places that the site must, or should, lie in are alternatives; each that it must not is a row."""
    known = country_names().keys() | {
        code for code, entry in current_vocabulary().terms.items() if entry.facet == "geography"
    }
    for role, strength in ROLES.items():
        found = [place for place in table.reading.places if place.role is role and place.id in known]
        each_apart = [[place] for place in found]
        for places in each_apart if role is PlaceRole.MUST_NOT_IN else [found] if found else []:
            table.add(Group.PLACES, _place(table, places, strength), [place.span for place in places])


def _place(table: _Table, found: Sequence[PlaceFound], strength: Strength) -> dict[str, Any]:
    return {
        "kind": Requirement.Kind.PLACE.value,
        "strength": strength.value,
        "label": table.words(found[0].span),
        "places": list(dict.fromkeys(place.id for place in found)),
        "scope": Requirement.Scope.SITE.value,
    }


def _add_quantity(table: _Table, found: QuantityFound) -> None:
    asked = [row for row in table.rows if row.is_kept and row.row["strength"] != Strength.MUST_NOT.value]
    is_now = found.strength in {None, *STRENGTHS} and not any(word in found.basis for word in FORECAST)
    number = measured(found, list(_terms(asked))) if is_now else None
    if number is not None:
        _attach(table, found, number)
    elif is_now and found.measure in BATCHES and found.per != "year" and found.value:
        _add_batches(table, found, asked)
    elif not (is_now and found.measure == INSPECTED_WITHIN and _add_age(table, found)):
        table.note(Group.NUMBERS, _name_of(found), (found.span,))


def _name_of(found: QuantityFound) -> str:
    """What is measured, and when where it is not now."""
    known = current_vocabulary().terms.get(found.measure)
    name = known.label if known else found.measure[:1].upper() + found.measure[1:]
    return f"{name} ({found.basis})" if found.basis else name


def _terms(rows: Iterable[Proposal]) -> Iterator[str]:
    """Codes of terms asked, finest first among equals, as rules prefer what the text names."""
    for row in rows:
        if row.row["kind"] == Requirement.Kind.TERM:
            yield row.row["term"]


def _attach(table: _Table, found: QuantityFound, number: Measured) -> None:
    """To the row of its term that has no number yet; where there is none, to a row of its own."""
    strength = found.strength.value if found.strength else None
    for place, known in enumerate(table.rows):
        row = known.row
        is_free = row.get("term") == number.term and "measure" not in row and known.is_kept
        if is_free and strength in {None, row["strength"]} and row["strength"] != Strength.MUST_NOT.value:
            spans = tuple(dict.fromkeys((*known.spans, found.span)))
            table.rows[place] = replace(known, row=row | number.fields, spans=spans)
            return
    fallback = strength or Strength.MUST.value
    made = row_for_term(number.term, fallback, table.words(found.span))
    table.add(Group(fallback), made and made | number.fields, (found.span,))


def _add_batches(table: _Table, found: QuantityFound, asked: Sequence[Proposal]) -> None:
    """So many batches for this project: open capacity on the line that does the work."""
    steps = {row.row.get("step") for row in asked}
    step = next((step for step in MANUFACTURE if step.value in steps), Step.Kind.DRUG_PRODUCT)
    strength = (found.strength or Strength.MUST).value
    row = {
        "kind": Requirement.Kind.CAPACITY.value,
        "strength": strength,
        "label": table.words(found.span),
        "step": step.value,
        "scope": Requirement.Scope.LINE.value,
        "quantity": found.value,
        "quantity_unit": "batches",
    }
    table.add(Group(strength), row, (found.span,))


def _add_age(table: _Table, found: QuantityFound) -> bool:
    """To the inspections of the same sentence; whether there is one."""
    months = (found.hi or found.value or 0) * MONTHS_IN.get(found.unit, 0)
    is_added = False
    for place, known in enumerate(table.rows):
        is_inspection = known.row["kind"] == Requirement.Kind.INSPECTION
        if months and is_inspection and _is_one_sentence(table.reading.text, known.spans[0], found.span):
            spans = tuple(dict.fromkeys((*known.spans, found.span)))
            table.rows[place] = replace(known, row=known.row | {"at_most_months": months}, spans=spans)
            is_added = True
    return is_added


def _is_one_sentence(text: str, one: Span, other: Span) -> bool:
    first, last = sorted((one, other))
    return SENTENCE_END.search(text, first.end, last.start) is None
