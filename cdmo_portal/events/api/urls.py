from rest_framework.routers import SimpleRouter

from cdmo_portal.events.api import webhook_views

UID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OF_ENDPOINT = rf"webhook-endpoints/(?P<endpoint_uid>{UID})"

router = SimpleRouter()
router.register("webhook-event-types", webhook_views.WebhookTypeViewSet, basename="api-webhook-type")
router.register("webhook-endpoints", webhook_views.WebhookEndpointViewSet, basename="api-webhook-endpoint")
router.register(
    f"{OF_ENDPOINT}/deliveries", webhook_views.WebhookDeliveryViewSet, basename="api-webhook-delivery"
)

urlpatterns = router.urls
