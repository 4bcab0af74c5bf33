"""Who works on a brief."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from matching.actions import brief_people
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet
from matching.api.people_bodies import ColleagueBody, RoleBody
from matching.api.people_serializers import ColleagueSerializer
from matching.models import BriefColleague

MEMBER = OpenApiParameter("member_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)


class ColleaguePagination(MomentPagination):
    ordering = "added_at"
    tie = "member__uid"


@extend_schema(parameters=[BRIEF])
class ColleagueViewSet(ListModelMixin, RetrieveModelMixin, OfBriefViewSet[BriefColleague]):
    """The members who are named on a brief. Owners of the organisation own every brief, named or not."""

    serializer_class = ColleagueSerializer
    pagination_class = ColleaguePagination
    lookup_field = "member__uid"
    lookup_url_kwarg = "member_uid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[BriefColleague]:
        if self.is_described:
            return BriefColleague.objects.none()
        return self.brief().colleagues.select_related("brief", "member__user", "added_by")

    @extend_schema(parameters=[MEMBER])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(request=ColleagueBody, responses={201: ColleagueSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Name a member on the brief."""
        brief = self.brief()
        body = ColleagueBody(data=request.data, context={"brief": brief})
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            row = brief_people.name_colleague(by=self.actor, brief=brief, **body.validated_data)
        answer = self._answer(row, status.HTTP_201_CREATED)
        answer["Location"] = self.reverse_action("detail", args=[brief.uid, row.member.uid])
        return answer

    @extend_schema(request=RoleBody, parameters=[MEMBER, IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a colleague another role; the last named owner keeps theirs."""
        row = self.get_object()
        require_match(request, _etag(row))
        body = RoleBody(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            changed = brief_people.change_colleague(
                by=self.actor, brief=row.brief, member=row.member, **body.validated_data
            )
        return self._answer(changed)

    @extend_schema(parameters=[MEMBER, IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a name off the brief."""
        row = self.get_object()
        require_match(request, _etag(row))
        with answering(REFUSALS):
            brief_people.remove_colleague(by=self.actor, brief=row.brief, member=row.member)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, row: BriefColleague, code: int = status.HTTP_200_OK) -> Response:
        stands = self.get_queryset().filter(pk=row.pk).first()
        if stands is None:
            raise Http404
        return Response(self.get_serializer(stands).data, status=code, headers={"ETag": _etag(stands)})


def _etag(row: BriefColleague) -> str:
    """What can change of a name on a brief is its role; who is named again is named at another time."""
    return etag(row.member.uid, f"{row.added_at:%s%f}-{row.role}")
