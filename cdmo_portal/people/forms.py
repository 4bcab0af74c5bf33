from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.models import Organisation, Role, country_code

no_control_characters = RegexValidator(
    r"^[^\x00-\x1f\x7f]*$", _("Leave out line breaks and control characters.")
)
domain_name = RegexValidator(
    r"^@?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", _("Write a domain such as example.com.")
)


class ApplicationForm(forms.Form):
    name = forms.CharField(
        label=_("Legal name"), max_length=200, min_length=2, validators=[no_control_characters]
    )
    kind = forms.ChoiceField(label=_("We are a"), choices=Organisation.Kind.choices)
    country = forms.CharField(label=_("Country"), max_length=2, help_text=_("Two letters, such as IE."))

    def clean_country(self) -> str:
        code = str(self.cleaned_data["country"]).upper()
        country_code(code)
        return code


class OrganisationForm(ApplicationForm):
    domain = forms.CharField(
        label=_("E-mail domain"),
        required=False,
        max_length=253,
        validators=[domain_name],
        help_text=_("People with a confirmed address there may join by themselves."),
    )
    owner_email = forms.EmailField(
        label=_("First owner's e-mail"), required=False, max_length=254, help_text=_("Gets an invitation.")
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.EDITOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        validators=[no_control_characters],
        help_text=_("What uses it, such as “ERP test”."),
    )
    can_write = forms.BooleanField(label=_("May write, not only read"), required=False)
    days = forms.TypedChoiceField(
        label=_("Expires"),
        coerce=int,
        choices=[(90, _("after 90 days")), (365, _("after a year")), (0, _("never"))],
        initial=365,
    )

    def cleaned(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {"name": values["name"], "can_write": values["can_write"], "days": values["days"] or None}
