from rest_framework.routers import SimpleRouter

from cdmo_portal.accounts.api import views

router = SimpleRouter()
router.register("organisations", views.OrganisationViewSet, basename="api-organisation")
router.register("members", views.MemberViewSet, basename="api-member")

urlpatterns = router.urls
