"""How a blinded question is read: by the sponsor who asked, and, blinded, by the CDMO that was asked."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.models import Brief, Interest
from partners.api.serializers import PartnerLinkSerializer

STATES = ("waiting", "answered", "withdrawn")


class TeaserLineSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


@extend_schema_field(serializers.ChoiceField(choices=STATES))
class StateField(serializers.Field[Any, Any, Any, Any]):
    """Whether the question waits for an answer, has one, or was withdrawn."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, value: Interest) -> str:
        if value.is_withdrawn:
            return "withdrawn"
        return "answered" if value.answer else "waiting"


class InterestSerializer(serializers.ModelSerializer[Interest]):
    """The sponsor's side."""

    brief = serializers.SlugRelatedField[Brief](slug_field="uid", read_only=True)
    partner = PartnerLinkSerializer()
    state = StateField()
    asked_by = serializers.CharField(
        source="made_by", allow_null=True, help_text="null: a person who was erased."
    )
    teaser = TeaserLineSerializer(many=True, help_text="What the partner was told, word for word.")

    class Meta:
        model = Interest
        fields = [
            "uid",
            "brief",
            "partner",
            "state",
            "asked_at",
            "asked_by",
            "teaser",
            "answer",
            "reason",
            "note",
            "answered_at",
            "withdrawn_at",
        ]


class InterestPreviewSerializer(serializers.Serializer[Any]):
    """What a partner would be told. `mark` is sent back with the question, so that no other one is asked."""

    interest = InterestSerializer(allow_null=True, help_text="The question that stands, if there is one.")
    why_not = serializers.CharField(allow_blank=True, help_text="Why the partner cannot be asked.")
    teaser = TeaserLineSerializer(many=True)
    mark = serializers.CharField(allow_blank=True)


class ReceivedInterestSerializer(serializers.ModelSerializer[Interest]):
    """The CDMO's side, and all that it is told: neither the sponsor, nor the brief, nor the time of day."""

    partner = PartnerLinkSerializer()
    state = StateField()
    asked_on = serializers.DateField()
    teaser = serializers.SerializerMethodField(
        help_text="What is told of the project; nothing once withdrawn."
    )
    answered_by = serializers.CharField(allow_null=True, help_text="Of your organisation.")

    class Meta:
        model = Interest
        fields = [
            "uid",
            "partner",
            "state",
            "asked_on",
            "teaser",
            "answer",
            "reason",
            "note",
            "answered_at",
            "answered_by",
        ]

    @extend_schema_field(TeaserLineSerializer(many=True))
    def get_teaser(self, row: Interest) -> Any:
        return [] if row.is_withdrawn else TeaserLineSerializer(row.teaser, many=True).data
