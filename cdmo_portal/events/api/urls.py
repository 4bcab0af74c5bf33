from rest_framework.routers import SimpleRouter

from cdmo_portal.events.api import views

router = SimpleRouter()
router.register("events", views.EventViewSet, basename="api-event")

urlpatterns = router.urls
