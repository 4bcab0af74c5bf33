"""How lines, capacity and feeds are read, and what a caller sends of a window."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cdmo_portal.accounts.api.fields import Number
from partners.api.serializers import LineLinkSerializer, PartnerLinkSerializer, SiteLinkSerializer
from partners.models import CapacityWindow, Feed, Line, Refresh
from partners.permissions import audiences_at, can_see_capacity, is_own_partner


class LineCapacitySerializer(serializers.ModelSerializer[Line]):
    unit = serializers.CharField(source="capacity_unit", help_text="Of every quantity here.")
    nominal_per_quarter = Number(allow_null=True)
    nominal_batch = Number(allow_null=True, help_text="The size of one ordinary batch.")
    slot_means = serializers.CharField(help_text="What one unit of capacity stands for.")
    smallest_campaign = Number(allow_null=True)
    largest_campaign = Number(allow_null=True)
    days_per_batch = Number(allow_null=True)
    changeover_days = Number(allow_null=True)
    lead_time_weeks = Number(allow_null=True)

    class Meta:
        model = Line
        fields = [
            "unit",
            "nominal_per_quarter",
            "nominal_batch",
            "nominal_batch_unit",
            "slot_means",
            "smallest_campaign",
            "largest_campaign",
            "days_per_batch",
            "changeover_days",
            "lead_time_weeks",
            "lead_time_confirmed_on",
        ]


class LineSerializer(serializers.ModelSerializer[Line]):
    """A line. `capacity` is null where its audience leaves the reader out."""

    site = SiteLinkSerializer()
    building = serializers.CharField(source="building.name", allow_null=True, default=None)
    capacity = serializers.SerializerMethodField()

    class Meta:
        model = Line
        fields = [
            "uid",
            "site",
            "building",
            "name",
            "is_multipurpose",
            "capacity_source",
            "capacity_audience",
            "capacity",
        ]

    @extend_schema_field(LineCapacitySerializer(allow_null=True))
    def get_capacity(self, line: Line) -> Any:
        actor = self.context["view"].actor
        partner = line.site.partner
        shown = can_see_capacity(actor, line.site) and line.capacity_audience in audiences_at(actor, partner)
        if not shown and not is_own_partner(actor, partner):
            return None
        return LineCapacitySerializer(line).data


class CapacityWindowSerializer(serializers.ModelSerializer[CapacityWindow]):
    site = SiteLinkSerializer()
    line = LineLinkSerializer()
    period_start = serializers.DateField(source="period.lower")
    period_end = serializers.DateField(source="period.upper", help_text="The first day after the period.")
    quantity = Number()
    smallest_campaign = Number(allow_null=True, help_text="In the window's unit.")
    lead_time_weeks = Number(allow_null=True)

    class Meta:
        model = CapacityWindow
        fields = [
            "uid",
            "site",
            "line",
            "period_start",
            "period_end",
            "state",
            "quantity",
            "unit",
            "lead_time_weeks",
            "smallest_campaign",
            "confidence",
            "reason",
            "held_until",
            "observed_at",
            "valid_until",
            "note",
            "audience",
            "source",
        ]


class FeedSerializer(serializers.ModelSerializer[Feed]):
    """A feed of your own organisation. Its secret header never leaves."""

    partner = PartnerLinkSerializer()
    calendar_line = serializers.SlugRelatedField[Line](slug_field="uid", read_only=True)

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
        ]


class RefreshSerializer(serializers.ModelSerializer[Refresh]):
    feed = serializers.SlugRelatedField[Feed](slug_field="uid", read_only=True)
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
