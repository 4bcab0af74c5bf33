from django.urls import path

from matching.views import (
    brief_comparison,
    briefs,
    comparisons,
    judged,
    matches,
    reading,
    requirements,
    score_exports,
    scorecards,
    scores_together,
    scoring,
    shortlist_cards,
    shortlist_exports,
    shortlists,
)

app_name = "matching"

SHORTLIST = "briefs/<uuid:uid>/shortlist"

urlpatterns = [
    path("briefs/", briefs.brief_list, name="brief_list"),
    path("briefs/new/", briefs.brief_create, name="brief_create"),
    path("briefs/read/", reading.brief_read, name="brief_read"),
    path("briefs/<uuid:uid>/", briefs.brief_detail, name="brief_detail"),
    path("briefs/<uuid:uid>/edit/", briefs.brief_update, name="brief_update"),
    path("briefs/<uuid:uid>/open/", briefs.brief_open, name="brief_open"),
    path("briefs/<uuid:uid>/close/", briefs.brief_close, name="brief_close"),
    path("briefs/<uuid:uid>/reopen/", briefs.brief_reopen, name="brief_reopen"),
    path(
        "briefs/<uuid:uid>/requirements/new/<slug:kind>/",
        requirements.requirement_create,
        name="requirement_create",
    ),
    path(
        "briefs/<uuid:uid>/requirements/<uuid:requirement_uid>/",
        requirements.requirement_update,
        name="requirement_update",
    ),
    path(
        "briefs/<uuid:uid>/requirements/<uuid:requirement_uid>/delete/",
        requirements.requirement_delete,
        name="requirement_delete",
    ),
    path("briefs/<uuid:uid>/compare/", brief_comparison.brief_compare, name="brief_compare"),
    path("briefs/<uuid:uid>/matches/", matches.match_list, name="match_list"),
    path("briefs/<uuid:uid>/matches/again/", matches.match_rerun, name="match_rerun"),
    path("briefs/<uuid:uid>/matches/runs/", comparisons.run_list, name="run_list"),
    path("briefs/<uuid:uid>/matches/compare/", comparisons.run_compare, name="run_compare"),
    path("briefs/<uuid:uid>/matches/seen/", comparisons.note_seen, name="note_seen"),
    path("briefs/<uuid:uid>/matches/sites/<uuid:site_uid>/", judged.match_judged, name="match_judged"),
    path("briefs/<uuid:uid>/matches/weights/", matches.match_weights, name="match_weights"),
    path("briefs/<uuid:uid>/shortlist/", shortlists.shortlist, name="shortlist"),
    path(
        "briefs/<uuid:uid>/shortlist/<uuid:partner_uid>/",
        shortlists.shortlist_toggle,
        name="shortlist_toggle",
    ),
    path(f"{SHORTLIST}/history/", shortlists.shortlist_history, name="shortlist_history"),
    path(f"{SHORTLIST}/export/<slug:kind>/", shortlist_exports.shortlist_export, name="shortlist_export"),
    path(f"{SHORTLIST}/changes/<uuid:change_uid>/undo/", shortlists.shortlist_undo, name="shortlist_undo"),
    path(f"{SHORTLIST}/cards/<uuid:entry_uid>/", shortlist_cards.shortlist_card, name="shortlist_card"),
    path(f"{SHORTLIST}/cards/<uuid:entry_uid>/move/", shortlists.shortlist_move, name="shortlist_move"),
    path(f"{SHORTLIST}/scoring/", scoring.scoring, name="scoring"),
    path(f"{SHORTLIST}/scoring/criteria/", scoring.criteria_update, name="criteria_update"),
    path(f"{SHORTLIST}/scoring/evaluators/", scoring.evaluator_ask, name="evaluator_ask"),
    path(f"{SHORTLIST}/scoring/open/", scoring.scoring_open, name="scoring_open"),
    path(f"{SHORTLIST}/scoring/hand-in/", scorecards.scorecard_hand_in, name="scorecard_hand_in"),
    path(f"{SHORTLIST}/scoring/mine/<uuid:entry_uid>/", scorecards.scorecard_update, name="scorecard_update"),
    path(f"{SHORTLIST}/scoring/together/", scores_together.scores_together, name="scores_together"),
    path(f"{SHORTLIST}/scoring/together/<uuid:entry_uid>/", scores_together.scores_of, name="scores_of"),
    path(f"{SHORTLIST}/scoring/export/", score_exports.scores_export, name="scores_export"),
]
