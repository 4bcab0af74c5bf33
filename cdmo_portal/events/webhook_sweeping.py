"""The log of webhooks is kept for a while, not for ever."""

import datetime as dt
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cdmo_portal.events.models import WebhookAttempt, WebhookDelivery, WebhookSecret

KEPT: Final = dt.timedelta(days=30)
AT_ONCE: Final = 1_000


def forget_webhooks() -> int:
    """Delete tries and deliveries that are older than that and over, and secrets that sign no more."""
    before, forgotten = timezone.now() - KEPT, 0
    WebhookSecret.objects.filter(ends_at__lt=before).delete()
    while count := _forget_some(before):
        forgotten += count
    return forgotten


def _forget_some(before: dt.datetime) -> int:
    tries = list(WebhookAttempt.objects.filter(at__lt=before).values_list("pk", flat=True)[:AT_ONCE])
    deleted, _each = WebhookAttempt.objects.filter(pk__in=tries).delete()
    over = WebhookDelivery.objects.filter(created_at__lt=before, lease_until__isnull=True)
    over = over.exclude(state=WebhookDelivery.State.WAITING)
    young = WebhookAttempt.objects.filter(delivery=OuterRef("pk"))
    keys = list(over.filter(~Exists(young)).values_list("pk", flat=True)[:AT_ONCE])
    gone, _each = WebhookDelivery.objects.filter(pk__in=keys).delete()
    return deleted + gone
