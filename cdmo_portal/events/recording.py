"""Writing events and deliveries, always inside the transaction of the effect that they tell of."""

from typing import Any

import structlog
from django.db import models

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import User
from cdmo_portal.events.models import Delivery, Event


def record(
    kind: str,
    *,
    by: Actor,
    about: models.Model | None = None,
    data: dict[str, Any] | None = None,
    organisation_id: int | None = None,
) -> Event:
    """Append an event. `data` may hold ids, codes and numbers, never names, e-mails or free text.

    `organisation_id` is whose event log shows it; by default that of the actor.
    """
    context = structlog.contextvars.get_contextvars()
    return Event.objects.create(
        kind=kind,
        user_id=by.user_id,
        organisation_id=organisation_id or by.organisation_id,
        object_kind=about._meta.label_lower if about is not None else "",
        object_id=about.pk if about is not None else None,
        data=data or {},
        request_id=str(context.get("request_id", "")),
    )


def enqueue_mail(
    *,
    event: Event | None,
    subject: str,
    body: str,
    to_user: User | None = None,
    to_address: str = "",
    unsubscribe_url: str = "",
) -> Delivery:
    """Put a mail into the outbox; it leaves after the transaction commits, at least once.

    `unsubscribe_url` is for mails that a person asked to get again and again: a POST to it, without sign-in,
    has to stop them.
    """
    if to_user is None and not to_address:
        raise ValueError("A mail needs a recipient.")
    return Delivery.objects.create(
        event=event,
        recipient=to_user,
        address=to_address,
        subject=subject[:200],
        body=body,
        unsubscribe_url=unsubscribe_url,
    )
