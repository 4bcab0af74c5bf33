"""How endpoints and deliveries are read, and what callers send."""

import datetime as dt
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Text
from cdmo_portal.events.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.sending import body_of
from cdmo_portal.events.webhook_types import CODES, TEST

ASKED_FOR = [code for code in CODES if code != TEST]
STATES = [
    (each.value, each.label) for each in WebhookEndpoint.State if each != WebhookEndpoint.State.DISABLED
]


class WebhookTypeSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=CODES, source="code")
    description = serializers.CharField(source="words", help_text="When it is sent.")


class WebhookEndpointSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    event_types = serializers.ListField(child=serializers.ChoiceField(choices=ASKED_FOR))
    member = serializers.UUIDField(
        source="member.uid",
        allow_null=True,
        default=None,
        help_text="What is sent is what this member may read.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = [
            "uid",
            "url",
            "description",
            "event_types",
            "state",
            "stop_reason",
            "failing_since",
            "member",
            "created_at",
        ]


class NewWebhookEndpointSerializer(WebhookEndpointSerializer):
    secret = serializers.CharField(help_text="whsec_…, shown in this answer and never again.")

    class Meta(WebhookEndpointSerializer.Meta):
        fields = [*WebhookEndpointSerializer.Meta.fields, "secret"]


class WebhookSecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="whsec_…, shown in this answer and never again.")


class WebhookAttemptSerializer(serializers.ModelSerializer[WebhookAttempt]):
    class Meta:
        model = WebhookAttempt
        fields = ["at", "duration_ms", "status_code", "error", "answer"]


class WebhookDeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    webhook_id = serializers.CharField(read_only=True, help_text="The same on every try.")
    type = serializers.ChoiceField(choices=CODES)
    attempt_count = serializers.IntegerField(source="attempts")
    next_try_at = serializers.SerializerMethodField()

    class Meta:
        model = WebhookDelivery
        fields = [
            "uid",
            "webhook_id",
            "type",
            "state",
            "happened_at",
            "attempt_count",
            "last_error",
            "next_try_at",
            "ended_at",
        ]

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_try_at(self, delivery: WebhookDelivery) -> dt.datetime | None:
        return delivery.next_due_at if delivery.state == WebhookDelivery.State.WAITING else None


class WebhookDeliveryDetailSerializer(WebhookDeliverySerializer):
    attempts = WebhookAttemptSerializer(source="tries", many=True, help_text="The newest first, for 30 days.")
    payload = serializers.SerializerMethodField(
        help_text="The body as it is sent; null for whoever may read less than the endpoint's member."
    )

    class Meta(WebhookDeliverySerializer.Meta):
        fields = [*WebhookDeliverySerializer.Meta.fields, "attempts", "payload"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_payload(self, delivery: WebhookDelivery) -> str | None:
        return body_of(delivery).decode() if self.context["can_read_payload"] else None


class WebhookEndpointBody(Body):
    url = Text(max_length=2048, help_text="Beginning with https://, reachable from the internet.")
    event_types = serializers.ListField(
        child=serializers.ChoiceField(choices=ASKED_FOR), allow_empty=False, max_length=len(ASKED_FOR)
    )
    description = Text(max_length=200, allow_blank=True, default="")


class WebhookEndpointChange(Change, WebhookEndpointBody):
    """Any of the fields; what is left out stays. A stopped endpoint is resumed by the state `active`."""

    state = serializers.ChoiceField(choices=STATES)


class SecretRotationBody(Body):
    overlap_hours = serializers.IntegerField(
        min_value=0, max_value=168, default=24, help_text="How long the old secret signs beside the new one."
    )


class ReplayBody(Body):
    since = serializers.DateTimeField(help_text="What happened from then on and was given up is sent again.")


class ReplayedSerializer(serializers.Serializer[Any]):
    replayed = serializers.IntegerField(help_text="How many are sent again.")
