"""A sponsor asks partners of a shortlist, blinded, whether they are interested, and takes that back."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.problems import answering
from matching.actions import interests
from matching.api.brief_views import BriefViewSet
from matching.api.filters import InterestFilter
from matching.api.interest_bodies import AskBody
from matching.api.interest_serializers import InterestPreviewSerializer, InterestSerializer
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet
from matching.interest_teasers import mark_of
from matching.models import Brief, Interest, ShortlistEntry
from partners.api.profile_views import PartnerViewSet

PARTNER = OpenApiParameter("partner_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)


class InterestPagination(MomentPagination):
    ordering = "-asked_at"


@extend_schema(parameters=[BRIEF])
class BriefInterestViewSet(ListModelMixin, RetrieveModelMixin, OfBriefViewSet[Interest]):
    """What partners were asked for a brief, newest first, with their answers."""

    serializer_class = InterestSerializer
    pagination_class = InterestPagination
    expandable = {"brief": BriefViewSet, "partner": PartnerViewSet}
    filterset_class = InterestFilter

    def get_queryset(self) -> QuerySet[Interest]:
        if self.is_described:
            return Interest.objects.none()
        return self.brief().interests.select_related("brief", "partner", "made_by")

    @extend_schema(request=None, responses=InterestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the question back, answered or not. The partner may be asked again."""
        asked = self.get_object()
        with answering(REFUSALS):
            interests.withdraw(by=self.actor, interest=asked)
        return Response(self.get_serializer(self.get_object()).data)


@extend_schema(parameters=[BRIEF, PARTNER])
class QuestionViewSet(OfBriefViewSet[ShortlistEntry]):
    """Asking one partner of the shortlist."""

    serializer_class = InterestPreviewSerializer
    lookup_field = "partner__uid"
    lookup_url_kwarg = "partner_uid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[ShortlistEntry]:
        if self.is_described:
            return ShortlistEntry.objects.none()
        return self.brief().shortlist.select_related("partner__organisation")

    @extend_schema(responses=InterestPreviewSerializer)
    @action(detail=True, methods=["get"])
    def interest(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the partner would be told, exactly as it reads it."""
        entry, brief = self.get_object(), self.brief()
        asked = self._asked(brief, entry)
        said: dict[str, Any] = {"interest": asked, "why_not": "", "teaser": [], "mark": ""}
        if asked is None:
            said |= _preview(brief, entry)
        return Response(InterestPreviewSerializer(said, context=self.get_serializer_context()).data)

    @extend_schema(request=AskBody, responses={200: InterestSerializer, 201: InterestSerializer})
    @interest.mapping.post
    def ask(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask the partner. Asking twice is one question; 409 where the brief says something else by now."""
        entry, brief = self.get_object(), self.brief()
        body = AskBody(data=request.data)
        body.is_valid(raise_exception=True)
        stood = self._asked(brief, entry)
        with answering(REFUSALS):
            made = interests.ask(by=self.actor, entry=entry, shown=body.validated_data["mark"])
        is_new = stood is None or stood.pk != made.pk
        asked = get_object_or_404(_asked_of(brief), pk=made.pk)
        said = InterestSerializer(asked, context=self.get_serializer_context()).data
        if not is_new:
            return Response(said)
        address = reverse("api-brief-interest-detail", args=[brief.uid, made.uid], request=request)
        return Response(said, status=status.HTTP_201_CREATED, headers={"Location": address})

    def _asked(self, brief: Brief, entry: ShortlistEntry) -> Interest | None:
        return _asked_of(brief).filter(partner=entry.partner, withdrawn_at__isnull=True).first()


def _asked_of(brief: Brief) -> QuerySet[Interest]:
    return brief.interests.select_related("brief", "partner", "made_by")


def _preview(brief: Brief, entry: ShortlistEntry) -> dict[str, Any]:
    try:
        teaser = interests.askable(brief, entry)
    except interests.InterestRefused as refusal:
        return {"why_not": str(refusal)}
    return {"teaser": teaser, "mark": mark_of(teaser)}
