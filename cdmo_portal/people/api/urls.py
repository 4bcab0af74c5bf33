from rest_framework.routers import SimpleRouter

from cdmo_portal.people.api import key_views, views

router = SimpleRouter()
router.register("organisations", views.OrganisationViewSet, basename="api-organisation")
router.register("members", views.MemberViewSet, basename="api-member")
router.register("invitations", views.InvitationViewSet, basename="api-invitation")
router.register("api-keys", key_views.APIKeyViewSet, basename="api-api-key")

urlpatterns = router.urls
