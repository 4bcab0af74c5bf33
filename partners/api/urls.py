from typing import Any

from django.urls import path
from rest_framework.routers import SimpleRouter

from cdmo_portal.accounts.api.exports import Exporting
from partners.api import bulk_views, capability_views, capacity_views, export_views, job_views, views

UID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

router = SimpleRouter()
router.register("vocabulary/facets", views.FacetViewSet, basename="api-facet")
router.register("vocabulary/terms", views.TermViewSet, basename="api-term")
router.register("partners", views.PartnerViewSet, basename="api-partner")
router.register("sites", views.SiteViewSet, basename="api-site")
router.register("capabilities", capability_views.CapabilityViewSet, basename="api-capability")
router.register("certificates", views.CertificateViewSet, basename="api-certificate")
router.register("inspections", views.InspectionViewSet, basename="api-inspection")
router.register("lines", capacity_views.LineViewSet, basename="api-line")
router.register("capacity-windows", capacity_views.CapacityWindowViewSet, basename="api-window")
router.register("feeds", capacity_views.FeedViewSet, basename="api-feed")
router.register("refreshes", capacity_views.RefreshViewSet, basename="api-refresh")
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
