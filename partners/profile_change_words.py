"""The kept values of a profile in words: what differed before and after a change, field by field."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cdmo_portal.accounts.models import User
from cdmo_portal.look.wording import day_text
from partners.importers.countries import country_name
from partners.models import Audience, Basis, InspectionOutcome, Line, ProfileChange, Subject
from partners.models.capabilities import counted
from partners.models.profile_changes import Values
from partners.term_index import TermIndex

# In the order of the forms: PostgreSQL keeps values in an order of its own.
LABELS: Final = {
    "name": gettext_lazy("Name"),
    "term": gettext_lazy("What"),
    "line": gettext_lazy("Where"),
    "is_offered": gettext_lazy("Offered"),
    "authority": gettext_lazy("Authority"),
    "authority_name": gettext_lazy("National authority"),
    "number": gettext_lazy("Number"),
    "reference": gettext_lazy("Reference"),
    "outcome": gettext_lazy("Outcome"),
    "inspected_on": gettext_lazy("Date of the inspection"),
    "ended_on": gettext_lazy("Last day of the inspection"),
    "issued_on": gettext_lazy("Issued on"),
    "expires_on": gettext_lazy("Expires on"),
    "measures": gettext_lazy("Numbers"),
    "stages": gettext_lazy("Project stages"),
    "basis": gettext_lazy("How it is backed"),
    "source": gettext_lazy("Source"),
    "source_url": gettext_lazy("Link to the source"),
    "confirmed_on": gettext_lazy("Confirmed on"),
    "audience": gettext_lazy("Who may see it"),
    "note": gettext_lazy("Note"),
    "street": gettext_lazy("Street"),
    "postal_code": gettext_lazy("Postal code"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("Region or state"),
    "country": gettext_lazy("Country"),
    "time_zone": gettext_lazy("Time zone"),
    "external_id": gettext_lazy("Your own id"),
    "summary": gettext_lazy("Summary"),
    "website": gettext_lazy("Website"),
    "building": gettext_lazy("Building"),
    "capacity_audience": gettext_lazy("Who may see its capacity"),
    "capacity_unit": gettext_lazy("Capacity counted in"),
    "nominal_per_quarter": gettext_lazy("Most it can do in a quarter"),
    "nominal_batch": gettext_lazy("Nominal batch"),
    "nominal_batch_unit": gettext_lazy("Unit of the nominal batch"),
    "slot_means": gettext_lazy("What one slot means"),
    "days_per_batch": gettext_lazy("Days per batch"),
    "changeover_days": gettext_lazy("Changeover days"),
    "smallest_campaign": gettext_lazy("Smallest campaign"),
    "largest_campaign": gettext_lazy("Largest campaign"),
    "lead_time_weeks": gettext_lazy("Lead time in weeks"),
    "capacity_valid_days": gettext_lazy("Capacity is valid for days"),
    "is_multipurpose": gettext_lazy("Multipurpose"),
}
TERMS: Final = frozenset({"term", "authority"})
CHOICES: Final[dict[str, dict[str, Any]]] = {
    "basis": dict(Basis.choices),
    "audience": dict(Audience.choices),
    "capacity_audience": dict(Audience.choices),
    "outcome": dict(InspectionOutcome.Outcome.choices),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Empty means not stated."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeInWords:
    change: ProfileChange
    did: str
    by: str
    fields: list[FieldChange]


class Wording:
    """Names for what values mention, looked up once for a page."""

    def __init__(self, terms: TermIndex, site_ids: Iterable[int | None]) -> None:
        self.terms = terms
        rows = Line.objects.filter(site_id__in={pk for pk in site_ids if pk}).values_list("uid", "name")
        self.lines = {str(uid): name for uid, name in rows}

    def differing(self, subject: str, before: Values | None, after: Values | None) -> list[FieldChange]:
        """The fields in which the two differ, in the order of the form."""
        old, new = self._told(subject, before), self._told(subject, after)
        return [
            FieldChange(label, old.get(label, ""), new.get(label, ""))
            for label in dict.fromkeys([*old, *new])
            if old.get(label, "") != new.get(label, "")
        ]

    def _told(self, subject: str, values: Values | None) -> dict[str, str]:
        if values is None:
            return {}
        if subject == Subject.HAZARDS:
            told = {self.terms.label(code): self._answer(facts) for code, facts in values.items()}
            return dict(sorted(told.items()))
        return {str(LABELS[name]): self._said(name, values[name]) for name in LABELS if name in values}

    def _answer(self, facts: Any) -> str:
        parts = [_yes_or_no(facts["is_present"]), str(Basis(facts["basis"]).label), facts["source"]]
        parts += [_day(facts["confirmed_on"]), str(Audience(facts["audience"]).label)]
        return " · ".join(part for part in parts if part)

    def _said(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return _yes_or_no(value)
        if isinstance(value, list):
            return "; ".join(self._item(each) for each in value)
        if name == "line":
            return self.lines.get(value, _("A line that is gone")) if value else _("The whole site")
        return self._named(name, value) if value else ""

    def _named(self, name: str, value: Any) -> str:
        if name in TERMS:
            return self.terms.label(value)
        if name == "country":
            return country_name(value)
        if name in CHOICES:
            return str(CHOICES[name].get(value, value))
        return _day(value) if name.endswith("_on") else str(value)

    def _item(self, each: Any) -> str:
        if not isinstance(each, dict):
            return self.terms.label(str(each))
        return f"{self.terms.label(each['term'])}: {number_text(each)}"


def number_text(measure: Mapping[str, Any]) -> str:
    """A kept number as it was entered, with its unit."""
    return f"{counted(measure['count'], measure['entered_text'])} {measure['entered_unit']}".strip()


def in_words(changes: Iterable[ProfileChange], terms: TermIndex) -> list[ChangeInWords]:
    """One page of changes, with the names of the members who made them."""
    changes = list(changes)
    wording = Wording(terms, {change.site_id for change in changes})
    organisations = {change.organisation_id for change in changes}
    users = User.objects.filter(
        pk__in={change.user_id or 0 for change in changes}, memberships__organisation__in=organisations
    )
    people = {user.pk: str(user) for user in users}
    return [
        ChangeInWords(
            change,
            _did(change),
            people.get(change.user_id or 0, ""),
            wording.differing(change.subject, change.before, change.after),
        )
        for change in changes
    ]


def _did(change: ProfileChange) -> str:
    if change.undoes_id:
        return _("restored")
    if change.before is None:
        return _("added")
    return _("taken back") if change.after is None else _("changed")


def _day(value: str) -> str:
    return day_text(dt.date.fromisoformat(value))


def _yes_or_no(value: object) -> str:
    return _("Yes") if value else _("No")
