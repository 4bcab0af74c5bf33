"""From a brief's rows to the plain data that scoring reads."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from matching.models import Brief, Requirement, Step
from matching.scoring.facts import Scope, Vocabulary
from matching.scoring.requirements import (
    BriefAsked,
    CapacityAsked,
    CertificateAsked,
    Condition,
    HazardAsked,
    InspectionAsked,
    MeasureAsked,
    PlaceAsked,
    RegistrationAsked,
    Relation,
    Strength,
    TermAsked,
    TimeFrame,
)
from matching.scoring.requirements import Requirement as RequirementAsked
from matching.scoring.requirements import Step as StepAsked


@dataclass(frozen=True, slots=True)
class Draft:
    """A brief with its steps and requirements, none of them stored. Keys are places in what was sent.

    `organisation_id` is of whom it would be: what that organisation knows itself counts.
    """

    brief: Brief
    steps: Sequence[Step]
    requirements: Sequence[Requirement]
    organisation_id: int | None = None


def brief_asked(brief: Brief | Draft, vocabulary: Vocabulary, weights: Mapping[str, float]) -> BriefAsked:
    """The brief as scoring reads it. `weights` are points per head (see weights_of)."""
    if isinstance(brief, Draft):
        rows = [(f"requirements/{number}", row) for number, row in enumerate(brief.requirements)]
        return _asked("", brief.brief, brief.steps, _requirements(rows, vocabulary), weights)
    stored = brief.requirements.select_related("term", "measure", "step").order_by("position", "pk")
    rows = [(str(row.uid), row) for row in stored]
    steps = list(brief.steps.all())
    return _asked(str(brief.uid), brief, steps, _requirements(rows, vocabulary), weights)


def _asked(
    key: str,
    brief: Brief,
    steps: Sequence[Step],
    requirements: tuple[RequirementAsked, ...],
    weights: Mapping[str, float],
) -> BriefAsked:
    return BriefAsked(
        key=key,
        title=brief.title,
        steps=tuple(StepAsked(key=step.kind, label=step.get_kind_display()) for step in steps),
        requirements=requirements,
        weights=dict(weights),
        time_frame=_time_frame(brief),
        stage=brief.stage.code if brief.stage else "",
        modality=brief.modality.code if brief.modality else "",
        dosage_form=brief.dosage_form.code if brief.dosage_form else "",
    )


def asked_json(asked: BriefAsked) -> dict[str, Any]:
    """The brief as scored, as plain JSON values; sets become sorted lists, dates ISO text."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(asked), default=_plain))
    return plain


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a brief.")


def _requirements(
    rows: Sequence[tuple[str, Requirement]], vocabulary: Vocabulary
) -> tuple[RequirementAsked, ...]:
    """One per row; rows that share an `alternative` become one requirement, under the key of the first."""
    groups: dict[tuple[str, str], list[tuple[str, Requirement]]] = {}
    for key, row in rows:
        groups.setdefault((row.alternative, "" if row.alternative else key), []).append((key, row))
    return tuple(
        _requirement(group[0][0], [row for _, row in group], vocabulary) for group in groups.values()
    )


def _requirement(key: str, rows: list[Requirement], vocabulary: Vocabulary) -> RequirementAsked:
    first = rows[0]
    return RequirementAsked(
        key=key,
        strength=Strength(first.strength),
        conditions=tuple(condition_of(row, vocabulary) for row in rows),
        scope=Scope(first.scope),
        step=first.step.kind if first.step else "",
        label=" or ".join(dict.fromkeys(str(row) for row in rows)),
    )


def condition_of(row: Requirement, vocabulary: Vocabulary) -> Condition:
    makers: dict[str, Callable[[Requirement], Condition]] = {
        Requirement.Kind.TERM: _term,
        Requirement.Kind.HAZARD: lambda row: HazardAsked(_code(row)),
        Requirement.Kind.PLACE: lambda row: _place(row, vocabulary),
        Requirement.Kind.INSPECTION: _inspection,
        Requirement.Kind.CERTIFICATE: _certificate,
        Requirement.Kind.REGISTRATION: _registration,
        Requirement.Kind.CAPACITY: _capacity,
    }
    return makers[row.kind](row)


def _code(row: Requirement) -> str:
    return row.term.code if row.term else ""


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _term(row: Requirement) -> TermAsked:
    return TermAsked(
        term=_code(row),
        measure=_measure(row),
        stages=frozenset(row.stages),
        least_basis=row.least_basis,
    )


def _measure(row: Requirement) -> MeasureAsked | None:
    if row.measure is None or not row.relation:
        return None
    return MeasureAsked(
        measure=row.measure.code,
        relation=Relation(row.relation),
        lo=_number(row.lo),
        hi=_number(row.hi),
        sizes=tuple(float(size) for size in row.sizes),
        count=row.count,
        as_entered=f"{row.entered_text} {row.entered_unit}".strip(),
    )


def _place(row: Requirement, vocabulary: Vocabulary) -> PlaceAsked:
    countries: set[str] = set()
    for code in row.places:
        countries |= vocabulary.countries.get(code, frozenset({code}))
    label = ", ".join(vocabulary.label(code) for code in row.places)
    return PlaceAsked(frozenset(countries), label)


def _inspection(row: Requirement) -> InspectionAsked:
    return InspectionAsked(
        authorities=frozenset(row.authorities or [_code(row)]),
        at_most_months=_number(row.at_most_months),
        covers=row.operations[0] if row.operations else "",
    )


def _certificate(row: Requirement) -> CertificateAsked:
    return CertificateAsked(
        term=_code(row),
        authority=row.authorities[0] if row.authorities else "",
        at_most_months=_number(row.at_most_months),
    )


def _registration(row: Requirement) -> RegistrationAsked:
    return RegistrationAsked(_code(row), frozenset(row.operations), row.label)


def _capacity(row: Requirement) -> CapacityAsked:
    return CapacityAsked(float(row.quantity or 1), row.quantity_unit or "batches")


def _time_frame(brief: Brief) -> TimeFrame:
    return TimeFrame(
        material_available_on=brief.material_available_on,
        needed_by=brief.needed_by,
        contracting_weeks=float(brief.contracting_weeks),
        transfer_weeks=float(brief.transfer_weeks),
        release_weeks=float(brief.release_weeks),
        shipping_weeks=float(brief.shipping_weeks),
    )
