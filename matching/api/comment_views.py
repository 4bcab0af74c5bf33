"""What colleagues say to each other about a brief."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import etag_of, require_match
from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.permissions import AnyRole
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from matching.actions import comments
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet
from matching.api.people_bodies import CommentBody, CommentChangeBody
from matching.api.people_serializers import CommentSerializer
from matching.models import BriefComment


class CommentPagination(MomentPagination):
    """As they were said: the oldest first."""

    ordering = "written_at"


@extend_schema(parameters=[BRIEF])
class CommentViewSet(ListModelMixin, RetrieveModelMixin, OfBriefViewSet[BriefComment]):
    """The comments on a brief, oldest first. Colleagues hear of new ones by mail."""

    # Whoever reads a brief may say something about it.
    permission_classes = [AnyRole]
    serializer_class = CommentSerializer
    pagination_class = CommentPagination

    def get_queryset(self) -> QuerySet[BriefComment]:
        if self.is_described:
            return BriefComment.objects.none()
        return self.brief().comments.select_related("brief", "by", "removed_by")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(request=CommentBody, responses={201: CommentSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say something about the brief, or about one of its requirements."""
        brief = self.brief()
        body = CommentBody(data=request.data, context={"brief": brief})
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            comment = comments.write(by=self.actor, brief=brief, **body.validated_data)
        return self._answer(comment, status.HTTP_201_CREATED)

    @extend_schema(request=CommentChangeBody, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put your own comment right, within half an hour."""
        comment = self.get_object()
        require_match(request, etag_of(comment))
        body = CommentChangeBody(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            comments.edit(by=self.actor, comment=comment, version=comment.version, **body.validated_data)
        return self._answer(comment)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a comment away: your own, or any as an owner of the brief. That it was there is still told."""
        comment = self.get_object()
        require_match(request, etag_of(comment))
        with answering(REFUSALS):
            comments.remove(by=self.actor, comment=comment)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"])
    def mute(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """No mails to you about this brief's comments."""
        return self._mute(is_muted=True)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"])
    def unmute(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mails tell you of this brief's comments again."""
        return self._mute(is_muted=False)

    def _mute(self, *, is_muted: bool) -> Response:
        with answering(REFUSALS):
            comments.mute(by=self.actor, brief=self.brief(), is_muted=is_muted)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, comment: BriefComment, code: int = status.HTTP_200_OK) -> Response:
        stands = self.get_queryset().get(pk=comment.pk)
        return Response(self.get_serializer(stands).data, status=code, headers={"ETag": etag_of(stands)})
