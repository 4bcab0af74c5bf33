"""The partners that an organisation follows: those of one brief, and all entries over all of its briefs."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.api.conditional import etag_of, refuse_existing, require_match
from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.problems import Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from matching.actions import shortlists
from matching.api.brief_views import BriefViewSet
from matching.api.filters import OfBriefShortlistFilter, ShortlistFilter
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet, with_own_ids
from matching.api.shortlist_bodies import EntryChange, FollowBody
from matching.api.shortlist_serializers import ShortlistEntrySerializer
from matching.models import ShortlistEntry, ShortlistExternalId
from partners.api.external_ids import HasExternalIds
from partners.api.profile_views import PartnerViewSet
from partners.models import Partner

PARTNER = OpenApiParameter("partner_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)
ENTRY_REFUSALS: Refusals = {
    shortlists.ReasonHasNoPlace: lambda reason: ValidationError({"reason": reason}),
    **REFUSALS,
}


class ShortlistPagination(MomentPagination):
    ordering = "-added_at"


@extend_schema(parameters=[BRIEF])
class ShortlistViewSet(ListModelMixin, RetrieveModelMixin, OfBriefViewSet[ShortlistEntry]):
    """The partners that your organisation follows for a brief."""

    serializer_class = ShortlistEntrySerializer
    pagination_class = ShortlistPagination
    expandable = {"brief": BriefViewSet, "partner": PartnerViewSet}
    filterset_class = OfBriefShortlistFilter
    lookup_field = "partner__uid"
    lookup_url_kwarg = "partner_uid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[ShortlistEntry]:
        if self.is_described:
            return ShortlistEntry.objects.none()
        rows = self.brief().shortlist.select_related("brief", "partner", "added_by")
        return with_own_ids(rows, ShortlistExternalId, self.actor)

    @extend_schema(parameters=[PARTNER])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object().partner)

    @extend_schema(
        request=FollowBody,
        parameters=[PARTNER],
        responses={200: ShortlistEntrySerializer, 201: ShortlistEntrySerializer},
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Follow a partner; doing it twice is one entry, and changes nothing of it.

        One that was taken off comes back as it was, with its stage, note and tags.
        """
        brief, partner = self.brief(), get_object_or_404(Partner, uid=self.kwargs["partner_uid"])
        if self.get_queryset().filter(partner=partner).exists():
            refuse_existing(request)
        body = FollowBody(data=request.data)
        body.is_valid(raise_exception=True)
        stage = ShortlistEntry.Stage(body.validated_data["stage"])
        with answering(REFUSALS):
            change = shortlists.add(by=self.actor, brief=brief, partner=partner, stage=stage)
        return self._answer(partner, status.HTTP_200_OK if change is None else status.HTTP_201_CREATED)

    @extend_schema(request=EntryChange, parameters=[PARTNER, IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Move the partner to another stage, write its note and tags; all that is sent, or nothing."""
        entry = self.get_object()
        require_match(request, etag_of(entry))
        body = EntryChange(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(ENTRY_REFUSALS):
            shortlists.revise(by=self.actor, entry=entry, version=entry.version, **body.validated_data)
        return self._answer(entry.partner)

    @extend_schema(parameters=[PARTNER, IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stop following a partner. Its stage, note and tags are kept for when it comes back."""
        entry = self.get_object()
        require_match(request, etag_of(entry))
        with answering(REFUSALS):
            shortlists.remove(by=self.actor, brief=entry.brief, partner=entry.partner, version=entry.version)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, partner: Partner, code: int = status.HTTP_200_OK) -> Response:
        stands = self.get_queryset().get(partner=partner)
        return Response(self.get_serializer(stands).data, status=code, headers={"ETag": etag_of(stands)})


class ShortlistsViewSet(HasExternalIds[ShortlistEntry], ReadViewSet[ShortlistEntry]):
    """The entries of all shortlists of your organisation, newest first."""

    resource = "shortlists"
    serializer_class = ShortlistEntrySerializer
    pagination_class = ShortlistPagination
    expandable = {"brief": BriefViewSet, "partner": PartnerViewSet}
    filterset_class = ShortlistFilter
    external_id_model = ShortlistExternalId

    def get_queryset(self) -> QuerySet[ShortlistEntry]:
        if self.is_described:
            return ShortlistEntry.objects.none()
        rows = ShortlistEntry.objects.visible_to(self.actor)
        return self.with_external_ids(rows.select_related("brief", "partner", "added_by"))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        entry = self.get_object()
        return Response(self.get_serializer(entry).data, headers={"ETag": etag_of(entry)})
