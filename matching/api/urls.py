from django.urls import path
from rest_framework.routers import SimpleRouter

from matching.api import event_views, nested_views, table_views, views

UID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OF_BRIEF = rf"briefs/(?P<brief_uid>{UID})"

router = SimpleRouter()
router.register("briefs", views.BriefViewSet, basename="api-brief")
router.register(f"{OF_BRIEF}/match-runs", nested_views.BriefRunViewSet, basename="api-brief-run")
router.register(f"{OF_BRIEF}/shortlist", nested_views.ShortlistViewSet, basename="api-shortlist")
router.register("events", event_views.EventViewSet, basename="api-event")
router.register("match-runs", nested_views.MatchRunViewSet, basename="api-match-run")

urlpatterns = [
    *router.urls,
    path("score-tables/", table_views.ScoreTableView.as_view(), name="api-score-table"),
]
