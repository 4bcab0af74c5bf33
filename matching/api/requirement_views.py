"""The lines of a brief, one at a time. Each has a version of its own."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import etag_of, require_match
from cdmo_portal.accounts.api.pagination import UidCursorPagination
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from matching.actions import requirements
from matching.api.bodies import RequirementBody, RequirementChange, requirement_of
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet
from matching.api.serializers import RequirementSerializer
from matching.models import Requirement
from partners.api.vocabulary_views import TermViewSet


class RequirementPagination(UidCursorPagination):
    """As the brief asks them. Their places change only when all of them are sent in another order."""

    ordering = "position"
    tie = "uid"

    def check_position(self, position: str) -> None:
        if not position.isascii() or not position.isdigit() or len(position) > 5:
            raise ValueError(position)


@extend_schema(parameters=[BRIEF])
class RequirementViewSet(ListModelMixin, RetrieveModelMixin, OfBriefViewSet[Requirement]):
    """What a brief asks, line by line, in its order."""

    serializer_class = RequirementSerializer
    pagination_class = RequirementPagination
    expandable = {"term": TermViewSet}

    def get_queryset(self) -> QuerySet[Requirement]:
        if self.is_described:
            return Requirement.objects.none()
        return self.brief().requirements.select_related("brief", "term", "measure", "step")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(request=RequirementBody, responses={201: RequirementSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add a line at the end of the brief."""
        brief = self.brief()
        body = RequirementBody(data=request.data)
        body.is_valid(raise_exception=True)
        row = requirement_of(body.validated_data, brief)
        with answering(REFUSALS):
            added = requirements.add_requirement(by=self.actor, brief=brief, requirement=row)
        return self._answer(added, status.HTTP_201_CREATED)

    @extend_schema(request=RequirementChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_match(request, etag_of(row))
        body = RequirementChange(data=request.data, context={"row": row})
        body.is_valid(raise_exception=True)
        changed = requirement_of(body.validated_data, row.brief, row=row)
        with answering(REFUSALS):
            requirements.change_requirement(by=self.actor, requirement=changed, version=row.version)
        return self._answer(changed)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_match(request, etag_of(row))
        with answering(REFUSALS):
            requirements.remove_requirement(by=self.actor, requirement=row, version=row.version)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, row: Requirement, code: int = status.HTTP_200_OK) -> Response:
        stands = self.get_queryset().get(pk=row.pk)
        return Response(self.get_serializer(stands).data, status=code, headers={"ETag": etag_of(stands)})
