"""Events become deliveries to the endpoints that are told of them, in the order in which they were recorded.

One process does this at a time, in short transactions that write deliveries and forget what was told
together: killed at any moment, it has told an event completely or not at all.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import Error, connection, transaction
from django.utils import timezone

from cdmo_portal.events.leases import retry_delay
from cdmo_portal.events.models import Event, UntoldEvent, WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.webhook_types import type_of

log = structlog.stdlib.get_logger(__name__)

AT_ONCE: Final = 200
MOST_ATTEMPTS: Final = 20
LOCK: Final = 7_301_526_318  # any number that nobody else locks
LONGEST_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class News:
    """What one endpoint is told of one event. Deliveries about the same `about` arrive in order."""

    endpoint: WebhookEndpoint
    type: str
    about: str
    data: Mapping[str, object]


type Endpoints = Sequence[WebhookEndpoint]
type Resolve = Callable[[Event, Endpoints], Iterable[News]]
"""Which of these endpoints, all of which asked for its type, are told of an event, and with what."""


def fan_out(resolve: Resolve, *, seconds: float) -> int:
    """Turn what is untold into deliveries, beginning with no more after `seconds`; how many events."""
    stop_at, told = time.monotonic() + seconds, 0
    while time.monotonic() < stop_at and (count := _tell_some(resolve)):
        told += count
    return told


@transaction.atomic
def _tell_some(resolve: Resolve) -> int:
    if not _is_alone():
        return 0
    due = UntoldEvent.objects.filter(next_due_at__lte=timezone.now(), attempts__lt=MOST_ATTEMPTS)
    rows = list(due.select_related("event").order_by("event_id")[:AT_ONCE])
    by_type = _endpoints({type_of(row.event.kind) or "" for row in rows})
    asked_for = {row.pk: by_type.get(type_of(row.event.kind) or "") for row in rows}
    UntoldEvent.objects.filter(pk__in=[pk for pk, endpoints in asked_for.items() if not endpoints]).delete()
    for row in rows:
        if endpoints := asked_for[row.pk]:
            _tell(row, endpoints, resolve)
    return len(rows)


def _is_alone() -> bool:
    """Whether nobody else is at it; a process that is frozen here loses its transaction, and so the lock."""
    with connection.cursor() as cursor:
        milliseconds = str(LONGEST_SECONDS * 1_000)
        cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [milliseconds])
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _endpoints(types: set[str]) -> dict[str, list[WebhookEndpoint]]:
    rows = WebhookEndpoint.objects.told_of(sorted(types))
    rows = rows.select_related("organisation", "member__user", "member__organisation").order_by("pk")
    found: dict[str, list[WebhookEndpoint]] = {each: [] for each in types}
    for row in rows:
        for each in types & set(row.event_types):
            found[each].append(row)
    return found


def _tell(row: UntoldEvent, endpoints: Endpoints, resolve: Resolve) -> None:
    try:
        with transaction.atomic():
            for each in resolve(row.event, endpoints):
                _deliver(row.event, each)
            row.delete()
    except Error:
        raise  # the database may be restarting; all of it is told again
    except Exception:
        # A fault of ours that this event meets every time must not keep others from being told.
        log.exception("event could not be told", event_id=row.event_id)
        row.attempts += 1
        row.next_due_at = timezone.now() + dt.timedelta(seconds=retry_delay(row.attempts))
        row.save(update_fields=["attempts", "next_due_at"])


def _deliver(event: Event, news: News) -> None:
    """Where the same waits untried already, that tells of this event too: its receiver reads what stands."""
    endpoint, lane = news.endpoint, f"{news.endpoint.pk} {news.about}"
    is_paused = endpoint.state == WebhookEndpoint.State.PAUSED
    state = WebhookDelivery.State.HELD if is_paused else WebhookDelivery.State.WAITING
    same = WebhookDelivery.objects.filter(
        lane=lane, state=state, type=news.type, data=news.data, attempts=0, lease_until__isnull=True
    )
    if not same.exists():
        _row(event, news, state).save(force_insert=True)


def _row(event: Event, news: News, state: WebhookDelivery.State) -> WebhookDelivery:
    return WebhookDelivery(
        organisation_id=news.endpoint.organisation_id,
        endpoint=news.endpoint,
        event=event,
        type=news.type,
        lane=f"{news.endpoint.pk} {news.about}",
        data=dict(news.data),
        happened_at=event.at,
        host=news.endpoint.host,
        state=state,
    )


def deliver_at_once(event: Event, news: News) -> WebhookDelivery:
    """A delivery that is sent whatever the state of its endpoint; the caller is in a transaction."""
    row = _row(event, news, WebhookDelivery.State.WAITING)
    row.save(force_insert=True)
    return row
