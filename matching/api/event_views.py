"""The event log, registered where it is known which briefs exist for its reader."""

from django.db.models import QuerySet

from cdmo_portal.events.api import views
from cdmo_portal.events.models import Event
from matching.permissions import readable_events


class EventViewSet(views.EventViewSet):
    """What was done in your organisation with what you may see, newest first."""

    def get_queryset(self) -> QuerySet[Event]:
        return super().get_queryset() if self.is_described else readable_events(self.actor)
