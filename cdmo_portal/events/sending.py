"""Webhooks leave here: claimed with a lease, sent outside any transaction, noted under the lease's token."""

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.sealing import NoKeys, Unreadable, unseal
from cdmo_portal.events import signing
from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, Queue
from cdmo_portal.events.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.models.webhooks import LONGEST_ANSWER
from cdmo_portal.events.webhook_health import locked, note_failure, note_success
from cdmo_portal.events.webhook_timing import MOST_ATTEMPTS, asked_delay, delay_after
from cdmo_portal.outgoing import OutgoingError, Policy, Response
from cdmo_portal.outgoing import fetch as fetch_outside

log = structlog.stdlib.get_logger(__name__)

WEBHOOKS = Queue(
    WebhookDelivery,
    state=WebhookDelivery.State.WAITING,
    seconds=settings.WEBHOOK_LEASE_SECONDS,
    group="host",
    most_per_group=2,
    lane="lane",
)
USER_AGENT = "CDMO-Portal-Webhooks"
# A receiver has nothing to say: more than this is a failure.
MOST_ANSWER_BYTES = 100_000

type Fetch = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try; without `error` it was delivered."""

    error: str = ""
    status: int | None = None
    answer: str = ""
    asked_delay_s: float = 0.0

    @property
    def is_gone(self) -> bool:
        return self.status == 410


def send_due(*, seconds: float, fetch: Fetch = fetch_outside) -> int:
    """Send what is due, the longest due first, and start nothing new after `seconds`; how many were tried."""
    return work_off(WEBHOOKS, partial(send, fetch=fetch), seconds=seconds, threads=settings.WEBHOOK_THREADS)


def send(lease: Lease, *, fetch: Fetch = fetch_outside) -> None:
    delivery = WEBHOOKS.held(lease).select_related("endpoint").first()
    if delivery is None:
        return
    started_at, started = timezone.now(), time.monotonic()
    outcome = _outcome(delivery, started_at, fetch)
    duration_ms = round((time.monotonic() - started) * 1_000)
    try:
        _note(delivery, lease, outcome, WebhookAttempt(at=started_at, duration_ms=duration_ms))
    except LeaseLost:
        # It was sent all the same: the one who took over sends it again, with the same id.
        log.warning("webhook lease lost", delivery=lease.pk, token=lease.token)


def body_of(delivery: WebhookDelivery) -> bytes:
    """The same bytes on every try."""
    told = {
        "type": delivery.type,
        "timestamp": delivery.happened_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
        "data": delivery.data,
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _outcome(delivery: WebhookDelivery, now: dt.datetime, fetch: Fetch) -> Outcome:
    try:
        response = _post(delivery, now, fetch)
    except (OutgoingError, NoKeys, Unreadable) as error:
        return Outcome(error=str(error))
    answer = response.body[:LONGEST_ANSWER].decode(errors="replace").replace("\x00", "�")
    if 200 <= response.status < 300:
        return Outcome(status=response.status, answer=answer)
    return Outcome(
        error=f"The address answered with status {response.status}.",
        status=response.status,
        answer=answer,
        asked_delay_s=asked_delay(response.status, response.headers, now),
    )


def _post(delivery: WebhookDelivery, now: dt.datetime, fetch: Fetch) -> Response:
    body = body_of(delivery)
    headers = signing.signed_headers(
        [unseal(secret.sealed) for secret in delivery.endpoint.secrets.signing(now)],
        webhook_id=delivery.webhook_id,
        timestamp=int(now.timestamp()),
        body=body,
    )
    return fetch(
        delivery.endpoint.url,
        method="POST",
        headers={**headers, "Content-Type": "application/json", "User-Agent": USER_AGENT},
        body=body,
        policy=policy(),
    )


def policy() -> Policy:
    """Redirects are not followed: a signed message is for the address that was named, and no other."""
    return Policy(
        allow=tuple(settings.OUTGOING_ALLOW_LIST),
        deadline_s=settings.WEBHOOK_DEADLINE_SECONDS,
        max_wire_bytes=MOST_ANSWER_BYTES,
        max_body_bytes=MOST_ANSWER_BYTES,
        follows_redirects=False,
    )


@transaction.atomic
def _note(delivery: WebhookDelivery, lease: Lease, outcome: Outcome, attempt: WebhookAttempt) -> None:
    try:
        endpoint = locked(delivery.endpoint)
    except WebhookEndpoint.DoesNotExist as error:
        raise LeaseLost(f"the endpoint of delivery {lease.pk} is gone") from error
    row = WEBHOOKS.hold(lease)
    now = timezone.now()
    attempt.delivery, attempt.lease_token = row, lease.token
    attempt.status_code, attempt.error, attempt.answer = outcome.status, outcome.error[:300], outcome.answer
    attempt.save()
    row.lease_until, row.last_error = None, outcome.error[:300]
    row.attempts = min(row.attempts + 1, MOST_ATTEMPTS)
    _move(row, outcome, now)
    row.save(update_fields=["lease_until", "last_error", "attempts", "state", "ended_at", "next_due_at"])
    if outcome.error:
        note_failure(endpoint, now, is_gone=outcome.is_gone)
    else:
        note_success(endpoint, now)


def _move(row: WebhookDelivery, outcome: Outcome, now: dt.datetime) -> None:
    """Meanwhile it may have been held or given up with its endpoint; a failure leaves that as it is."""
    if not outcome.error:
        row.state, row.ended_at = WebhookDelivery.State.DELIVERED, now
    elif row.is_on_its_way and (outcome.is_gone or row.attempts >= MOST_ATTEMPTS):
        row.state, row.ended_at = WebhookDelivery.State.DEAD, now
    else:
        wait = delay_after(row.attempts, outcome.asked_delay_s)
        row.next_due_at = now + dt.timedelta(seconds=wait)
