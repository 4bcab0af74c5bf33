"""The outbox is emptied here: each delivery leaves at least once, with an id that stays the same."""

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, Queue, retry_delay
from cdmo_portal.events.mail import PortalMail, unsubscribe_headers
from cdmo_portal.events.models import Delivery

log = structlog.stdlib.get_logger(__name__)

# A mail server gets ten seconds per step of the conversation (settings.SMTP).
DELIVERIES = Queue(Delivery, state=Delivery.State.WAITING, seconds=120)
MOST_ATTEMPTS = 8


def deliver_due(*, seconds: float) -> int:
    """Send what is due one by one, starting nothing new after `seconds`; return how many were tried."""
    return work_off(DELIVERIES, deliver, seconds=seconds)


def deliver(lease: Lease) -> None:
    """Send one mail outside any transaction, then note what came of it, if the lease is still ours."""
    delivery = DELIVERIES.held(lease).select_related("recipient").first()
    if delivery is None:
        return
    error = _send(delivery)
    try:
        _note(lease, error)
    except LeaseLost:
        # It was sent all the same: the one who took over sends it again, with the same Message-ID.
        log.warning("delivery lease lost", delivery=lease.pk)


def _send(delivery: Delivery) -> str:
    """Why the mail could not be sent, or nothing."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message = PortalMail(
        subject=delivery.subject,
        body=delivery.body,
        to=[delivery.recipient.email if delivery.recipient else delivery.address],
        headers={
            "Message-ID": f"<{delivery.uid}@{domain}>",
            **unsubscribe_headers(delivery.unsubscribe_url),
        },
    )
    try:
        message.send(using="default")
    except Exception as error:  # noqa: BLE001 - any failure of a mail server is tried again, and shown
        log.warning("delivery failed", delivery=delivery.pk, error=type(error).__name__)
        return f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
    return ""


@transaction.atomic
def _note(lease: Lease, error: str) -> None:
    delivery = DELIVERIES.hold(lease)
    delivery.attempts += 1
    delivery.lease_until = None
    delivery.last_error = error
    if not error:
        delivery.state = Delivery.State.SENT
        delivery.sent_at = timezone.now()
    elif delivery.attempts >= MOST_ATTEMPTS:
        delivery.state = Delivery.State.FAILED
    else:
        delivery.next_due_at = timezone.now() + dt.timedelta(seconds=retry_delay(delivery.attempts))
    delivery.save()
