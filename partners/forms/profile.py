"""The partner, its sites, and what it states of hazards, certificates and inspections."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.actions.profiles import SiteFacts
from partners.actions.site_facts import (
    CertificateFacts,
    InspectionFacts,
    certificate_mark,
    inspection_mark,
)
from partners.forms.editing import DayField, LineField, TextField, VersionedForm, initial_of
from partners.forms.terms import TermField
from partners.importers.countries import country_names
from partners.models import Audience, Certificate, Hazard, Inspection, InspectionOutcome, Partner, Site, Term
from partners.profile_rules import certificate_problems, time_zone_problem

LONGEST_URL = 200
UNSTATED = "unstated"


class PartnerForm(VersionedForm):
    summary = TextField(
        label=_("Summary"), max_length=4000, required=False, help_text=_("What you do and for whom.")
    )
    website = forms.URLField(label=_("Website"), max_length=LONGEST_URL, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, partner: Partner) -> None:
        given = {**initial_of(partner, PartnerForm), "version": str(partner.version)}
        super().__init__(data, initial=given)


class SiteForm(VersionedForm):
    """A site of `partner`; `site` is the one being changed."""

    name = LineField(label=_("Name of the site"), max_length=200)
    street = LineField(label=_("Street"), max_length=300, required=False)
    postal_code = LineField(label=_("Postal code"), max_length=40, required=False)
    city = LineField(label=_("City"), max_length=120)
    region = LineField(label=_("Region or state"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"))
    time_zone = LineField(
        label=_("Time zone"), max_length=60, initial="UTC", help_text=_("For instance Europe/Dublin.")
    )
    external_id = LineField(
        label=_("Your own id"),
        max_length=80,
        required=False,
        help_text=_("The site_id that a capacity feed uses."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        partner: Partner | None = None,
        site: Site | None = None,
    ) -> None:
        given = {**initial_of(site, SiteForm), "version": str(site.version)} if site else {}
        super().__init__(data, initial=given)
        self.partner, self.site = partner, site
        names = sorted(country_names().items(), key=lambda each: each[1])
        country: Any = self.fields["country"]
        country.choices = [("", _("Choose a country")), *names]

    def site_facts(self) -> SiteFacts:
        names = SiteFacts.__dataclass_fields__
        return SiteFacts(**{name: value for name, value in self.facts().items() if name in names})

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if problem := time_zone_problem(zone):
            raise ValidationError(problem)
        return zone

    def clean_external_id(self) -> str:
        value = str(self.cleaned_data["external_id"])
        others = Site.objects.filter(partner=self.partner).exclude(pk=self.site.pk if self.site else 0)
        if value and self.partner is not None and others.filter(external_id=value).exists():
            raise ValidationError(_("Another site of yours has this id."), code="taken")
        return value


class HazardsForm(VersionedForm):
    """Every hazard of the vocabulary, asked outright; a field per term, named by its code."""

    source = LineField(
        label=_("Source"), max_length=300, required=False, help_text=_("For the answers that you change.")
    )
    audience = forms.ChoiceField(
        label=_("Who may see these answers"),
        required=False,
        choices=[("", _("As it is; everybody for new answers")), *Audience.choices],
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        terms: Iterable[Term],
        stated: Iterable[Hazard],
        version: str,
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.terms = {_field_name(term): term for term in terms}
        answers = {row.term_id: "yes" if row.is_present else "no" for row in stated}
        questions = {
            name: forms.ChoiceField(
                label=term.label,
                choices=[("yes", _("Yes")), ("no", _("No")), (UNSTATED, _("Not stated"))],
                widget=forms.RadioSelect,
                initial=answers.get(term.pk, UNSTATED),
            )
            for name, term in self.terms.items()
        }
        self.fields = {**questions, **self.fields}

    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.terms]

    def answers(self) -> dict[Term, bool | None]:
        said: Mapping[str, bool | None] = {"yes": True, "no": False}
        return {term: said.get(self.cleaned_data[name]) for name, term in self.terms.items()}


class CertificateForm(VersionedForm):
    term = TermField(facets=("certificate",), label=_("Certificate or licence"))
    authority = TermField(facets=("regulator",), label=_("Authority"), required=False)
    authority_name = LineField(
        label=_("Issuing national authority"),
        max_length=160,
        required=False,
        help_text=_("By its own name; in Germany the one of the Land."),
    )
    number = LineField(label=_("Number"), max_length=80, required=False)
    inspected_on = DayField(
        is_past=True,
        label=_("Date of the inspection"),
        required=False,
        help_text=_("The age of an EU GMP certificate counts from this day."),
    )
    issued_on = DayField(is_past=True, label=_("Issued on"), required=False)
    expires_on = DayField(
        is_past=False,
        label=_("Expires on"),
        required=False,
        help_text=_("EU GMP certificates have no expiry: leave it empty."),
    )
    source = LineField(label=_("Source"), max_length=300, required=False)
    source_url = forms.URLField(label=_("Link to the source"), max_length=LONGEST_URL, required=False)
    confirmed_on = DayField(is_past=True, label=_("Confirmed on"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, certificate: Certificate | None = None
    ) -> None:
        given = {}
        if certificate:
            given = {**initial_of(certificate, CertificateForm), "version": certificate_mark(certificate)}
        super().__init__(data, initial=given)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.add_problems(certificate_problems(values))
        return values

    def certificate_facts(self) -> CertificateFacts:
        return CertificateFacts(**self.facts())


class InspectionForm(VersionedForm):
    authority = TermField(facets=("regulator",), label=_("Authority"))
    authority_name = LineField(label=_("Inspecting national authority"), max_length=160, required=False)
    ended_on = DayField(
        is_past=True, label=_("Last day of the inspection"), required=False, help_text=_("Empty: not stated.")
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("Not stated")), *InspectionOutcome.Outcome.choices],
    )
    reference = LineField(label=_("Reference"), max_length=80, required=False)
    source = LineField(label=_("Source"), max_length=300, required=False)
    source_url = forms.URLField(label=_("Link to the source"), max_length=LONGEST_URL, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, inspection: Inspection | None = None
    ) -> None:
        given = {}
        if inspection:
            whole = inspection.outcomes.filter(project_area="").first()
            given = {
                **initial_of(inspection, InspectionForm),
                "outcome": whole.outcome if whole else "",
                "version": inspection_mark(inspection),
            }
        super().__init__(data, initial=given)

    def inspection_facts(self) -> InspectionFacts:
        return InspectionFacts(**self.facts())


def _field_name(term: Term) -> str:
    return term.code.replace(".", "-")
