"""Match runs: made now, read and compared, and weights that are kept and matched with."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import require_match
from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.problems import ParametersRefused, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from matching.actions import match_runs
from matching.api.bodies import WeightingBody
from matching.api.brief_views import BriefViewSet
from matching.api.comparison_serializers import ComparisonSerializer
from matching.api.match_serializers import MatchRunSerializer, SiteMatchSerializer
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet, brief_etag
from matching.api.serializers import MatchRunLinkSerializer
from matching.models import MatchRun
from matching.ranking.comparing import compare_runs
from matching.ranking.explaining import candidate_of
from matching.scoring.comparison import Comparison
from matching.scoring.comparison_text import summary_of
from matching.scoring.plain_records import to_plain

WITH = OpenApiParameter(
    "with", OpenApiTypes.UUID, required=True, description="The uid of the run to compare with."
)

SITE = OpenApiParameter("site_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)
UID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class RunPagination(MomentPagination):
    ordering = "-made_at"


class MatchRunViewSet(RetrieveModelMixin, ActorViewSet[MatchRun]):
    """One frozen, reproducible result."""

    resource = "match-runs"
    serializer_class = MatchRunSerializer
    expandable = {"brief": BriefViewSet}

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

    @extend_schema(parameters=[SITE], responses=SiteMatchSerializer)
    @action(detail=True, methods=["get"], url_path=f"sites/(?P<site_uid>{UID})", url_name="site")
    def site(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One site of the run's lists with all of its verdicts, also one that is listed by score alone."""
        found = candidate_of(self.get_object(), str(self.kwargs["site_uid"]))
        if found is None:
            raise NotFound("The run lists no such site.")
        return Response(found)

    def _uid_of_other(self, request: Request) -> UUID:
        try:
            return UUID(request.query_params.get("with", ""))
        except ValueError as error:
            raise ParametersRefused({"with": "Give the uid of a match run."}) from error


@extend_schema(parameters=[BRIEF])
class BriefRunViewSet(ListModelMixin, OfBriefViewSet[MatchRun]):
    """The runs of a brief, newest first, without their results."""

    resource = "briefs"
    serializer_class = MatchRunLinkSerializer
    pagination_class = RunPagination
    expandable = {"brief": BriefViewSet}
    detail_name = "api-match-run-detail"

    def get_queryset(self) -> QuerySet[MatchRun]:
        if self.is_described:
            return MatchRun.objects.none()
        return self.brief().match_runs.select_related("brief").defer("result", "asked")

    @extend_schema(request=None, responses={201: MatchRunSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Score every known site now, and keep the result."""
        brief = self.brief()
        with answering(REFUSALS):
            run = match_runs.run(by=self.actor, brief=brief)
        return Response(MatchRunSerializer(run).data, status=status.HTTP_201_CREATED)


@extend_schema(parameters=[BRIEF])
class BriefWeightsViewSet(OfBriefViewSet[MatchRun]):
    """The weights of a brief, as the match page keeps them."""

    serializer_class = MatchRunSerializer
    detail_name = "api-match-run-detail"

    @extend_schema(request=WeightingBody, responses={201: MatchRunSerializer}, parameters=[IF_MATCH])
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep other weights and match with them: both, or neither when no score follows from them.

        `If-Match` holds the ETag of the brief.
        """
        brief = self.brief()
        require_match(request, brief_etag(brief))
        body = WeightingBody(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            run = match_runs.weigh_and_run(
                by=self.actor, brief=brief, version=brief.version, weighting=body.validated_data
            )
        return Response(MatchRunSerializer(run).data, status=status.HTTP_201_CREATED)
