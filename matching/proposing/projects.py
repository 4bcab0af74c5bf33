"""A brief's own fields as the text has them: title, work, stage, modality, dosage form, dates."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from matching.models import Brief, Step
from matching.proposing.proposals import Proposed
from matching.proposing.terms import facet_of
from matching.reading.findings import DateFound, Reading, Relation, Strength
from partners.vocabulary import current_vocabulary

# Strongest first: what must be made says more than what is mentioned.
ORDER: Final = (Strength.MUST, Strength.CONTEXT, Strength.PREFER)
PRESETS: Final = {
    "stg.phase3": Brief.Preset.LATE,
    "stg.registration": Brief.Preset.LATE,
    "stg.commercial": Brief.Preset.COMMERCIAL,
    "stg.lcm": Brief.Preset.COMMERCIAL,
}
MATERIAL: Final = ("material", "substance", "api", "available", "bulk")
LONGEST_TITLE: Final = 120


@dataclass(frozen=True, slots=True)
class ProjectProposed:
    """Codes and days; empty where the text says nothing."""

    title: str
    steps: tuple[str, ...]
    stage: str
    modality: str
    dosage_form: str
    material_available_on: dt.date | None
    needed_by: dt.date | None

    @property
    def preset(self) -> Brief.Preset:
        """Starting weights for the stage."""
        return PRESETS.get(self.stage, Brief.Preset.EARLY)


def project_of(reading: Reading, proposed: Proposed) -> ProjectProposed:
    stage, modality, form = (_first(reading, facet) for facet in ("stage", "modality", "dosage_form"))
    needed = _needed_by(reading.dates)
    available = _available_on(reading.dates)
    asked = {row.row.get("step") for row in proposed.rows if row.is_kept}
    return ProjectProposed(
        title=_title(reading, form or modality, stage),
        steps=tuple(kind for kind in Step.Kind.values if kind in asked),
        stage=stage,
        modality=modality,
        dosage_form=form,
        # The two may come from different sentences; a brief in which they cross could not be saved.
        material_available_on=available if not (needed and available and available > needed) else None,
        needed_by=needed,
    )


def _first(reading: Reading, facet: str) -> str:
    for strength in ORDER:
        for found in reading.requirements:
            if found.strength is strength and not found.is_named and facet_of(found.id) == facet:
                return found.id
    return ""


def _title(reading: Reading, what: str, stage: str) -> str:
    label = current_vocabulary().label
    named = ", ".join(label(code) for code in (what, stage) if code)
    if named:
        return named
    first = next((line for line in reading.text.splitlines() if line.strip()), "")
    plain = "".join(sign for sign in " ".join(first.split()) if sign.isprintable())
    return plain if len(plain) <= LONGEST_TITLE else plain[: LONGEST_TITLE - 1].rstrip() + "…"


def _needed_by(dates: Iterable[DateFound]) -> dt.date | None:
    """The earliest day by which something must be done; a day that is only aimed at where there is none."""
    must = [date for date in dates if date.strength is Strength.MUST and date.latest]
    bound = [date for date in must if date.relation is Relation.BY] or must
    return min((date.latest for date in bound if date.latest), default=None)


def _available_on(dates: Iterable[DateFound]) -> dt.date | None:
    """The day from which there is something to work with."""
    days = [
        date.earliest
        for date in dates
        if date.earliest
        and date.relation is not Relation.BY
        and any(word in MATERIAL for word in date.event.lower().split())
    ]
    return max(days, default=None)
