"""Events as an organisation's systems read them: with words, and a way to what they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.api import serializers as events
from cdmo_portal.events.models import Event
from matching.api.event_targets import Target, targets_of
from matching.event_log import can_read_event_log, entries


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """`by` and `about` are names, which owners alone read, as on the page of the log."""

    uid: object
    kind: str
    at: object
    object_kind: str
    request_id: str
    summary: str
    by: str
    about: str
    target: Target | None


class EventSerializer(events.EventSerializer):
    summary = serializers.CharField(help_text="What was done, in words.")
    by = serializers.CharField(
        allow_blank=True, help_text="Who did it; empty: it happened by itself, or you are no owner."
    )
    about = serializers.CharField(allow_blank=True, help_text="What it is about, by name; for owners.")
    object_uid = serializers.UUIDField(source="target.uid", allow_null=True, default=None)
    object_url = serializers.CharField(
        source="target.url", allow_null=True, default=None, help_text="Its address here, where it has one."
    )

    class Meta(events.EventSerializer.Meta):
        fields = [
            *events.EventSerializer.Meta.fields,
            "summary",
            "by",
            "about",
            "object_uid",
            "object_url",
        ]


def told_events(page: Iterable[Event], actor: Actor) -> list[Any]:
    """The events of one page with their words; a number of queries that does not grow with the page."""
    rows = list(page)
    targets = targets_of(rows, actor)
    names = can_read_event_log(actor)
    return [
        ToldEvent(
            uid=event.uid,
            kind=event.kind,
            at=event.at,
            object_kind=event.object_kind,
            request_id=event.request_id,
            summary=f"{entry.what}: {entry.detail}" if entry.detail else str(entry.what),
            by=entry.by if names else "",
            about=entry.about if names else "",
            target=targets.get((event.object_kind, event.object_id or 0)),
        )
        for event, entry in zip(rows, entries(rows, actor), strict=True)
    ]
