from typing import Any

from django.urls import path
from rest_framework.routers import SimpleRouter

from cdmo_portal.accounts.api.exports import Exporting
from partners.api import (
    bulk_views,
    capability_views,
    capacity_views,
    claim_views,
    comparison_views,
    document_views,
    draft_views,
    error_report_views,
    export_views,
    feed_views,
    hazard_views,
    job_views,
    line_views,
    profile_change_views,
    profile_views,
    reader_views,
    record_part_views,
    record_views,
    regulatory_views,
    review_views,
    saved_search_views,
    vocabulary_views,
)

UID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OF_RECORD = rf"records/(?P<record_uid>{UID})"

router = SimpleRouter()
router.register("vocabulary/facets", vocabulary_views.FacetViewSet, basename="api-facet")
router.register("vocabulary/terms", vocabulary_views.TermViewSet, basename="api-term")
router.register("partners", profile_views.PartnerViewSet, basename="api-partner")
router.register("sites", profile_views.SiteViewSet, basename="api-site")
router.register("capabilities", capability_views.CapabilityViewSet, basename="api-capability")
router.register("hazards", hazard_views.HazardViewSet, basename="api-hazard")
router.register("certificates", regulatory_views.CertificateViewSet, basename="api-certificate")
router.register("inspections", regulatory_views.InspectionViewSet, basename="api-inspection")
router.register("lines", line_views.LineViewSet, basename="api-line")
router.register("capacity-windows", capacity_views.CapacityWindowViewSet, basename="api-window")
# Before the feeds, whose uids would take the word for one of them.
router.register("feeds/trials", feed_views.FeedTrialViewSet, basename="api-feed-trial")
router.register("feeds", feed_views.FeedViewSet, basename="api-feed")
router.register("refreshes", feed_views.RefreshViewSet, basename="api-refresh")
router.register("records", record_views.RecordViewSet, basename="api-record")
router.register(
    f"{OF_RECORD}/agreements", record_part_views.RecordAgreementViewSet, basename="api-record-agreement"
)
router.register(f"{OF_RECORD}/facts", record_part_views.RecordFactViewSet, basename="api-record-fact")
router.register("saved-searches", saved_search_views.SavedSearchViewSet, basename="api-saved-search")
router.register("comparisons", comparison_views.ComparisonViewSet, basename="api-comparison")
router.register("reader-agreements", reader_views.ReaderAgreementViewSet, basename="api-reader-agreement")
router.register("exclusions", reader_views.ExclusionViewSet, basename="api-exclusion")
router.register("claims", claim_views.ClaimViewSet, basename="api-claim")
router.register("documents", document_views.DocumentViewSet, basename="api-document")
router.register("drafts", draft_views.DraftViewSet, basename="api-draft")
router.register("error-reports", error_report_views.ErrorReportViewSet, basename="api-error-report")
router.register("profile-changes", profile_change_views.ProfileChangeViewSet, basename="api-profile-change")
# Before the items, whose keys would take the word for one of them.
router.register("review-items/confirmations", review_views.ConfirmationViewSet, basename="api-confirmation")
router.register("review-items", review_views.ReviewItemViewSet, basename="api-review-item")
router.register("jobs", job_views.JobViewSet, basename="api-job")
router.register(rf"jobs/(?P<job_uid>{UID})/results", job_views.JobResultViewSet, basename="api-job-result")

EXPORTS: dict[str, type[Exporting[Any]]] = {
    "api-partner": export_views.PartnerExport,
    "api-site": export_views.SiteExport,
    "api-capability": export_views.CapabilityExport,
    "api-certificate": export_views.CertificateExport,
    "api-inspection": export_views.InspectionExport,
    "api-line": export_views.LineExport,
    "api-window": export_views.CapacityWindowExport,
}

# Before the addresses of single rows, whose uid could be anything.
urlpatterns = [
    path(
        "capacity-windows/bulk/",
        bulk_views.WindowBulkViewSet.as_view({"post": "create"}),
        name="api-window-bulk",
    ),
    path(
        "capabilities/bulk/",
        bulk_views.CapabilityBulkViewSet.as_view({"post": "create"}),
        name="api-capability-bulk",
    ),
    *(
        path(f"{viewset.resource}/export/", viewset.as_view({"get": "export"}), name=f"{name}-export")
        for name, viewset in EXPORTS.items()
    ),
    *router.urls,
]
