"""Claiming a partner, deciding about a claim, and making a profile of one's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.actions.claims import PartnerFacts
from partners.forms.editing import LineField, TextField
from partners.forms.profile import LONGEST_URL, SiteForm


class ClaimForm(forms.Form):
    proof = TextField(
        label=_("Why this profile is yours"),
        max_length=2000,
        help_text=_("For instance who you are there, and a page of the company that names you."),
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("accept", _("Accept: the organisation keeps the profile")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        help_text=_("The claimant reads it. Needed for a refusal."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("decision") == "refuse" and not values.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why, so that the claimant knows what is missing."))
        return values


class OwnPartnerForm(SiteForm):
    """A new profile with its first site."""

    company = LineField(label=_("Name of the company"), max_length=200)
    summary = TextField(label=_("Summary"), max_length=4000, required=False)
    website = forms.URLField(label=_("Website"), max_length=LONGEST_URL, required=False)

    field_order = ("company", "summary", "website")

    def partner_facts(self) -> PartnerFacts:
        values = self.cleaned_data
        return PartnerFacts(name=values["company"], summary=values["summary"], website=values["website"])
