"""Events, mails on their way, and webhooks."""

from cdmo_portal.events.models.events import Delivery, Event, Heartbeat, KeptMail
from cdmo_portal.events.models.webhooks import (
    UntoldEvent,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
)

__all__ = [
    "Delivery",
    "Event",
    "Heartbeat",
    "KeptMail",
    "UntoldEvent",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookSecret",
]
