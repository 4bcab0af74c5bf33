"""The parts of a profile as plain values, and back: what is kept of a change, and what a draft holds.

Values name terms by code and lines by uid, so that they can be read when a row is gone and come back with it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from partners.models import Capability, Certificate, Hazard, Inspection, Line, Measure, Partner, Site, Term
from partners.models.profile_changes import Values

if TYPE_CHECKING:
    from partners.actions.profiles import CapabilityFacts, MeasureFacts


class NoLongerPossible(Exception):
    """What the values name is gone: a line, a building, a term of the vocabulary."""


LINE_FIELDS = (
    "name",
    "capacity_audience",
    "external_id",
    "capacity_unit",
    "nominal_per_quarter",
    "nominal_batch",
    "nominal_batch_unit",
    "slot_means",
    "days_per_batch",
    "changeover_days",
    "smallest_campaign",
    "largest_campaign",
    "lead_time_weeks",
    "capacity_valid_days",
    "is_multipurpose",
)
PARTNER_FIELDS = ("summary", "website")
SITE_FIELDS = ("name", "country", "street", "city", "region", "postal_code", "time_zone", "external_id")
CAPABILITY_FIELDS = ("is_offered", "stages", "basis", "source", "confirmed_on", "audience", "note")
MEASURE_FIELDS = ("lo", "hi", "count", "entered_text", "entered_unit")
HAZARD_FIELDS = ("is_present", "basis", "source", "confirmed_on", "audience")
CERTIFICATE_FIELDS = (
    "authority_name",
    "number",
    "inspected_on",
    "issued_on",
    "expires_on",
    "source",
    "source_url",
    "confirmed_on",
)
INSPECTION_FIELDS = ("authority_name", "reference", "ended_on", "source", "source_url")


def values_of_partner(row: Partner) -> Values:
    return _plain(row, PARTNER_FIELDS)


def values_of_site(row: Site) -> Values:
    return _plain(row, SITE_FIELDS)


def values_of_capability(row: Capability) -> Values:
    return _capability(row, row.measures.select_related("term").order_by("pk"))


def values_of_loaded_capability(row: Capability) -> Values:
    """As values_of_capability, for rows with their term, line and measures loaded: no query for each."""
    measures: list[Measure] = sorted(row.measures.all(), key=lambda measure: measure.pk)
    return _capability(row, measures)


def values_of_capability_facts(facts: "CapabilityFacts") -> Values:
    """The values that a statement of these facts would have."""
    return _capability(facts, facts.measures)


def _capability(row: "Capability | CapabilityFacts", measures: "Iterable[Measure | MeasureFacts]") -> Values:
    return {
        "term": row.term.code,
        "line": str(row.line.uid) if row.line else "",
        **_plain(row, CAPABILITY_FIELDS),
        "measures": [_of_measure(each) for each in measures],
    }


def _of_measure(row: "Measure | MeasureFacts") -> Values:
    return {"term": row.term.code, **_plain(row, MEASURE_FIELDS)}


def values_of_hazards(rows: Iterable[Hazard]) -> Values | None:
    """The answers of one place by the code of their term; None where nothing is answered."""
    return {row.term.code: _plain(row, HAZARD_FIELDS) for row in rows} or None


def values_of_certificate(row: Certificate) -> Values:
    authority = row.authority.code if row.authority else ""
    return {"term": row.term.code, "authority": authority, **_plain(row, CERTIFICATE_FIELDS)}


def values_of_inspection(row: Inspection) -> Values:
    whole = row.outcomes.filter(project_area="").first()
    outcome = whole.outcome if whole else ""
    return {"authority": row.authority.code, **_plain(row, INSPECTION_FIELDS), "outcome": outcome}


def values_of_line(row: Line) -> Values:
    building = row.building.name if row.building else ""
    return {"building": building, **_plain(row, LINE_FIELDS)}


def term_of(code: object) -> Term:
    term = Term.objects.filter(code=str(code), retired_at__isnull=True).first()
    if term is None:
        raise NoLongerPossible(_("The vocabulary no longer has “%(code)s”.") % {"code": code})
    return term


def line_of(site: Site, uid: object) -> Line | None:
    """The line of that uid; None for the whole site."""
    if not uid:
        return None
    line = site.lines.filter(uid=str(uid)).first()
    if line is None:
        raise NoLongerPossible(_("The line that this was stated of is no longer there."))
    return line


def read[Facts](kind: type[Facts], values: Values, **given: Any) -> Facts:
    """The dataclass of facts that the values make; `given` are those that need the database."""
    types = {field.name: str(field.type) for field in fields(kind)}  # type: ignore[arg-type]
    said = {
        name: _typed(value, types[name])
        for name, value in values.items()
        if name in types and name not in given
    }
    return kind(**said, **given)


def _typed(value: object, kind: str) -> Any:
    if value is None:
        return None
    if "date" in kind:
        return dt.date.fromisoformat(str(value))
    if "Decimal" in kind:
        return Decimal(str(value))
    return tuple(value) if isinstance(value, list) else value


def _plain(row: object, names: Iterable[str]) -> Values:
    return {name: as_plain(getattr(row, name)) for name in names}


def as_plain(value: object) -> object:
    """A value as JSON keeps it: a number to its last digit, a day as it is written."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return list(value) if isinstance(value, tuple | list) else value
