"""How entries of a shortlist are read, and who changed what of them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.models import Brief, ShortlistChange, ShortlistEntry
from partners.api.external_ids import OwnExternalIds
from partners.api.serializers import PartnerLinkSerializer

INNER = frozenset({"evaluator", "scorecard"})
"""Numbers of rows, which stay inside."""


class ShortlistEntrySerializer(serializers.ModelSerializer[ShortlistEntry]):
    brief = serializers.SlugRelatedField[Brief](slug_field="uid", read_only=True)
    partner = PartnerLinkSerializer()
    added_by = serializers.CharField(allow_null=True, help_text="null: a person who was erased.")
    external_ids = OwnExternalIds()

    class Meta:
        model = ShortlistEntry
        fields = [
            "uid",
            "external_ids",
            "brief",
            "partner",
            "stage",
            "stage_since",
            "reason",
            "note",
            "tags",
            "added_at",
            "added_by",
        ]


class ShortlistChangeSerializer(serializers.ModelSerializer[ShortlistChange]):
    """`before` and `after` have the same names: the fields that were touched."""

    by = serializers.CharField(allow_null=True, help_text="null: a person who was erased.")
    partner = PartnerLinkSerializer(source="entry.partner", allow_null=True, default=None)
    evaluator = serializers.CharField(
        source="evaluator_name", allow_null=True, help_text="Who is asked to score, or no longer."
    )
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    undoes = serializers.SlugRelatedField[ShortlistChange](
        slug_field="uid", read_only=True, allow_null=True, help_text="The change that this one takes back."
    )
    is_undone = serializers.BooleanField()

    class Meta:
        model = ShortlistChange
        fields = [
            "uid",
            "kind",
            "at",
            "by",
            "partner",
            "evaluator",
            "before",
            "after",
            "undoes",
            "is_undone",
        ]

    @extend_schema_field(serializers.DictField())
    def get_before(self, row: ShortlistChange) -> dict[str, Any]:
        return _outer(row.before)

    @extend_schema_field(serializers.DictField())
    def get_after(self, row: ShortlistChange) -> dict[str, Any]:
        return _outer(row.after)


def _outer(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name not in INNER}
