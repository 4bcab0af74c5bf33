"""The form of a capacity feed."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.actions.feeds import AddressRefused, FeedFacts, host_of
from partners.models import Feed, Line, Partner

INTERVALS = [
    (900, _("every 15 minutes")),
    (3600, _("every hour")),
    (21_600, _("every 6 hours")),
    (86_400, _("once a day")),
]

HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")
HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,2000}[\x21-\x7e])?")


class LineField(forms.ModelChoiceField[Line]):
    def label_from_instance(self, obj: Line) -> str:
        return f"{obj.name}, {obj.site.name}"


class FeedForm(forms.Form):
    """`feed` is the one being changed, None for a new one. Call `facts()` once it is valid."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As your colleagues know it, such as Capsule lines.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=2048,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_("Where you publish the file, beginning with https://."),
    )
    format = forms.ChoiceField(label=_("Format"), choices=Feed.Format, initial=Feed.Format.CSV)
    calendar_line = LineField(
        label=_("Line of the calendar"),
        queryset=Line.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("Events name their lines"),
        help_text=_("For a calendar only: the line of events that name none. Its site’s time zone counts."),
    )
    interval_seconds = forms.TypedChoiceField(label=_("Read"), coerce=int, choices=INTERVALS, initial=3600)
    header_name = forms.CharField(
        label=_("Secret header: name"),
        required=False,
        max_length=100,
        help_text=_("Where your server asks for a key, such as Authorization. It is stored encrypted."),
    )
    header_value = forms.CharField(
        label=_("Secret header: value"),
        required=False,
        max_length=2002,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    removes_header = forms.BooleanField(label=_("Remove the stored header"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, partner: Partner, feed: Feed | None = None
    ) -> None:
        super().__init__(data)
        line = self.fields["calendar_line"]
        assert isinstance(line, LineField)  # noqa: S101 - tells the type
        line.queryset = Line.objects.filter(site__partner=partner).select_related("site").order_by("name")
        if feed is None or not feed.secret_header:
            del self.fields["removes_header"]
        else:
            self.fields["header_value"].help_text = _("A header is stored. Leave this empty to keep it.")
        if feed is None:
            del self.fields["version"]
            return
        interval = self.fields["interval_seconds"]
        assert isinstance(interval, forms.TypedChoiceField)  # noqa: S101 - tells the type
        if feed.interval_seconds not in dict(INTERVALS):
            seconds = _("every %(seconds)d seconds") % {"seconds": feed.interval_seconds}
            interval.choices = [(feed.interval_seconds, seconds), *INTERVALS]
        for name in ("name", "url", "format", "interval_seconds", "version"):
            self.initial[name] = getattr(feed, name)
        self.initial["calendar_line"] = feed.calendar_line and feed.calendar_line.uid

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            host_of(url)
        except AddressRefused as error:
            raise forms.ValidationError(str(error)) from error
        return url

    def clean_header_name(self) -> str:
        name: str = self.cleaned_data["header_name"]
        if name and not HEADER_NAME.fullmatch(name):
            raise forms.ValidationError(_("A header's name has letters, digits and hyphens only."))
        return name

    def clean_header_value(self) -> str:
        value: str = self.cleaned_data["header_value"]
        if value and not HEADER_VALUE.fullmatch(value):
            raise forms.ValidationError(_("A header's value has plain letters, digits and signs only."))
        return value

    def clean(self) -> None:
        name, value = self.cleaned_data.get("header_name"), self.cleaned_data.get("header_value")
        if bool(name) != bool(value) and not {"header_name", "header_value"} & set(self.errors):
            missing = "header_value" if name else "header_name"
            self.add_error(missing, _("A secret header needs both a name and a value."))

    def facts(self) -> FeedFacts:
        data = self.cleaned_data
        secret = f"{data['header_name']}: {data['header_value']}" if data["header_name"] else None
        if data.get("removes_header") and secret is None:
            secret = ""
        return FeedFacts(
            name=data["name"],
            url=data["url"],
            interval_seconds=data["interval_seconds"],
            format=data["format"],
            calendar_line=data["calendar_line"] if data["format"] == Feed.Format.ICAL else None,
            secret_header=secret,
        )
