"""How feeds, their readings and trials are read."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners.api.serializers import PartnerLinkSerializer
from partners.models import Feed, FeedTrial, HeldReading, Line, Refresh


class FeedSerializer(serializers.ModelSerializer[Feed]):
    """A feed of your own organisation. Its secret header never leaves."""

    partner = PartnerLinkSerializer()
    calendar_line = serializers.SlugRelatedField[Line](slug_field="uid", read_only=True, allow_null=True)
    has_secret_header = serializers.SerializerMethodField()
    held_reading = serializers.SerializerMethodField(
        help_text="Whether a reading is held, and what was decided on it; null: none is."
    )

    class Meta:
        model = Feed
        fields = [
            "uid",
            "partner",
            "name",
            "url",
            "format",
            "calendar_line",
            "state",
            "interval_seconds",
            "next_due_at",
            "attempts",
            "last_error",
            "last_tried_at",
            "last_succeeded_at",
            "has_secret_header",
            "held_reading",
        ]

    def get_has_secret_header(self, feed: Feed) -> bool:
        return bool(feed.secret_header)

    @extend_schema_field({"enum": [*HeldReading.Decision.values, None], "type": ["string", "null"]})
    def get_held_reading(self, feed: Feed) -> str | None:
        held = getattr(feed, "held_reading", None)
        return held.decision if held else None


class HeldReadingSerializer(serializers.ModelSerializer[HeldReading]):
    """Whether a file is right in which half of what stood is gone."""

    reading = serializers.UUIDField(source="refresh.uid", help_text="The refresh that read it.")
    gone = serializers.SerializerMethodField(help_text="How many windows the file says nothing of.")
    standing = serializers.IntegerField(help_text="How many windows there were.")

    class Meta:
        model = HeldReading
        fields = ["reading", "gone", "standing", "decision", "decided_at"]

    def get_gone(self, held: HeldReading) -> int:
        return len(held.gone)


class FeedTrialSerializer(serializers.ModelSerializer[FeedTrial]):
    """One reading of an address of which nothing is applied."""

    feed = serializers.SlugRelatedField[Feed](slug_field="uid", read_only=True, allow_null=True)
    result = serializers.DictField(
        allow_null=True,
        help_text="What it read and would change, once the state is done: `failed` says why nothing could be "
        "read; else there are `row_count`, `rows`, `refusals`, `counts`, `changes`, `is_usable`, `is_held`.",
    )

    class Meta:
        model = FeedTrial
        fields = ["uid", "feed", "name", "url", "format", "state", "result", "created_at", "expires_at"]


class RefreshSerializer(serializers.ModelSerializer[Refresh]):
    feed = serializers.SlugRelatedField[Feed](slug_field="uid", read_only=True, allow_null=True)
    row_errors = serializers.ListField(
        child=serializers.DictField(),
        help_text="Rows refused: line, field, message, and place as the format counts.",
    )
    changes = serializers.ListField(
        child=serializers.DictField(), help_text="Windows changed: line, period, state, before and after."
    )

    class Meta:
        model = Refresh
        fields = [
            "uid",
            "feed",
            "started_at",
            "finished_at",
            "outcome",
            "http_status",
            "rows_read",
            "windows_added",
            "windows_changed",
            "windows_closed",
            "row_errors",
            "changes",
            "error",
        ]
