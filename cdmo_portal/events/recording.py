"""Writing events and deliveries, always inside the transaction of the effect that they tell of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.db import models

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import User
from cdmo_portal.events.models import Delivery, Event, UntoldEvent
from cdmo_portal.events.webhook_types import type_of

BATCH: Final = 1_000


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
    event = _event(Happened(kind, about, data or {}), by, organisation_id or by.organisation_id)
    event.save()
    if type_of(kind) is not None:
        UntoldEvent.objects.create(event=event)
    return event


@dataclass(frozen=True, slots=True)
class Happened:
    """What one of many events tells of."""

    kind: str
    about: models.Model | None
    data: dict[str, Any]


def record_all(events: Iterable[Happened], *, by: Actor) -> None:
    """As `record` for each, in few statements."""
    made = [_event(each, by, by.organisation_id) for each in events]
    Event.objects.bulk_create(made, batch_size=BATCH)
    told = [UntoldEvent(event=event) for event in made if type_of(event.kind) is not None]
    UntoldEvent.objects.bulk_create(told, batch_size=BATCH)


def _event(happened: Happened, by: Actor, organisation_id: int | None) -> Event:
    context = structlog.contextvars.get_contextvars()
    about = happened.about
    return Event(
        kind=happened.kind,
        user_id=by.user_id,
        organisation_id=organisation_id,
        object_kind=about._meta.label_lower if about is not None else "",
        object_id=about.pk if about is not None else None,
        data=happened.data,
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
