"""Addresses of the directory, of profiles and of what their keepers edit."""

from django.urls import include, path

from cdmo_portal.spreadsheets import Kind
from partners.views import (
    comparisons,
    directory,
    directory_export,
    error_reports,
    profile,
    profile_views,
    terms,
    tray,
)

app_name = "partners"

urlpatterns = [
    path("sites/", directory.site_list, name="site_list"),
    *(
        path(f"sites/export.{kind}", directory_export.site_export, {"kind": kind}, name=f"site_export_{kind}")
        for kind in Kind
    ),
    path("sites/<slug:slug>/", profile.site_detail, name="site_detail"),
    path("sites/<slug:slug>/history/", profile.site_history, name="site_history"),
    path("sites/<slug:slug>/viewed/", profile_views.site_viewed, name="site_viewed"),
    path("sites/<slug:slug>/report/", error_reports.site_report, name="site_report"),
    path("partners/<slug:slug>/", profile.partner_detail, name="partner_detail"),
    path("partners/<slug:slug>/history/", profile.partner_history, name="partner_history"),
    path("partners/<slug:slug>/report/", error_reports.partner_report, name="partner_report"),
    path("terms/", terms.term_search, name="term_search"),
    path("reports/", error_reports.report_list, name="report_list"),
    path("reports/<uuid:uid>/", error_reports.report_decide, name="report_decide"),
    path("compare/", comparisons.compare, name="compare"),
    path("compare/tray/clear/", tray.tray_clear, name="tray_clear"),
    path("compare/tray/restore/", tray.tray_restore, name="tray_restore"),
    path("compare/tray/<slug:kind>/<uuid:uid>/", tray.tray_toggle, name="tray_toggle"),
    path("", include("partners.urls_editing")),
    path("", include("partners.urls_claims")),
    path("", include("partners.urls_review")),
    path("", include("partners.urls_feeds")),
    path("", include("partners.urls_uploads")),
    path("searches/", include("partners.urls_searches")),
    path("", include("partners.urls_records")),
]
