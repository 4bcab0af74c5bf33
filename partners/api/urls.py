from rest_framework.routers import SimpleRouter

from partners.api import capability_views, capacity_views, views

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

urlpatterns = router.urls
