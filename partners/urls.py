"""Addresses of the directory, of profiles and of what their keepers edit."""

from django.urls import include, path

from cdmo_portal.spreadsheets import Kind
from partners.views import directory, directory_export, profile

app_name = "partners"

urlpatterns = [
    path("sites/", directory.site_list, name="site_list"),
    *(
        path(f"sites/export.{kind}", directory_export.site_export, {"kind": kind}, name=f"site_export_{kind}")
        for kind in Kind
    ),
    path("sites/<slug:slug>/", profile.site_detail, name="site_detail"),
    path("partners/<slug:slug>/", profile.partner_detail, name="partner_detail"),
    path("", include("partners.urls_editing")),
    path("", include("partners.urls_feeds")),
]
