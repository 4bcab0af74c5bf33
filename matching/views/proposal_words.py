"""What the page says of a proposed row: words, where the row holds codes."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cdmo_portal.look.wording import amount, day_text, unit_text
from matching.models import Requirement, Step
from matching.reading.findings import DateFound, Relation
from partners.importers.countries import country_name
from partners.vocabulary import current_vocabulary

Kind = Requirement.Kind


def name_of(row: Mapping[str, Any]) -> str:
    kind = row["kind"]
    if kind == Kind.PLACE:
        return ", ".join(place_name(code) for code in row["places"])
    if kind == Kind.INSPECTION:
        return _("Inspected by %s") % ", ".join(
            current_vocabulary().label(code) for code in row["authorities"]
        )
    if kind == Kind.CAPACITY:
        return _("Open capacity for %s") % amount(row["quantity"], row["quantity_unit"])
    return current_vocabulary().label(row["term"])


def place_name(code: str) -> str:
    known = current_vocabulary().terms
    return known[code].label if code in known else country_name(code)


def details_of(row: Mapping[str, Any]) -> str:
    """Its number, whose work it is, and of what it has to be true where that is not the site."""
    return " · ".join(_details(row))


def _details(row: Mapping[str, Any]) -> Iterator[str]:
    if "measure" in row:
        label = current_vocabulary().label(row["measure"])
        relation = str(Requirement.Relation(row["relation"]).label)
        yield f"{label}: {relation} {row['value']} {unit_text(row['unit'])}".strip()
    if "at_most_months" in row:
        yield _("at most %s months ago") % amount(row["at_most_months"])
    if row.get("step"):
        yield str(Step.Kind(row["step"]).label)
    if row["scope"] != Requirement.Scope.SITE:
        yield _("true of: %s") % str(Requirement.Scope(row["scope"]).label).lower()


RELATIONS = {
    Relation.BY: _("by %s"),
    Relation.FROM: _("from %s"),
    Relation.TARGET: _("planned for %s"),
    Relation.WINDOW: _("between %s"),
}


def date_words(found: DateFound) -> str:
    days = [day_text(day) for day in (found.earliest, found.latest) if day]
    return f"{found.event}: {RELATIONS[found.relation] % _(' and ').join(dict.fromkeys(days))}"
