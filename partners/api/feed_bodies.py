"""What CDMO staff send of a feed."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Text
from partners.actions.feeds import AddressRefused, FeedFacts, host_of
from partners.api.body_fields import one_line
from partners.feed_forms import HEADER_NAME, HEADER_VALUE, INTERVALS
from partners.models import Feed, HeldReading, Line, Partner


class SecretHeaderBody(Body):
    name = Text(max_length=100, help_text="Letters, digits and hyphens, such as Authorization.")
    value = Text(max_length=2002)

    def validate_name(self, name: str) -> str:
        if not HEADER_NAME.fullmatch(name):
            raise serializers.ValidationError("A header's name has letters, digits and hyphens only.")
        return name

    def validate_value(self, value: str) -> str:
        if not HEADER_VALUE.fullmatch(value):
            raise serializers.ValidationError("A header's value has plain letters, digits and signs only.")
        return value


class FeedBody(Body):
    name = one_line(120, required=True)
    url = Text(max_length=2048, help_text="A public http or https address without a user name.")
    format = serializers.ChoiceField(choices=Feed.Format.choices, default=Feed.Format.CSV)
    calendar_line = serializers.UUIDField(
        allow_null=True, default=None, help_text="Of a calendar: the line of events that name none."
    )
    interval_seconds = serializers.ChoiceField(choices=[seconds for seconds, _ in INTERVALS], default=3600)
    secret_header = SecretHeaderBody(
        allow_null=True, default=None, help_text="Kept encrypted, and never answered."
    )

    def validate_url(self, url: str) -> str:
        try:
            host_of(url)
        except AddressRefused as error:
            raise serializers.ValidationError(str(error)) from error
        return url


class FeedChange(Change, FeedBody):
    """Any of the fields; what is left out stays, the secret header too. With null it is removed."""


class HeldDecision(Body):
    reading = serializers.UUIDField(help_text="The reading that you looked at.")
    decision = serializers.ChoiceField(
        choices=[HeldReading.Decision.APPLIED.value, HeldReading.Decision.KEPT.value],
        help_text="applied: the file is right; kept: the last values are.",
    )


def feed_facts(given: Mapping[str, Any], partner: Partner, feed: Feed | None) -> FeedFacts:
    """All facts of a feed: what was sent over what stands."""
    kept = ("name", "url", "format", "interval_seconds")
    values = {name: given.get(name, getattr(feed, name, None)) for name in kept}
    secret = given.get("secret_header")
    removes = "secret_header" in given and secret is None and feed is not None
    return FeedFacts(
        **values,
        calendar_line=_calendar_line(given, values["format"], partner, feed),
        secret_header=f"{secret['name']}: {secret['value']}" if secret else "" if removes else None,
    )


def _calendar_line(given: Mapping[str, Any], kind: str, partner: Partner, feed: Feed | None) -> Line | None:
    uid = given.get("calendar_line")
    if kind != Feed.Format.ICAL:
        if uid is not None:
            raise serializers.ValidationError({"calendar_line": "Only a calendar is of one line."})
        return None
    if "calendar_line" not in given:
        return feed.calendar_line if feed else None
    line = Line.objects.filter(site__partner=partner, uid=uid).first() if uid else None
    if uid is not None and line is None:
        raise serializers.ValidationError({"calendar_line": "You have no such line."})
    return line
