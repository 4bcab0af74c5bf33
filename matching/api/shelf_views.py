"""Copying a brief, putting it away, getting it back, and saying whom it is for."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import require_match
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from matching.actions import brief_people, brief_shelf
from matching.api.of_brief import REFUSALS, OneBriefViewSet, brief_etag
from matching.api.people_bodies import AccessBody
from matching.api.serializers import BriefDetailSerializer
from matching.models import Brief


class BriefShelfViewSet(OneBriefViewSet):
    """Copying a brief and putting it away."""

    @extend_schema(request=None, responses={201: BriefDetailSerializer})
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A new draft that asks the same, without runs, shortlist and comments."""
        with answering(REFUSALS):
            copy = brief_shelf.duplicate(by=self.actor, brief=self.get_object())
        return self.answer(copy, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=BriefDetailSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put the brief away: it stays readable, and is not changed or matched any more."""
        return self._put(brief_shelf.archive, self.get_object())

    @extend_schema(request=None, responses=BriefDetailSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Get an archived brief back in the state that it had."""
        return self._put(brief_shelf.restore, self.get_object())

    @extend_schema(request=None, responses=BriefDetailSerializer)
    @action(detail=True, methods=["post"])
    def undelete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Get a deleted draft back."""
        rows = Brief.objects.deleted_for(self.actor)
        return self._put(brief_shelf.undelete, get_object_or_404(rows, uid=self.kwargs["uid"]))

    @extend_schema(request=AccessBody, responses=BriefDetailSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["put"])
    def access(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say whom the brief is for: every member of your organisation, or those who are named on it."""
        brief = self.get_object()
        require_match(request, brief_etag(brief))
        body = AccessBody(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            return self.answer(brief_people.set_access(by=self.actor, brief=brief, **body.validated_data))

    def _put(self, act: Callable[..., Brief], brief: Brief) -> Response:
        with answering(REFUSALS):
            return self.answer(act(by=self.actor, brief=brief))
