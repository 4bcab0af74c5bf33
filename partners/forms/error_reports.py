"""Reporting an error on a profile, and deciding about a report."""

from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.actions.error_reports import ReportFacts
from partners.forms.editing import TextField
from partners.models import ErrorReport, Partner, Site

Part = ErrorReport.Part
OF_SITE: Final = (
    Part.BASICS,
    Part.CAPABILITIES,
    Part.HAZARDS,
    Part.REGISTER,
    Part.CERTIFICATES,
    Part.INSPECTIONS,
    Part.CAPACITY,
    Part.OTHER,
)
OF_PARTNER: Final = (Part.BASICS, Part.SUMMARY, Part.SITES, Part.OTHER)


class ReportForm(forms.Form):
    part = forms.ChoiceField(label=_("Where on the page"))
    wrong = TextField(label=_("What is wrong"), max_length=2000)
    right = TextField(
        label=_("What is right"), max_length=2000, required=False, help_text=_("If you know it.")
    )
    how_known = TextField(
        label=_("How you know"),
        max_length=1000,
        rows=2,
        help_text=_("For instance a certificate, a page of the company, or that you work there."),
    )
    names_organisation = forms.BooleanField(
        label=_("Tell the company which organisation I am from"),
        required=False,
        help_text=_("Otherwise it is told to operators of the portal only. Your name is not told."),
    )

    def __init__(self, data: QueryDict | None = None, *, about: Site | Partner, part: str = "") -> None:
        parts = OF_SITE if isinstance(about, Site) else OF_PARTNER
        super().__init__(data, initial={"part": part if part in parts else parts[0]})
        field = self.fields["part"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.value, each.label) for each in parts]

    def report_facts(self) -> ReportFacts:
        return ReportFacts(**self.cleaned_data)


class DecisionForm(forms.Form):
    """Two buttons: accept, or decline with a reason."""

    decision = forms.ChoiceField(choices=[("accept", _("Accept")), ("decline", _("Decline"))])
    reason = TextField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        help_text=_("Needed to decline. The reporter reads it."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("decision") == "decline" and not values.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why nothing is changed."))
        return values
