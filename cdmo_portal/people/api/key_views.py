"""API keys over the API, so that a machine can replace its own before it expires."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.pagination import NewestFirstPagination
from cdmo_portal.accounts.api.permissions import AnyRole
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from cdmo_portal.accounts.models import APIKey
from cdmo_portal.people import keys
from cdmo_portal.people.api.serializers import KeyBody, KeySerializer, NewKeySerializer, RotationBody
from cdmo_portal.people.api.views import REFUSALS


class APIKeyViewSet(ReadViewSet[APIKey]):
    """Your organisation's keys, newest first, revoked and expired ones among them."""

    resource = "api-keys"
    serializer_class = KeySerializer
    pagination_class = NewestFirstPagination
    # Whoever became a viewer still revokes their own keys; the actions refuse viewers the rest.
    permission_classes = [AnyRole]

    def get_queryset(self) -> QuerySet[APIKey]:
        if self.is_described:
            return APIKey.objects.none()
        rows = APIKey.objects.filter(organisation_id=self.actor.organisation_id or 0)
        return rows.select_related("member", "replaces", "replaced_by")

    @extend_schema(request=KeyBody, responses={201: NewKeySerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A key of your own. A key makes only keys that may no more than itself."""
        body = KeyBody(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        with answering(REFUSALS):
            key, plain = keys.make(
                by=self.actor, name=values["name"], scopes=values["scopes"], days=values["expires_in_days"]
            )
        return self._shown_once(key, plain)

    @extend_schema(request=RotationBody, responses={201: NewKeySerializer})
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A new key that may the same; the old one works on for the overlap and then ends."""
        key = self.get_object()
        body = RotationBody(data=request.data)
        body.is_valid(raise_exception=True)
        overlap = dt.timedelta(seconds=body.validated_data["overlap_s"])
        with answering(REFUSALS):
            fresh, plain = keys.rotate(by=self.actor, key=key, overlap=overlap)
        return self._shown_once(fresh, plain)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Revoke a key: it stops at once. Nothing holds this up, so no If-Match is asked for."""
        with answering(REFUSALS):
            keys.revoke(by=self.actor, key=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown_once(self, key: APIKey, plain: str) -> Response:
        stands = self.get_queryset().get(pk=key.pk)
        said = {**self.get_serializer(stands).data, "key": plain}
        return Response(said, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})
