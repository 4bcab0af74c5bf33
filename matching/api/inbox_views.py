"""A CDMO's inbox: what sponsors ask of it, blinded, and its answers."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.pagination import UidCursorPagination
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from matching.actions import interests
from matching.api.filters import InterestFilter
from matching.api.interest_bodies import AnswerBody
from matching.api.interest_serializers import ReceivedInterestSerializer
from matching.api.of_brief import REFUSALS
from matching.models import Interest


class ReceivedPagination(UidCursorPagination):
    """By the day, because a cursor tells what it is made of: when in the day a sponsor asked is not told."""

    ordering = "-asked_on"
    tie = "uid"

    def check_position(self, position: str) -> None:
        dt.date.fromisoformat(position)


class ReceivedInterestViewSet(ReadViewSet[Interest]):
    """What sponsors, who are not named, ask of the partner that your organisation keeps; newest first."""

    resource = "interests"
    serializer_class = ReceivedInterestSerializer
    pagination_class = ReceivedPagination
    filterset_class = InterestFilter

    def get_queryset(self) -> QuerySet[Interest]:
        if self.is_described:
            return Interest.objects.none()
        rows = Interest.objects.received_by(self.actor).annotate(asked_on=TruncDate("asked_at"))
        return rows.select_related("partner", "answered_by")

    @extend_schema(request=AnswerBody, responses=ReceivedInterestSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer, or change the answer: the last one counts. The sponsor who asked alone reads it."""
        interest = self.get_object()
        body = AnswerBody(data=request.data, context={"interest": interest})
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            interests.answer(by=self.actor, interest=interest, **body.validated_data)
        return Response(self.get_serializer(self.get_object()).data)
