"""Statements of capability: read by their audience, written by the CDMO whose site it is."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.api.conditional import etag_of, require_match
from cdmo_portal.accounts.api.problems import Conflict, PreconditionFailed, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from partners.actions import profiles
from partners.actions.editing import AlreadyThere, ChangedMeanwhile, NotAllowed
from partners.api.bodies import CapabilityBody, CapabilityChange, capability_facts
from partners.api.filters import CapabilityFilter
from partners.api.profile_views import SiteViewSet
from partners.api.serializers import CapabilitySerializer
from partners.api.vocabulary_views import TermViewSet
from partners.models import Capability, Site

REFUSALS: Refusals = {
    NotAllowed: exceptions.PermissionDenied,
    ChangedMeanwhile: PreconditionFailed,
    AlreadyThere: Conflict,
    profiles.EvidenceIsForTheOldStatement: lambda reason: ValidationError({"basis": reason}),
}


class CapabilityViewSet(ReadViewSet[Capability]):
    """What a site or one of its lines says about a term. No row means that nothing is stated."""

    resource = "capabilities"
    serializer_class = CapabilitySerializer
    filterset_class = CapabilityFilter
    expandable = {"site": SiteViewSet, "term": TermViewSet}

    def get_queryset(self) -> QuerySet[Capability]:
        if self.is_described:
            return Capability.objects.none()
        rows = Capability.objects.shown_to(self.actor)
        return rows.select_related("site__partner", "line", "term").prefetch_related("measures__term")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(request=CapabilityBody, responses={201: CapabilitySerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        body = CapabilityBody(data=request.data)
        body.is_valid(raise_exception=True)
        site = self._own_site(body.validated_data["site"])
        facts = capability_facts(body.validated_data, site, None)
        with answering(REFUSALS):
            row = profiles.save_capability(site=site, facts=facts, by=self.actor)
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=CapabilityChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_match(request, etag_of(row))
        body = CapabilityChange(data=request.data)
        body.is_valid(raise_exception=True)
        facts = capability_facts(body.validated_data, row.site, row)
        with answering(REFUSALS):
            saved = profiles.save_capability(
                site=row.site, facts=facts, by=self.actor, capability=row, version=str(row.version)
            )
        return self._answer(saved)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_match(request, etag_of(row))
        with answering(REFUSALS):
            profiles.delete_capability(capability=row, version=str(row.version), by=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=CapabilitySerializer)
    @action(detail=True, methods=["post"], url_name="confirm")
    def confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Still true: the statement counts from today again."""
        row = self.get_object()
        with answering(REFUSALS):
            profiles.confirm_capability(capability=row, by=self.actor)
        return self._answer(row)

    def _own_site(self, uid: Any) -> Site:
        site = Site.objects.owned_by(self.actor).select_related("partner").filter(uid=uid).first()
        if site is None:
            raise ValidationError({"site": "You have no such site."})
        return site

    def _answer(self, row: Capability, code: int = status.HTTP_200_OK) -> Response:
        stands = self.get_queryset().get(pk=row.pk)
        return Response(self.get_serializer(stands).data, status=code, headers={"ETag": etag_of(stands)})
