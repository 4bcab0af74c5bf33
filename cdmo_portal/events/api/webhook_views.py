"""Webhook endpoints of the caller's organisation, what was sent to them, and sending it again."""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import BaseSerializer, ValidationError

from cdmo_portal.accounts.api.conditional import etag_of, require_match
from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.pagination import NewestFirstPagination
from cdmo_portal.accounts.api.problems import Conflict, PreconditionFailed, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ActorViewSet, ReadViewSet
from cdmo_portal.accounts.sealing import NoKeys
from cdmo_portal.events.actions import webhooks
from cdmo_portal.events.api import webhook_serializers as serializers
from cdmo_portal.events.models import WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.webhook_actors import can_read_payload
from cdmo_portal.events.webhook_types import CODES, TYPES, types_for

ENDPOINT = OpenApiParameter("endpoint_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)
REFUSALS: Refusals = {
    webhooks.NotAllowed: exceptions.PermissionDenied,
    webhooks.ChangedMeanwhile: PreconditionFailed,
    webhooks.AddressRefused: lambda reason: ValidationError({"url": reason}),
    webhooks.TypesRefused: lambda reason: ValidationError({"event_types": reason}),
    webhooks.WebhookRefused: Conflict,
    NoKeys: Conflict,
}


class WebhookTypeViewSet(ActorViewSet[WebhookEndpoint]):
    """What your organisation may be told of."""

    resource = "webhook-endpoints"
    pagination_class = None
    serializer_class = serializers.WebhookTypeSerializer

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        return WebhookEndpoint.objects.none()

    @extend_schema(responses=serializers.WebhookTypeSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        refuse_unknown_parameters(request, frozenset())
        organisation = self.actor.organisation
        types = types_for(organisation.kind) if organisation else list(TYPES.values())
        return Response(serializers.WebhookTypeSerializer(types, many=True).data)


class WebhookEndpointFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=WebhookEndpoint.State.choices)

    class Meta:
        model = WebhookEndpoint
        fields: list[str] = []


class WebhookEndpointViewSet(ReadViewSet[WebhookEndpoint]):
    """Addresses of yours that news is sent to, signed by Standard Webhooks."""

    resource = "webhook-endpoints"
    serializer_class = serializers.WebhookEndpointSerializer
    filterset_class = WebhookEndpointFilter

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        if self.is_described:
            return WebhookEndpoint.objects.none()
        return WebhookEndpoint.objects.visible_to(self.actor).select_related("member")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(
        request=serializers.WebhookEndpointBody, responses={201: serializers.NewWebhookEndpointSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set up an endpoint. Its secret stands in this answer and nowhere else."""
        body = serializers.WebhookEndpointBody(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            row, secret = webhooks.create(facts=webhooks.EndpointFacts(**body.validated_data), by=self.actor)
        told = self.get_serializer(row).data | {"secret": secret}
        headers = {"ETag": etag_of(row), "Cache-Control": "no-store"}
        return Response(told, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(request=serializers.WebhookEndpointChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change an endpoint, pause it or resume it. From then on it is told what you may read."""
        row = self.get_object()
        require_match(request, etag_of(row))
        body = serializers.WebhookEndpointChange(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        state = given.pop("state", None)
        stands = {name: getattr(row, name) for name in ("url", "event_types", "description")}
        with answering(REFUSALS):
            saved = webhooks.change(
                endpoint=row,
                facts=webhooks.EndpointFacts(**(stands | given)),
                state=state,
                version=row.version,
                by=self.actor,
            )
        return self._answer(saved)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete an endpoint with its log."""
        row = self.get_object()
        require_match(request, etag_of(row))
        with answering(REFUSALS):
            webhooks.delete(endpoint=row, by=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={201: serializers.WebhookDeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send a test, whatever the endpoint's state; its delivery tells what came of it."""
        row = self.get_object()
        with answering(REFUSALS):
            delivery = webhooks.send_test(endpoint=row, by=self.actor)
        told = serializers.WebhookDeliverySerializer(delivery).data
        place = reverse("api-webhook-delivery-detail", args=[row.uid, delivery.uid], request=request)
        return Response(told, status=status.HTTP_201_CREATED, headers={"Location": place})

    @extend_schema(request=serializers.SecretRotationBody, responses=serializers.WebhookSecretSerializer)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A new secret. The old one signs beside it for a while."""
        row = self.get_object()
        body = serializers.SecretRotationBody(data=request.data)
        body.is_valid(raise_exception=True)
        overlap = dt.timedelta(hours=body.validated_data["overlap_hours"])
        with answering(REFUSALS):
            secret = webhooks.rotate(endpoint=row, overlap=overlap, by=self.actor)
        return Response({"secret": secret}, headers={"Cache-Control": "no-store"})

    @extend_schema(request=serializers.ReplayBody, responses=serializers.ReplayedSerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send again what was given up since a moment, with the same ids."""
        row = self.get_object()
        body = serializers.ReplayBody(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            count = webhooks.replay_since(endpoint=row, since=body.validated_data["since"], by=self.actor)
        return Response({"replayed": count})

    def _answer(self, row: WebhookEndpoint) -> Response:
        stands = self.get_queryset().get(pk=row.pk)
        return Response(self.get_serializer(stands).data, headers={"ETag": etag_of(stands)})


class WebhookDeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=WebhookDelivery.State.choices)
    type = django_filters.ChoiceFilter(choices=[(code, code) for code in CODES])

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []


@extend_schema(parameters=[ENDPOINT])
class WebhookDeliveryViewSet(ReadViewSet[WebhookDelivery]):
    """What was and is sent to an endpoint, newest first, kept for 30 days."""

    resource = "webhook-endpoints"
    filterset_class = WebhookDeliveryFilter
    pagination_class = NewestFirstPagination

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        if self.is_described:
            return WebhookDelivery.objects.none()
        rows = WebhookDelivery.objects.visible_to(self.actor).filter(endpoint=self._endpoint())
        rows = rows.select_related("endpoint__member")
        return rows.prefetch_related("tries") if self.action == "retrieve" else rows

    def get_serializer_class(self) -> type[BaseSerializer[WebhookDelivery]]:
        is_one = self.action == "retrieve"
        return (
            serializers.WebhookDeliveryDetailSerializer if is_one else serializers.WebhookDeliverySerializer
        )

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if not self.is_described and self.action == "retrieve":
            context["can_read_payload"] = can_read_payload(self.actor, self._endpoint())
        return context

    @extend_schema(request=None, responses=serializers.WebhookDeliverySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send it again, with the same id, where it was given up."""
        with answering(REFUSALS):
            row = webhooks.replay(delivery=self.get_object(), by=self.actor)
        return Response(serializers.WebhookDeliverySerializer(row).data)

    def _endpoint(self) -> WebhookEndpoint:
        rows = WebhookEndpoint.objects.visible_to(self.actor).select_related("member")
        return get_object_or_404(rows, uid=self.kwargs["endpoint_uid"])
