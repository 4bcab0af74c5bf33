import django_filters
from django.db.models import QuerySet

from cdmo_portal.accounts.api.pagination import NewestFirstPagination
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from cdmo_portal.events.api.serializers import EventSerializer
from cdmo_portal.events.models import Event


class EventFilter(django_filters.FilterSet):
    kind = django_filters.CharFilter(max_length=60)
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")

    class Meta:
        model = Event
        fields: list[str] = []


class EventViewSet(ReadViewSet[Event]):
    """What was done in your organisation, newest first."""

    resource = "events"
    serializer_class = EventSerializer
    filterset_class = EventFilter
    pagination_class = NewestFirstPagination

    def get_queryset(self) -> QuerySet[Event]:
        return Event.objects.none() if self.is_described else Event.objects.visible_to(self.actor)
