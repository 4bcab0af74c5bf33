from typing import Any

from rest_framework import serializers

from cdmo_portal.events.models import Event


class EventSerializer(serializers.ModelSerializer[Event]):
    """What was done, and to which kind of thing. Inner ids stay inside."""

    object_kind = serializers.SerializerMethodField(help_text="e.g. brief")

    class Meta:
        model = Event
        fields = ["uid", "kind", "at", "object_kind", "request_id"]

    def get_object_kind(self, event: Any) -> str:
        return str(event.object_kind).rpartition(".")[2]
