from django.urls import path

from cdmo_portal.people import key_views, operator_views, views

app_name = "accounts"

urlpatterns = [
    path("organisations/choose/", views.choose, name="organisation_choose"),
    path("organisations/join/", views.join, name="organisation_join"),
    path("organisations/apply/", views.application_create, name="application_create"),
    path("invitations/<str:token>/", views.invitation_accept, name="invitation_accept"),
    path("members/", views.member_list, name="member_list"),
    path("members/leave/", views.leave, name="organisation_leave"),
    path("members/invitations/<uuid:uid>/", views.invitation_update, name="invitation_update"),
    path("members/<uuid:uid>/", views.member_update, name="member_update"),
    path("kept-form/discard/", views.kept_form_discard, name="kept_form_discard"),
    path("keys/", key_views.key_list, name="key_list"),
    path("keys/<uuid:uid>/rotate/", key_views.key_rotate, name="key_rotate"),
    path("keys/<uuid:uid>/revoke/", key_views.key_revoke, name="key_revoke"),
    path("organisations/", operator_views.organisation_list, name="organisation_list"),
    path("organisations/<uuid:uid>/", operator_views.organisation_detail, name="organisation_detail"),
]
