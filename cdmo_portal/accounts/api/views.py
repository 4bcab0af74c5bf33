"""Your own organisation and its members, and the answer at addresses that do not exist."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from cdmo_portal.accounts.api.serializers import MemberSerializer, OrganisationSerializer
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from cdmo_portal.accounts.models import Member, Organisation


class OrganisationViewSet(ReadViewSet[Organisation]):
    """The organisation that you act for."""

    serializer_class = OrganisationSerializer

    def get_queryset(self) -> QuerySet[Organisation]:
        if self.is_described:
            return Organisation.objects.none()
        return Organisation.objects.filter(pk=self.actor.organisation_id or 0)


class MemberViewSet(ReadViewSet[Member]):
    """The people of your organisation."""

    serializer_class = MemberSerializer

    def get_queryset(self) -> QuerySet[Member]:
        if self.is_described:
            return Member.objects.none()
        return Member.objects.filter(organisation_id=self.actor.organisation_id or 0).select_related("user")


@extend_schema(exclude=True)
class NoSuchAddress(APIView):
    permission_classes = [AllowAny]
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("The API has no such address; see /api/v1/schema/.")
