"""The event log, registered where it is known which briefs exist for its reader."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.events.api import views
from cdmo_portal.events.models import Event
from matching.api.event_serializers import EventSerializer, told_events
from matching.permissions import readable_events


class EventFilter(views.EventFilter):
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")
    object_kind = django_filters.CharFilter(max_length=40, method="about", label="e.g. brief")

    def about(self, rows: QuerySet[Event], _name: str, kind: str) -> QuerySet[Event]:
        return rows.filter(object_kind__endswith=f".{kind}")


class EventViewSet(views.EventViewSet):
    """What was done in your organisation with what you may see, newest first."""

    resource = "events"
    serializer_class = EventSerializer
    filterset_class = EventFilter

    def get_queryset(self) -> QuerySet[Event]:
        return super().get_queryset() if self.is_described else readable_events(self.actor)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        told = told_events(page, self.actor)
        return self.get_paginated_response(self.get_serializer(told, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        [told] = told_events([self.get_object()], self.actor)
        return Response(self.get_serializer(told).data)
