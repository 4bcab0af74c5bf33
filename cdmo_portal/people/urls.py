from django.urls import path

from cdmo_portal.people import key_views, operator_views, views, webhook_views

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
    path("webhooks/", webhook_views.webhook_list, name="webhook_list"),
    path("webhooks/new/", webhook_views.webhook_create, name="webhook_create"),
    path("webhooks/<uuid:uid>/", webhook_views.webhook_detail, name="webhook_detail"),
    path("webhooks/<uuid:uid>/edit/", webhook_views.webhook_update, name="webhook_update"),
    path("webhooks/<uuid:uid>/state/", webhook_views.webhook_turn, name="webhook_turn"),
    path("webhooks/<uuid:uid>/test/", webhook_views.webhook_test, name="webhook_test"),
    path("webhooks/<uuid:uid>/secret/", webhook_views.webhook_rotate, name="webhook_rotate"),
    path("webhooks/<uuid:uid>/replay/", webhook_views.webhook_replay, name="webhook_replay"),
    path("webhooks/<uuid:uid>/delete/", webhook_views.webhook_delete, name="webhook_delete"),
    path("organisations/", operator_views.organisation_list, name="organisation_list"),
    path("organisations/<uuid:uid>/", operator_views.organisation_detail, name="organisation_detail"),
]
