import datetime as dt
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.models import Organisation, Role, country_code
from cdmo_portal.accounts.scopes import READ, RESOURCES, WRITE
from cdmo_portal.people.keys import LONGEST_OVERLAP, MOST_DAYS, USUAL_DAYS, USUAL_OVERLAP

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
    READING, EVERYTHING, CHOSEN = "read", "everything", "chosen"
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        validators=[no_control_characters],
        help_text=_("What uses it, such as “ERP test”."),
    )
    reach = forms.ChoiceField(
        label=_("May"),
        widget=forms.RadioSelect,
        choices=[
            (READING, _("read everything that you may read")),
            (EVERYTHING, _("read and write everything that you may")),
            (CHOSEN, _("only what is chosen per resource")),
        ],
        initial=READING,
    )
    days = forms.TypedChoiceField(
        label=_("Expires"),
        coerce=int,
        choices=[
            (30, _("after 30 days")),
            (90, _("after 90 days")),
            (USUAL_DAYS, _("after a year")),
            (MOST_DAYS, _("after two years")),
            (0, _("never")),
        ],
        initial=USUAL_DAYS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for resource, label in RESOURCES.items():
            self.fields[f"may-{resource}"] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("", _("no access")), (READ, _("read")), (WRITE, _("read and write"))],
            )

    @property
    def per_resource(self) -> list[forms.BoundField]:
        return [self[f"may-{resource}"] for resource in RESOURCES]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("reach") == self.CHOSEN and not self._chosen(values):
            self.add_error("reach", _("Choose what the key may read or write, at least one resource."))
        return values

    def cleaned(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {"name": values["name"], "scopes": self._scopes(values), "days": values["days"] or None}

    def _scopes(self, values: dict[str, Any]) -> list[str]:
        if values["reach"] == self.CHOSEN:
            return self._chosen(values)
        return [READ, WRITE] if values["reach"] == self.EVERYTHING else [READ]

    def _chosen(self, values: dict[str, Any]) -> list[str]:
        given = {resource: values.get(f"may-{resource}") for resource in RESOURCES}
        return [f"{resource}:{verb}" for resource, verb in given.items() if verb]


class RotationForm(forms.Form):
    overlap_s = forms.TypedChoiceField(
        label=_("The old key ends"),
        coerce=int,
        choices=[
            (0, _("at once")),
            (3600, _("after an hour")),
            (int(USUAL_OVERLAP.total_seconds()), _("after a day")),
            (int(LONGEST_OVERLAP.total_seconds()), _("after 7 days")),
        ],
        initial=int(USUAL_OVERLAP.total_seconds()),
    )

    @property
    def overlap(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.cleaned_data["overlap_s"])
