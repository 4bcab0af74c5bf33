"""Addresses of the directory, of profiles and of what their keepers edit."""

from django.urls import include, path

from partners.views import comparisons, directory, profile, tray

app_name = "partners"

urlpatterns = [
    path("sites/", directory.site_list, name="site_list"),
    path("sites/<slug:slug>/", profile.site_detail, name="site_detail"),
    path("partners/<slug:slug>/", profile.partner_detail, name="partner_detail"),
    path("compare/", comparisons.compare, name="compare"),
    path("compare/tray/clear/", tray.tray_clear, name="tray_clear"),
    path("compare/tray/restore/", tray.tray_restore, name="tray_restore"),
    path("compare/tray/<slug:kind>/<uuid:uid>/", tray.tray_toggle, name="tray_toggle"),
    path("", include("partners.urls_editing")),
    path("", include("partners.urls_feeds")),
]
