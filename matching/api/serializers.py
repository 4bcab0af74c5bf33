"""How briefs, requirements, match runs and shortlists are read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cdmo_portal.accounts.api.fields import Number
from matching.models import Brief, MatchRun, Requirement
from matching.ranking import weighting_of
from matching.scoring.weightings import RULES, WAYS
from partners.api.external_ids import OwnExternalIds
from partners.api.serializers import TermLinkSerializer


class InBaseUnitSerializer(serializers.Serializer[Any]):
    lo = Number(allow_null=True)
    hi = Number(allow_null=True)
    sizes = serializers.ListField(child=Number())
    unit = serializers.CharField(source="measure.base_unit")


class RequirementSerializer(serializers.ModelSerializer[Requirement]):
    step = serializers.CharField(source="step.kind", allow_null=True, default=None)
    term = TermLinkSerializer(allow_null=True)
    measure = TermLinkSerializer(allow_null=True)
    value = serializers.CharField(source="entered_text", help_text="As entered.")
    unit = serializers.CharField(source="entered_unit", help_text="As entered.")
    in_base_unit = serializers.SerializerMethodField(help_text="What is compared with the sites.")
    at_most_months = Number(allow_null=True)
    quantity = Number(allow_null=True)

    class Meta:
        model = Requirement
        fields = [
            "uid",
            "kind",
            "strength",
            "scope",
            "step",
            "alternative",
            "label",
            "term",
            "measure",
            "relation",
            "value",
            "unit",
            "count",
            "in_base_unit",
            "stages",
            "least_basis",
            "places",
            "authorities",
            "at_most_months",
            "operations",
            "quantity",
            "quantity_unit",
        ]

    @extend_schema_field(InBaseUnitSerializer(allow_null=True))
    def get_in_base_unit(self, row: Requirement) -> Any:
        return InBaseUnitSerializer(row).data if row.measure else None


class BriefSerializer(serializers.ModelSerializer[Brief]):
    stage = TermLinkSerializer(allow_null=True)
    modality = TermLinkSerializer(allow_null=True)
    dosage_form = TermLinkSerializer(allow_null=True)
    external_ids = OwnExternalIds()

    class Meta:
        model = Brief
        fields = [
            "uid",
            "external_ids",
            "title",
            "state",
            "archived_at",
            "access",
            "stage",
            "modality",
            "dosage_form",
            "needed_by",
            "is_sample",
            "created_at",
            "updated_at",
        ]


class WeightsSerializer(serializers.Serializer[Any]):
    """Points per head, not yet normalised."""

    fit = Number()
    quality = Number()
    timing = Number()
    experience = Number()
    place = Number()


class SharesSerializer(serializers.Serializer[Any]):
    """Shares of 1 per head."""

    fit = serializers.FloatField()
    quality = serializers.FloatField()
    timing = serializers.FloatField()
    experience = serializers.FloatField()
    place = serializers.FloatField()


class WeightingSerializer(serializers.Serializer[Any]):
    """What the brief says about weights, and the shares that follow."""

    by = serializers.ChoiceField(choices=WAYS)
    points = WeightsSerializer(allow_null=True)
    swings = WeightsSerializer(allow_null=True)
    order = serializers.ListField(child=serializers.CharField(), allow_null=True)
    rule = serializers.ChoiceField(choices=RULES, allow_null=True)
    shares = SharesSerializer(allow_null=True, help_text="null: the weights define none.")


class BriefDetailSerializer(BriefSerializer):
    steps: Any = serializers.SlugRelatedField(slug_field="kind", many=True, read_only=True)
    weights = serializers.SerializerMethodField(help_text="null: said otherwise, see `weighting`.")
    weighting = serializers.SerializerMethodField()
    contracting_weeks = Number()
    transfer_weeks = Number()
    release_weeks = Number()
    shipping_weeks = Number()
    requirements = RequirementSerializer(many=True)

    class Meta(BriefSerializer.Meta):
        fields = [
            *BriefSerializer.Meta.fields,
            "text",
            "steps",
            "preset",
            "weights",
            "weighting",
            "material_available_on",
            "contracting_weeks",
            "transfer_weeks",
            "release_weeks",
            "shipping_weeks",
            "requirements",
        ]

    @extend_schema_field(WeightsSerializer(allow_null=True))
    def get_weights(self, brief: Brief) -> dict[str, float] | None:
        return brief.weights or None

    @extend_schema_field(WeightingSerializer())
    def get_weighting(self, brief: Brief) -> dict[str, Any]:
        stands = weighting_of(brief)
        is_order = stands.by == "order"
        return {
            "by": stands.by,
            "points": None if stands.by in {"swings", "order"} else stands.points,
            "swings": stands.points if stands.by == "swings" else None,
            "order": list(stands.order) if is_order else None,
            "rule": stands.rule if is_order else None,
            "shares": stands.shares if any(stands.points.values()) else None,
        }


class MatchRunLinkSerializer(serializers.ModelSerializer[MatchRun]):
    brief = serializers.SlugRelatedField[Brief](slug_field="uid", read_only=True)
    is_outdated = serializers.SerializerMethodField(help_text="The brief was changed since.")

    class Meta:
        model = MatchRun
        fields = [
            "uid",
            "brief",
            "made_at",
            "in_background",
            "as_of",
            "brief_version",
            "engine_version",
            "facts_sha256",
            "is_outdated",
        ]

    def get_is_outdated(self, run: MatchRun) -> bool:
        return run.brief_version != run.brief.version
