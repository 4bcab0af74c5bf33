"""A brief as a caller sends it, matched without being stored: the API's way and the operator's command."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rest_framework.serializers import ValidationError

from matching.api.bodies import BriefBody, requirement_of
from matching.models import Brief, Requirement, Step
from matching.plain_briefs import as_stored
from matching.ranking import Ranked, match_brief
from matching.ranking.asking import Draft
from matching.scoring.matching import BriefInvalid
from matching.scoring.requirements import HEADS
from matching.scoring.weights import WeightsInvalid


def match_body(
    data: object,
    *,
    weights: Mapping[str, float] | None = None,
    as_of: dt.date | None = None,
    organisation_id: int | None = None,
) -> Ranked:
    """Score every known site for a brief in the shape of BriefBody, as one of the organisation's.

    Nothing is stored. Raises ValidationError with the fields at fault, also for what no site could pass.
    """
    draft = replace(draft_of(data), organisation_id=organisation_id)
    try:
        return match_brief(draft, weights=weights, as_of=as_of)
    except (BriefInvalid, WeightsInvalid) as error:
        raise ValidationError(_fields_at_fault(error, len(draft.requirements))) from error


def draft_of(data: object) -> Draft:
    """Raises ValidationError with the errors of every field at its place, as when the brief is stored."""
    body = BriefBody(data=data)
    body.is_valid(raise_exception=True)
    body.check_dates(None)
    brief = Brief(**body.columns)
    steps = [
        Step(brief=brief, kind=kind, position=number) for number, kind in enumerate(body.step_kinds or [])
    ]
    return Draft(brief, steps, _requirements(body.validated_data.get("requirements", []), brief, steps))


def _requirements(sent: list[dict[str, Any]], brief: Brief, steps: list[Step]) -> list[Requirement]:
    rows: list[Requirement] = []
    errors: list[Any] = [{} for _ in sent]
    for number, values in enumerate(sent):
        try:
            rows.append(as_stored(requirement_of(values, brief, steps)))
        except ValidationError as error:
            errors[number] = error.detail
    if any(errors):
        raise ValidationError({"requirements": errors})
    return rows


def _fields_at_fault(error: BriefInvalid | WeightsInvalid, rows: int) -> dict[str, Any]:
    """The reason at every requirement involved, or at the field of the brief that it is about."""
    if isinstance(error, WeightsInvalid):
        return {"weights": {error.field: [error.reason]} if error.field in HEADS else [error.reason]}
    at = {int(key.rpartition("/")[2]) for key in error.keys}
    found: dict[str, Any] = {}
    if at:
        found["requirements"] = [
            {"non_field_errors": [error.reason]} if row in at else {} for row in range(rows)
        ]
    if "/" not in error.field:
        found[error.field] = [error.reason]
    return found
