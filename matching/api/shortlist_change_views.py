"""Who changed what of a shortlist, and taking it back."""

from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.problems import answering
from matching.actions.undoing import undo
from matching.api.filters import ShortlistChangeFilter
from matching.api.names import name_of
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet
from matching.api.shortlist_serializers import ShortlistChangeSerializer
from matching.models import ShortlistChange


class ChangePagination(MomentPagination):
    ordering = "-at"


@extend_schema(parameters=[BRIEF])
class ShortlistChangeViewSet(ListModelMixin, RetrieveModelMixin, OfBriefViewSet[ShortlistChange]):
    """The history of a brief's shortlist, newest first."""

    serializer_class = ShortlistChangeSerializer
    pagination_class = ChangePagination
    filterset_class = ShortlistChangeFilter

    def get_queryset(self) -> QuerySet[ShortlistChange]:
        if self.is_described:
            return ShortlistChange.objects.none()
        rows = self.brief().shortlist_changes.select_related("brief", "by", "entry__partner", "undoes")
        undone = ShortlistChange.objects.filter(undoes=OuterRef("pk"))
        rows = rows.annotate(evaluator_id=Cast(KT("after__evaluator"), BigIntegerField()))
        return rows.annotate(is_undone=Exists(undone), evaluator_name=name_of("evaluator_id"))

    @extend_schema(request=None, responses={201: ShortlistChangeSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Bring back what stood before; refused where something else stands there by now.

        The answer is the change that does so, which can be undone in its turn.
        """
        change = self.get_object()
        with answering(REFUSALS):
            made = undo(by=self.actor, change=change)
        stands = self.get_queryset().get(pk=made.pk)
        return Response(self.get_serializer(stands).data, status=status.HTTP_201_CREATED)
