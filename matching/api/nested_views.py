"""Match runs and the shortlist of one brief."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.problems import ParametersRefused, answering
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from matching.actions import match_runs, shortlists
from matching.api.comparison_serializers import ComparisonSerializer
from matching.api.match_serializers import MatchRunSerializer
from matching.api.serializers import MatchRunLinkSerializer, ShortlistEntrySerializer
from matching.api.views import REFUSALS, UNSCORABLE
from matching.models import Brief, MatchRun, ShortlistEntry
from matching.ranking.comparing import compare_runs
from matching.scoring.comparison import Comparison
from matching.scoring.comparison_text import summary_of
from matching.scoring.plain_records import to_plain
from partners.models import Partner

BRIEF = OpenApiParameter("brief_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)
WITH = OpenApiParameter(
    "with", OpenApiTypes.UUID, required=True, description="The uid of the run to compare with."
)
PARTNER = OpenApiParameter("partner_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)


class RunPagination(MomentPagination):
    ordering = "-made_at"


class ShortlistPagination(MomentPagination):
    ordering = "-added_at"


class MatchRunViewSet(RetrieveModelMixin, ActorViewSet[MatchRun]):
    """One frozen, reproducible result."""

    resource = "match-runs"
    serializer_class = MatchRunSerializer

    def get_queryset(self) -> QuerySet[MatchRun]:
        if self.is_described:
            return MatchRun.objects.none()
        return MatchRun.objects.visible_to(self.actor).select_related("brief")

    @extend_schema(parameters=[WITH], responses=ComparisonSerializer)
    @action(detail=True, methods=["get"])
    def comparison(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is different in this run, compared with another one of its brief."""
        refuse_unknown_parameters(request, frozenset({"with"}))
        runs = self.get_queryset().select_related("brief", "facts__vocabulary")
        after = get_object_or_404(runs, uid=self.kwargs["uid"])
        before = get_object_or_404(runs, uid=self._uid_of_other(request))
        if before.brief_id != after.brief_id:
            raise ParametersRefused({"with": "This is a run of another brief."})
        found = compare_runs(before, after)
        told = {**to_plain(Comparison)(found), "summary": summary_of(found), "before": before, "after": after}
        return Response(ComparisonSerializer(told).data)

    def _uid_of_other(self, request: Request) -> UUID:
        try:
            return UUID(request.query_params.get("with", ""))
        except ValueError as error:
            raise ParametersRefused({"with": "Give the uid of a match run."}) from error


@extend_schema(parameters=[BRIEF])
class BriefRunViewSet(ListModelMixin, ActorViewSet[MatchRun]):
    """The runs of a brief, newest first, without their results."""

    resource = "briefs"
    serializer_class = MatchRunLinkSerializer
    pagination_class = RunPagination
    detail_name = "api-match-run-detail"

    def get_queryset(self) -> QuerySet[MatchRun]:
        if self.is_described:
            return MatchRun.objects.none()
        return self._brief().match_runs.select_related("brief").defer("result", "asked")

    @extend_schema(request=None, responses={201: MatchRunSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Score every known site now, and keep the result."""
        brief = self._brief()
        with answering({**REFUSALS, **UNSCORABLE}):
            run = match_runs.run(by=self.actor, brief=brief)
        return Response(MatchRunSerializer(run).data, status=status.HTTP_201_CREATED)

    def _brief(self) -> Brief:
        return get_object_or_404(Brief.objects.visible_to(self.actor), uid=self.kwargs["brief_uid"])


@extend_schema(parameters=[BRIEF])
class ShortlistViewSet(ListModelMixin, ActorViewSet[ShortlistEntry]):
    """The partners that your organisation follows for a brief."""

    resource = "briefs"
    serializer_class = ShortlistEntrySerializer
    pagination_class = ShortlistPagination
    lookup_field = "partner__uid"
    lookup_url_kwarg = "partner_uid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[ShortlistEntry]:
        if self.is_described:
            return ShortlistEntry.objects.none()
        return self._brief().shortlist.select_related("partner")

    @extend_schema(
        request=None,
        parameters=[PARTNER],
        responses={200: ShortlistEntrySerializer, 201: ShortlistEntrySerializer},
    )
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Follow a partner; doing it twice is one entry."""
        brief, partner = self._brief(), self._partner()
        with answering(REFUSALS):
            change = shortlists.add(by=self.actor, brief=brief, partner=partner)
        entry = self.get_queryset().get(partner=partner)
        code = status.HTTP_200_OK if change is None else status.HTTP_201_CREATED
        return Response(self.get_serializer(entry).data, status=code)

    @extend_schema(parameters=[PARTNER])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stop following a partner; nothing happens if it was not followed."""
        with answering(REFUSALS):
            shortlists.remove(by=self.actor, brief=self._brief(), partner=self._partner())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _brief(self) -> Brief:
        return get_object_or_404(Brief.objects.visible_to(self.actor), uid=self.kwargs["brief_uid"])

    def _partner(self) -> Partner:
        return get_object_or_404(Partner, uid=self.kwargs["partner_uid"])
