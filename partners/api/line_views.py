"""Lines: read by everybody, written by the CDMO whose site it is."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.api.problems import Conflict, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import lines
from partners.api import filters
from partners.api.capacity_serializers import LineSerializer
from partners.api.line_bodies import LineBody, LineChange, SourceBody, line_facts, place_in_body
from partners.api.own_rows import REFUSALS, TaggedViewSet, own_site, sent
from partners.api.profile_views import SiteViewSet
from partners.models import Line, Site


class LineViewSet(TaggedViewSet[Line]):
    """Production resources with capacity. What a brief asks of a line must hold on one and the same."""

    resource = "lines"
    serializer_class = LineSerializer
    filterset_class = filters.LineFilter
    expandable = {"site": SiteViewSet}

    def get_queryset(self) -> QuerySet[Line]:
        return Line.objects.select_related("site__partner", "building")

    @extend_schema(request=LineBody, responses={201: LineSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add a line to a site of your own."""
        given = sent(LineBody, request)
        saved = self._saved(own_site(self.actor, given["site"]), given, None)
        return self.answer(saved, status.HTTP_201_CREATED)

    @extend_schema(request=LineChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a line. Windows without an audience of their own take over that of the line."""
        line = self.get_object()
        seen = self.require_match(line)
        return self.answer(self._saved(line.site, sent(LineChange, request), line, seen))

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove a line with everything stated about it, its capacity among it."""
        line = self.get_object()
        seen = self.require_match(line)
        with answering(REFUSALS):
            lines.delete_line(line=line, version=seen, by=self.actor)
        return self.gone()

    @extend_schema(request=None, responses=LineSerializer)
    @action(detail=True, methods=["post"], url_name="confirm")
    def confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Still true: the lead time counts from today again."""
        line = self.get_object()
        with answering({**REFUSALS, lines.NoLeadTime: Conflict}):
            lines.confirm_lead_time(line=line, by=self.actor)
        return self.answer(line)

    @extend_schema(request=SourceBody, responses=LineSerializer)
    @action(detail=True, methods=["post"], url_name="source")
    def source(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say which way the line's capacity comes from now on; its windows stay until that way speaks."""
        line = self.get_object()
        given = sent(SourceBody, request)
        with answering(REFUSALS):
            lines.switch_source(line=line, source=given["source"], by=self.actor)
        return self.answer(line)

    def _saved(self, site: Site, given: dict[str, Any], line: Line | None, seen: str = "") -> Line:
        facts = line_facts(given, site, line)
        try:
            with answering(REFUSALS):
                return lines.save_line(site=site, facts=facts, by=self.actor, line=line, version=seen)
        except lines.WindowsStandAgainst as error:
            raise ValidationError(place_in_body(error.field, str(error))) from error
