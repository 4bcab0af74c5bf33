"""With whom there is an agreement, and who is excluded: the forms of the page of readers."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.readers import AgreementFacts
from partners.forms.editing import DayField, LineField
from partners.mail_domains import FREE_MAIL, read_domain
from partners.models import ReaderAgreement
from partners.profile_rules import agreement_problems

LONGEST_DOMAIN: Final = 253


class DomainField(forms.CharField):
    """The e-mail domain of one company. Whether anybody here has it makes no difference."""

    def __init__(self) -> None:
        super().__init__(
            label=_("E-mail domain"),
            max_length=LONGEST_DOMAIN + 65,
            help_text=_("What follows the @ in their addresses, for instance company.com."),
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
            ),
        )

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value) or "")
        domain = read_domain(typed)
        if not domain:
            raise ValidationError(_("This is no e-mail domain. It looks like company.com."), code="invalid")
        if domain in FREE_MAIL:
            raise ValidationError(
                _("Anybody can have an address at %(domain)s. Give the company’s own domain."),
                code="free_mail",
                params={"domain": domain},
            )
        return domain


class AgreementForm(forms.Form):
    prefix = "agreement"

    domain = DomainField()
    kind = forms.ChoiceField(label=_("Kind of agreement"), choices=ReaderAgreement.Kind.choices)
    starts_on = DayField(is_past=False, label=_("In force from"))
    ends_on = DayField(
        is_past=False, label=_("Last day"), required=False, help_text=_("Empty where it has no end.")
    )
    note = LineField(
        label=_("Note"), max_length=300, required=False, help_text=_("Only your organisation reads it.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["starts_on"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for field, sentence in agreement_problems(values).items():
            self.add_error(field, sentence)
        return values

    def agreement_facts(self) -> AgreementFacts:
        return AgreementFacts(**self.cleaned_data)


class LastDayForm(forms.Form):
    ends_on = DayField(is_past=False, label=_("Last day"), required=False)

    @property
    def last_day(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["ends_on"]
        return day


class ExclusionForm(forms.Form):
    prefix = "exclusion"

    domain = DomainField()
    reason = LineField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Only your organisation reads it.")
    )
