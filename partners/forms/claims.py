"""Finding, claiming, proving, contesting and deciding, and making a profile of one's own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.actions.claims import PartnerFacts
from partners.filter_fields import no_nul
from partners.forms.editing import LineField, TextField
from partners.forms.profile import LONGEST_URL, SiteForm
from partners.forms.stored_files import KeptFileField
from partners.importers.countries import country_names
from partners.models import Claim
from partners.profile_rules import work_address_problem
from partners.search_text import LONGEST_TEXT


def _countries() -> list[tuple[str, str]]:
    named = sorted(country_names().items(), key=lambda each: each[1])
    return [("", str(_("All countries"))), *named]


class ClaimSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Name, FEI, DUNS or city"),
        required=False,
        max_length=LONGEST_TEXT,
        validators=[no_nul],
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    country = forms.ChoiceField(label=_("Country"), required=False, choices=_countries)


class WorkAddressField(forms.EmailField):
    """An address that not everybody can have."""

    def clean(self, value: Any) -> str:
        address = str(super().clean(value) or "").strip()
        if problem := work_address_problem(address):
            raise ValidationError(problem, code="free_mail")
        return address


class ClaimForm(forms.Form):
    proof = TextField(
        label=_("Why this profile is yours"),
        max_length=2000,
        help_text=_("For instance who you are there, and a page of the company that names you."),
    )
    address = WorkAddressField(
        label=_("Work address that proves it"),
        required=False,
        max_length=254,
        help_text=_(
            "At the company's own domain. We mail a code there, which you type in on the next page."
            " Quickest where the domain is that of the company's website."
        ),
    )
    document = KeptFileField(
        label=_("Document that proves it"),
        required=False,
        help_text=_(
            "For instance an excerpt of the commercial register. Only operators and your own organisation"
            " read it. PDF, PNG, JPEG, Word (.docx) or Excel (.xlsx), up to 5 MB."
        ),
    )


class CodeAddressForm(forms.Form):
    address = WorkAddressField(label=_("Work address"), max_length=254)


class CodeForm(forms.Form):
    code = LineField(
        label=_("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(label=_("Your answer"), choices=Claim.Answer.choices, widget=forms.RadioSelect)
    words = TextField(
        label=_("What the operator should know"),
        max_length=2000,
        required=False,
        help_text=_("Only operators read it. Needed if the profile is yours: say how one can see it."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        is_silent = not values.get("words") and "words" not in self.errors
        if values.get("answer") == Claim.Answer.OBJECTS and is_silent:
            self.add_error("words", _("Say how one can see that the profile is yours."))
        return values


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
        help_text=_("The claimant reads it, and of a contest the keeper too. Needed for a refusal."),
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
