"""How lines and their capacity are read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cdmo_portal.accounts.api.fields import Number
from partners.api.serializers import LineLinkSerializer, SiteLinkSerializer
from partners.models import CapacityWindow, Line
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
    own_id = serializers.SerializerMethodField(
        help_text="Your own id of the line, resource_id in feeds; null for others."
    )
    capacity_valid_days = serializers.SerializerMethodField(
        help_text="How many days typed capacity holds; null for others, and where it is not stated."
    )
    capacity = serializers.SerializerMethodField()

    class Meta:
        model = Line
        fields = [
            "uid",
            "site",
            "building",
            "name",
            "own_id",
            "is_multipurpose",
            "capacity_valid_days",
            "capacity_source",
            "capacity_audience",
            "capacity",
        ]

    def get_own_id(self, line: Line) -> str | None:
        return line.external_id if self._is_own(line) else None

    def get_capacity_valid_days(self, line: Line) -> int | None:
        return line.capacity_valid_days if self._is_own(line) else None

    def _is_own(self, line: Line) -> bool:
        return is_own_partner(self.context["view"].actor, line.site.partner)

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
    audience_is_own = serializers.SerializerMethodField(
        help_text="Whether the audience is this window's alone, and not that of its line."
    )

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
            "audience_is_own",
            "source",
        ]

    def get_audience_is_own(self, window: CapacityWindow) -> bool:
        return not window.follows_line
