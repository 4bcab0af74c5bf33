"""Addresses of the directory, of profiles and of what their keepers edit."""

from django.urls import include, path

from partners.views import directory, profile

app_name = "partners"

urlpatterns = [
    path("sites/", directory.site_list, name="site_list"),
    path("sites/<slug:slug>/", profile.site_detail, name="site_detail"),
    path("partners/<slug:slug>/", profile.partner_detail, name="partner_detail"),
    path("", include("partners.urls_editing")),
    path("", include("partners.urls_feeds")),
    path("", include("partners.urls_records")),
]
