"""Two match runs compared, described field by field (their maker: matching/scoring/comparison.py)."""

from typing import Any

from rest_framework import serializers

from matching.api.serializers import MatchRunLinkSerializer

ONE_DECIMAL = "Points with one decimal; rows and columns add up."


class WeightChangeSerializer(serializers.Serializer[Any]):
    head = serializers.CharField()
    before = serializers.FloatField(help_text="Share of 1.")
    after = serializers.FloatField()


class VerdictChangeSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The uid of the requirement.")
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    strength = serializers.CharField()
    is_capacity = serializers.BooleanField()
    status_before = serializers.CharField(
        allow_blank=True, help_text="met, unmet, unknown; empty: not asked."
    )
    status_after = serializers.CharField(allow_blank=True)
    reason_before = serializers.CharField(allow_blank=True)
    reason_after = serializers.CharField(allow_blank=True)


class EffectSerializer(serializers.Serializer[Any]):
    """by_value = 100 × old weight × change of value; by_weight = 100 × change of weight × new value."""

    criterion = serializers.CharField()
    head = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    weight_before = serializers.FloatField()
    weight_after = serializers.FloatField()
    value_before = serializers.FloatField()
    value_after = serializers.FloatField()
    by_value = serializers.FloatField()
    by_weight = serializers.FloatField()
    shown_before = serializers.FloatField(help_text=ONE_DECIMAL)
    shown_by_value = serializers.FloatField()
    shown_by_weight = serializers.FloatField()
    rounding = serializers.FloatField()
    shown_after = serializers.FloatField()
    detail_before = serializers.CharField(allow_blank=True)
    detail_after = serializers.CharField(allow_blank=True)


class ScoreChangeSerializer(serializers.Serializer[Any]):
    """after − before = by_value + by_weight. Criteria that differ, the largest effect first."""

    before = serializers.FloatField()
    after = serializers.FloatField()
    shown_before = serializers.FloatField(help_text=ONE_DECIMAL)
    shown_after = serializers.FloatField()
    shown_difference = serializers.FloatField()
    by_value = serializers.FloatField()
    by_weight = serializers.FloatField()
    shown_by_value = serializers.FloatField()
    shown_by_weight = serializers.FloatField()
    rounding = serializers.FloatField()
    effects = EffectSerializer(many=True)
    unchanged = serializers.IntegerField(help_text="How many criteria did not change.")
    shown_unchanged = serializers.FloatField(help_text="Their points.")


class CandidateChangeSerializer(serializers.Serializer[Any]):
    """One partner. An empty list: it stands in none."""

    partner = serializers.CharField()
    partner_name = serializers.CharField()
    site_before = serializers.CharField(allow_blank=True)
    site_after = serializers.CharField(allow_blank=True)
    site_name = serializers.CharField()
    list_before = serializers.CharField(allow_blank=True, help_text="eligible, open_questions, near_misses.")
    list_after = serializers.CharField(allow_blank=True)
    place_before = serializers.IntegerField(allow_null=True)
    place_after = serializers.IntegerField(allow_null=True)
    score = ScoreChangeSerializer(allow_null=True)
    verdicts = VerdictChangeSerializer(many=True)
    remarks = serializers.ListField(child=serializers.CharField())


class ComparisonSerializer(serializers.Serializer[Any]):
    """From one run to another: what was asked otherwise, who came, went and moved, and why."""

    before = MatchRunLinkSerializer()
    after = MatchRunLinkSerializer()
    summary = serializers.CharField(allow_blank=True, help_text="Empty: the lists hold whom they held.")
    brief_changes = serializers.ListField(child=serializers.CharField())
    weights = WeightChangeSerializer(many=True)
    entered = CandidateChangeSerializer(many=True)
    left = CandidateChangeSerializer(many=True)
    changed_list = CandidateChangeSerializer(many=True)
    moved = CandidateChangeSerializer(many=True)
    kept = serializers.IntegerField(help_text="How many keep their place and score.")
    same_score = serializers.IntegerField(help_text="How many in both runs have the same score.")
    registered_only_before = serializers.IntegerField()
    registered_only_after = serializers.IntegerField()
