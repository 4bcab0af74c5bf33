"""Capacity windows of lines. A CDMO never sees another's capacity."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.problems import Conflict, PreconditionFailed, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from partners.actions import capacity, lines
from partners.actions.editing import ChangedMeanwhile, NotAllowed
from partners.api import capacity_serializers as serializers
from partners.api import filters
from partners.api.bodies import WindowBody, WindowChange, window_facts
from partners.api.line_views import LineViewSet
from partners.api.profile_views import SiteViewSet
from partners.models import CapacityWindow, Line

REFUSALS: Refusals = {
    NotAllowed: exceptions.PermissionDenied,
    ChangedMeanwhile: PreconditionFailed,
    capacity.WindowGone: PreconditionFailed,
    capacity.NotKeptByForm: Conflict,
    capacity.WindowsOverlap: Conflict,
    capacity.MoreThanNominal: lambda reason: ValidationError({"quantity": reason}),
}


class CapacityWindowViewSet(ReadViewSet[CapacityWindow]):
    """What lines have open, held, committed or unavailable, as reported at `observed_at`."""

    resource = "capacity-windows"
    serializer_class = serializers.CapacityWindowSerializer
    filterset_class = filters.CapacityWindowFilter
    expandable = {"line": LineViewSet, "site": SiteViewSet}

    def get_queryset(self) -> QuerySet[CapacityWindow]:
        if self.is_described:
            return CapacityWindow.objects.none()
        rows = (
            CapacityWindow.objects.current()
            .shown_to(self.actor)
            .select_related("site__partner", "line__site")
        )
        if self.actor.is_cdmo:
            rows = rows.filter(site__partner__organisation_id=self.actor.organisation_id or 0)
        return rows

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(
        request=WindowBody,
        responses={201: serializers.CapacityWindowSerializer, 200: serializers.CapacityWindowSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep a window of a line whose source is API; one of the same period and state is taken over."""
        body = WindowBody(data=request.data)
        body.is_valid(raise_exception=True)
        line = self._own_line(body.validated_data["line"])
        facts = window_facts(body.validated_data, None)
        with answering(REFUSALS):
            row = lines.save_window(line=line, facts=facts, by=self.actor, source=Line.Source.API)
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=WindowChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_match(request, _etag(row))
        body = WindowChange(data=request.data)
        body.is_valid(raise_exception=True)
        facts = window_facts(body.validated_data, row)
        with answering(REFUSALS):
            saved = lines.save_window(
                line=row.line,
                facts=facts,
                by=self.actor,
                window=row,
                version=lines.window_mark(row),
                source=Line.Source.API,
            )
        return self._answer(saved)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_match(request, _etag(row))
        with answering(REFUSALS):
            lines.close_window(
                window=row, version=lines.window_mark(row), by=self.actor, source=Line.Source.API
            )
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _own_line(self, uid: Any) -> Line:
        own = Line.objects.filter(site__partner__organisation_id=self.actor.organisation_id or 0)
        line = own.select_related("site__partner").filter(uid=uid).first()
        if line is None or not self.actor.is_cdmo:
            raise ValidationError({"line": "You have no such line."})
        return line

    def _answer(self, row: CapacityWindow, code: int = status.HTTP_200_OK) -> Response:
        stands = self.get_queryset().get(pk=row.pk)
        return Response(self.get_serializer(stands).data, status=code, headers={"ETag": _etag(stands)})


def _etag(window: CapacityWindow) -> str:
    return etag(window.uid, lines.window_mark(window))
