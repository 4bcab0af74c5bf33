from django.urls import path

from matching.views import (
    brief_history,
    brief_lists,
    brief_people,
    brief_sections,
    briefs,
    comments,
    comparisons,
    matches,
    reading,
    requirements,
)

app_name = "matching"

urlpatterns = [
    path("briefs/", brief_lists.brief_list, name="brief_list"),
    path("briefs/new/", brief_sections.brief_create, name="brief_create"),
    path("briefs/read/", reading.brief_read, name="brief_read"),
    path("briefs/<uuid:uid>/", briefs.brief_detail, name="brief_detail"),
    path("briefs/<uuid:uid>/edit/", brief_sections.brief_update, name="brief_update"),
    path("briefs/<uuid:uid>/edit/<slug:section>/", brief_sections.brief_section, name="brief_section"),
    path("briefs/<uuid:uid>/open/", briefs.brief_open, name="brief_open"),
    path("briefs/<uuid:uid>/close/", briefs.brief_close, name="brief_close"),
    path("briefs/<uuid:uid>/reopen/", briefs.brief_reopen, name="brief_reopen"),
    path("briefs/<uuid:uid>/archive/", briefs.brief_archive, name="brief_archive"),
    path("briefs/<uuid:uid>/restore/", briefs.brief_restore, name="brief_restore"),
    path("briefs/<uuid:uid>/duplicate/", briefs.brief_duplicate, name="brief_duplicate"),
    path("briefs/<uuid:uid>/delete/", briefs.brief_delete, name="brief_delete"),
    path("briefs/<uuid:uid>/undelete/", briefs.brief_undelete, name="brief_undelete"),
    path("briefs/<uuid:uid>/people/", brief_people.people, name="brief_people"),
    path("briefs/<uuid:uid>/people/access/", brief_people.access_update, name="brief_access"),
    path(
        "briefs/<uuid:uid>/people/<uuid:member_uid>/", brief_people.colleague_update, name="colleague_update"
    ),
    path("briefs/<uuid:uid>/history/", brief_history.history, name="brief_history"),
    path(
        "briefs/<uuid:uid>/history/<uuid:change_uid>/take-back/",
        brief_history.change_take_back,
        name="change_take_back",
    ),
    path("briefs/<uuid:uid>/comments/", comments.comment_list, name="comment_list"),
    path("briefs/<uuid:uid>/comments/mute/", comments.comments_mute, name="comments_mute"),
    path("briefs/<uuid:uid>/comments/<uuid:comment_uid>/", comments.comment_update, name="comment_update"),
    path(
        "briefs/<uuid:uid>/comments/<uuid:comment_uid>/remove/",
        comments.comment_remove,
        name="comment_remove",
    ),
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
