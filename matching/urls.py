from django.urls import path

from matching.views import brief_sections, briefs, comparisons, matches, reading, requirements

app_name = "matching"

urlpatterns = [
    path("briefs/", briefs.brief_list, name="brief_list"),
    path("briefs/new/", brief_sections.brief_create, name="brief_create"),
    path("briefs/read/", reading.brief_read, name="brief_read"),
    path("briefs/<uuid:uid>/", briefs.brief_detail, name="brief_detail"),
    path("briefs/<uuid:uid>/edit/", brief_sections.brief_update, name="brief_update"),
    path("briefs/<uuid:uid>/edit/<slug:section>/", brief_sections.brief_section, name="brief_section"),
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
    path("briefs/<uuid:uid>/matches/", matches.match_list, name="match_list"),
    path("briefs/<uuid:uid>/matches/again/", matches.match_rerun, name="match_rerun"),
    path("briefs/<uuid:uid>/matches/runs/", comparisons.run_list, name="run_list"),
    path("briefs/<uuid:uid>/matches/compare/", comparisons.run_compare, name="run_compare"),
    path("briefs/<uuid:uid>/matches/seen/", comparisons.note_seen, name="note_seen"),
    path("briefs/<uuid:uid>/matches/weights/", matches.match_weights, name="match_weights"),
    path("briefs/<uuid:uid>/shortlist/", matches.shortlist, name="shortlist"),
    path(
        "briefs/<uuid:uid>/shortlist/<uuid:partner_uid>/", matches.shortlist_toggle, name="shortlist_toggle"
    ),
]
