"""The forms of webhook endpoints."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.events.actions.webhooks import AddressRefused, EndpointFacts, host_of
from cdmo_portal.events.models import WebhookEndpoint
from cdmo_portal.events.webhook_types import types_for
from cdmo_portal.people.forms import no_control_characters

OVERLAPS: Final = [
    (24, _("for a day")),
    (72, _("for three days")),
    (168, _("for a week")),
    (0, _("not any more: it is known to others")),
]
PERIODS: Final = [(1, _("the last day")), (3, _("the last three days")), (30, _("the last 30 days"))]


class EndpointForm(forms.Form):
    """`endpoint` is the one being changed, None for a new one."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2048,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_("Beginning with https://, reachable from the internet."),
    )
    description = forms.CharField(
        label=_("What it is"),
        max_length=200,
        required=False,
        validators=[no_control_characters],
        help_text=_("As your colleagues know it, such as ERP test."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("What it is told of"), widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(
        self, data: Mapping[str, Any] | None, *, kind: str, endpoint: WebhookEndpoint | None = None
    ) -> None:
        super().__init__(data)
        types = self.fields["event_types"]
        assert isinstance(types, forms.MultipleChoiceField)  # noqa: S101 - tells the type
        types.choices = [(each.code, f"{each.code}: {each.words}") for each in types_for(kind)]
        if endpoint is None:
            del self.fields["version"]
            return
        for name in ("url", "description", "event_types", "version"):
            self.initial[name] = getattr(endpoint, name)

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            host_of(url)
        except AddressRefused as error:
            raise forms.ValidationError(str(error)) from error
        return url

    def facts(self) -> EndpointFacts:
        names = ("url", "description", "event_types")
        return EndpointFacts(**{name: self.cleaned_data[name] for name in names})


class RotationForm(forms.Form):
    hours = forms.TypedChoiceField(
        label=_("The old secret goes on signing"), coerce=int, choices=OVERLAPS, initial=24
    )

    def overlap(self) -> dt.timedelta:
        return dt.timedelta(hours=self.cleaned_data["hours"])


class ReplayForm(forms.Form):
    days = forms.TypedChoiceField(label=_("Of"), coerce=int, choices=PERIODS, initial=3)

    def since(self) -> dt.datetime:
        return timezone.now() - dt.timedelta(days=self.cleaned_data["days"])
