"""What a statement of capability may be about, and its numbers: as people type them, and as they stand."""

from collections.abc import Iterable
from typing import Final

from partners.actions.profiles import MeasureFacts
from partners.models import Measure, Term
from partners.units import in_base_unit

STATED_FACETS: Final = (
    "service",
    "modality",
    "dosage_form",
    "container",
    "unit_operation",
    "analytical",
    "containment",
    "storage",
    "business",
)
"""What a capability may be about; hazards, certificates and inspections have forms of their own."""

MOST_MEASURES: Final = 20


def measure_of(term: Term, number: str, unit: str) -> MeasureFacts:
    """A number as a person types it. Raises UnitUnknown or NumberUnreadable."""
    entered = in_base_unit(term.code, number, unit)
    written = entered.unit
    text = number[: number.rindex(written)].strip() if written and written in number else number
    return MeasureFacts(
        term=term,
        lo=entered.lo,
        hi=entered.hi,
        count=entered.count,
        entered_text=text,
        entered_unit=unit or written or term.base_unit,
    )


def measures_of(rows: Iterable[Measure]) -> tuple[MeasureFacts, ...]:
    """Numbers as they stand."""
    names = ("term", "lo", "hi", "count", "entered_text", "entered_unit")
    return tuple(MeasureFacts(**{name: getattr(each, name) for name in names}) for each in rows)
