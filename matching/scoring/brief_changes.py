"""What two runs of a brief asked differently, in sentences, from the briefs that they keep."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matching.scoring.requirements import HEADS
from matching.scoring.wording import listed

type Asked = Mapping[str, Any]
"""A brief as a run keeps it: BriefAsked as plain JSON values."""

STRENGTHS = {"must": "must", "must_not": "must not", "prefer": "preferred"}
PARTS = {
    "strength": "strength",
    "conditions": "what is asked",
    "scope": "what it must be true of",
    "step": "step",
    "label": "wording",
}
DATES = {
    "material_available_on": "the date of the material",
    "needed_by": "the date by which it is needed",
    "contracting_weeks": "the weeks for contracting",
    "transfer_weeks": "the weeks for transfer",
    "release_weeks": "the weeks for release",
    "shipping_weeks": "the weeks for shipping",
}
WHOLE = {
    "stage": "the stage",
    "modality": "the modality",
    "dosage_form": "the dosage form",
    "steps": "the steps",
}


@dataclass(frozen=True, slots=True)
class WeightChange:
    """The weight of one head as shares of 1."""

    head: str
    before: float
    after: float


def brief_changes(before: Asked, after: Asked) -> tuple[str, ...]:
    """Requirements first, then what holds for the whole brief. Weights are told apart."""
    return (*requirement_changes(before, after), *whole_changes(before, after))


def requirement_changes(before: Asked, after: Asked) -> Iterator[str]:
    old = {each["key"]: each for each in before["requirements"]}
    new = {each["key"]: each for each in after["requirements"]}
    for key in (key for key in new if key not in old):
        yield f"New: {name_of(new[key])} ({STRENGTHS[new[key]['strength']]})."
    for key in (key for key in old if key not in new):
        yield f"No longer asked: {name_of(old[key])}."
    for key, each in new.items():
        parts = [told for part, told in PARTS.items() if key in old and each.get(part) != old[key].get(part)]
        if parts:
            yield f"Changed: {name_of(each)} ({listed(parts)})."


def whole_changes(before: Asked, after: Asked) -> Iterator[str]:
    frames = before["time_frame"], after["time_frame"]
    for part, told in DATES.items():
        if frames[0].get(part) != frames[1].get(part):
            yield f"Changed: {told}, {said(frames[0].get(part))} → {said(frames[1].get(part))}."
    for part, told in WHOLE.items():
        if before.get(part) != after.get(part):
            yield f"Changed: {told}."


def said(value: object) -> str:
    if value is None:
        return "not stated"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def name_of(requirement: Mapping[str, Any]) -> str:
    return str(requirement.get("label") or "a requirement without a label")


def weight_changes(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[WeightChange, ...]:
    pairs = ((head, before.get(head, 0.0), after.get(head, 0.0)) for head in HEADS)
    return tuple(WeightChange(*pair) for pair in pairs if pair[1] != pair[2])


def capacity_keys(asked: Asked) -> set[str]:
    """The keys of the requirements that ask for open capacity."""
    return {each["key"] for each in asked["requirements"] if any(map(is_capacity, each["conditions"]))}


def is_capacity(condition: Mapping[str, Any]) -> bool:
    return "quantity" in condition
