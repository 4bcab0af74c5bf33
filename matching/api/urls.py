from django.urls import path
from rest_framework.routers import SimpleRouter

from matching.api import (
    brief_views,
    comment_views,
    event_views,
    export_views,
    history_views,
    inbox_views,
    interest_views,
    note_views,
    people_views,
    reach_views,
    requirement_views,
    run_views,
    scorecard_views,
    scoring_views,
    shelf_views,
    shortlist_change_views,
    shortlist_views,
    table_views,
)

UID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OF_BRIEF = rf"briefs/(?P<brief_uid>{UID})"
CHANGES = rf"{OF_BRIEF}/shortlist/changes"
SCORING = rf"{OF_BRIEF}/scoring"

router = SimpleRouter()
router.register("briefs", brief_views.BriefViewSet, basename="api-brief")
router.register("briefs", shelf_views.BriefShelfViewSet, basename="api-brief-shelf")
router.register("briefs", note_views.MatchNoteViewSet, basename="api-brief-news")
router.register(f"{OF_BRIEF}/people", people_views.ColleagueViewSet, basename="api-colleague")
router.register(f"{OF_BRIEF}/comments", comment_views.CommentViewSet, basename="api-comment")
router.register(f"{OF_BRIEF}/history", history_views.BriefChangeViewSet, basename="api-brief-change")
router.register(f"{OF_BRIEF}/requirements", requirement_views.RequirementViewSet, basename="api-requirement")
router.register(f"{OF_BRIEF}/match-runs", run_views.BriefRunViewSet, basename="api-brief-run")
router.register(f"{OF_BRIEF}/weights", run_views.BriefWeightsViewSet, basename="api-brief-weights")
router.register(f"{OF_BRIEF}/shortlist", shortlist_views.ShortlistViewSet, basename="api-shortlist")
router.register(CHANGES, shortlist_change_views.ShortlistChangeViewSet, basename="api-shortlist-change")
router.register(f"{OF_BRIEF}/shortlist", interest_views.QuestionViewSet, basename="api-question")
router.register(f"{OF_BRIEF}/interests", interest_views.BriefInterestViewSet, basename="api-brief-interest")
router.register(SCORING, scoring_views.ScoringViewSet, basename="api-scoring")
router.register(f"{SCORING}/mine", scorecard_views.OwnScoresViewSet, basename="api-own-scores")
router.register(f"{SCORING}/agreed", scorecard_views.AgreedScoresViewSet, basename="api-agreed-scores")
router.register("interests", inbox_views.ReceivedInterestViewSet, basename="api-interest")
router.register("events", event_views.EventViewSet, basename="api-event")
router.register("match-runs", run_views.MatchRunViewSet, basename="api-match-run")
router.register("shortlists", shortlist_views.ShortlistsViewSet, basename="api-shortlists")

urlpatterns = [
    path("briefs/export/", export_views.BriefExport.as_view({"get": "export"}), name="api-brief-export"),
    path(
        "shortlists/export/",
        export_views.ShortlistExport.as_view({"get": "export"}),
        name="api-shortlists-export",
    ),
    *router.urls,
    path("standing/", reach_views.StandingViewSet.as_view({"get": "retrieve"}), name="api-standing"),
    path("reach/", reach_views.ReachViewSet.as_view({"get": "retrieve"}), name="api-reach"),
    path("score-tables/", table_views.ScoreTableView.as_view(), name="api-score-table"),
]
