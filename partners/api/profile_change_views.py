"""What the own profile said before and after each change, and bringing the former values back."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.pagination import NewestFirstPagination
from cdmo_portal.accounts.api.problems import Conflict, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from partners.actions import restoring
from partners.actions.lines import WindowsStandAgainst
from partners.actions.profile_values import NoLongerPossible
from partners.api.own_rows import REFUSALS
from partners.api.serializers import SiteLinkSerializer
from partners.models import Partner, ProfileChange, Subject
from partners.permissions import can_edit_partner

OF_RESTORING: Refusals = {**REFUSALS, NoLongerPossible: Conflict, WindowsStandAgainst: Conflict}


class ProfileChangeSerializer(serializers.ModelSerializer[ProfileChange]):
    """Values name terms by code and lines by uid. `before` is null where nothing was stated."""

    site = SiteLinkSerializer(allow_null=True)
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True, help_text="null where it was taken back.")
    undoes = serializers.SlugRelatedField[ProfileChange](slug_field="uid", read_only=True, allow_null=True)

    class Meta:
        model = ProfileChange
        fields = ["uid", "site", "subject", "about", "before", "after", "at", "undoes"]


class ProfileChangeFilter(django_filters.FilterSet):
    site = django_filters.UUIDFilter(field_name="site__uid")
    subject = django_filters.ChoiceFilter(choices=Subject.choices)

    class Meta:
        model = ProfileChange
        fields: list[str] = []


class ProfileChangeViewSet(ReadViewSet[ProfileChange]):
    """Every change of the profile that your organisation keeps, the newest first."""

    resource = "profile-changes"
    serializer_class = ProfileChangeSerializer
    filterset_class = ProfileChangeFilter
    pagination_class = NewestFirstPagination

    def get_queryset(self) -> QuerySet[ProfileChange]:
        if self.is_described:
            return ProfileChange.objects.none()
        rows = ProfileChange.objects.visible_to(self.actor)
        own = rows.filter(partner__in=Partner.objects.owned_by(self.actor))
        return own.select_related("site__partner", "partner", "undoes")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One change; its ETag names what stands now, for bringing the former values back."""
        change = self.get_object()
        return Response(self.get_serializer(change).data, headers={"ETag": etag(change.uid, _stands(change))})

    @extend_schema(request=None, responses=ProfileChangeSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_name="restore")
    def restore(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let the former values stand again. That is a change itself, which can be undone."""
        change = self.get_object()
        if not can_edit_partner(self.actor, change.partner):
            raise exceptions.PermissionDenied
        seen = _stands(change)
        require_match(request, etag(change.uid, seen))
        with answering(OF_RESTORING):
            restoring.restore(change=change, seen=seen, by=self.actor)
        return Response(self.get_serializer(change).data)


def _stands(change: ProfileChange) -> str:
    """The mark of what stands now; of what can no longer be restored, one that no restoring takes."""
    try:
        return restoring.mark(restoring.present(restoring.part_of(change)))
    except NoLongerPossible:
        return "gone"
