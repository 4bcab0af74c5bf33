"""What became of a brief's values, and giving one its old value back."""

from typing import Any

from django.db.models import BigIntegerField, Case, QuerySet, When
from django.db.models.functions import Cast
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.problems import answering
from matching.actions.taking_back import take_back
from matching.api.filters import BriefChangeFilter
from matching.api.names import name_of
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet
from matching.api.people_serializers import BriefChangeSerializer
from matching.models import BriefChange


class HistoryPagination(MomentPagination):
    ordering = "-at"


@extend_schema(parameters=[BRIEF])
class BriefChangeViewSet(ListModelMixin, RetrieveModelMixin, OfBriefViewSet[BriefChange]):
    """The history of a brief, newest first."""

    serializer_class = BriefChangeSerializer
    pagination_class = HistoryPagination
    filterset_class = BriefChangeFilter

    def get_queryset(self) -> QuerySet[BriefChange]:
        if self.is_described:
            return BriefChange.objects.none()
        rows = BriefChange.objects.filter(brief=self.brief())
        if self.action == "list":
            rows = rows.as_read()
        is_person = When(kind=BriefChange.Kind.COLLEAGUE, then=Cast("subject", BigIntegerField()))
        rows = rows.annotate(person_id=Case(is_person, default=None)).annotate(person=name_of("person_id"))
        return rows.select_related("brief", "by", "continues", "takes_back")

    @extend_schema(request=None, responses={201: BriefChangeSerializer})
    @action(detail=True, methods=["post"], url_path="take-back", url_name="take-back")
    def take_back(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give the field or requirement the value back that it had; refused where it was changed again since.

        The answer is the change that does so, which can be taken back in its turn.
        """
        change = get_object_or_404(self.get_queryset(), uid=self.kwargs["uid"])
        with answering(REFUSALS):
            take_back(by=self.actor, change=change)
        made = self.get_queryset().filter(takes_back=change).order_by("-pk")[:1].get()
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)
