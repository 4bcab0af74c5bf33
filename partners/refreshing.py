"""Reading feeds: claim one, fetch it outside any transaction, apply the snapshot in one, fenced by the lease.

A failed feed keeps the last good values, which go on ageing; nothing here ever turns a failure into a zero.
"""

import datetime as dt
import hashlib
import random
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.events import sealing
from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, Queue, retry_delay
from cdmo_portal.events.recording import record
from cdmo_portal.outgoing import OutgoingError, Policy, Response
from cdmo_portal.outgoing import fetch as fetch_outside
from partners import holding, quarantine
from partners.calendar_lines import lines_for
from partners.feeds.decoding import MAX_BYTES
from partners.feeds.formats import FORMATS
from partners.feeds.rows import FileRefused, RowError, Snapshot
from partners.models import Feed, Refresh
from partners.refresh_logs import CHANGES_KEPT, refusals
from partners.snapshot_plans import SnapshotPlan, kept_by_feed, plan_snapshot
from partners.snapshots import Applied, outcome_of, write

log = structlog.stdlib.get_logger(__name__)

FEEDS = Queue(
    Feed, state=Feed.State.ACTIVE, seconds=settings.FEED_LEASE_SECONDS, group="host", most_per_group=2
)
# Numbers without an observed_at of their own are as of the last full reading, so one happens every day.
FULL_READING_EVERY = dt.timedelta(days=1)
OUR_FAULT = "The portal met an error of its own while reading this feed. It was logged; the last values stay."

# The rows of a file take many times its size: threads may all read, but only two of them large files at once.
LARGE_FILE_BYTES = 200_000
_LARGE_FILES = threading.BoundedSemaphore(2)

type Fetch = Callable[..., Response]


class ReadingFailed(Exception):
    """No usable snapshot came; the text is for the feed's owner."""

    def __init__(self, message: str, status: int | None = None, errors: tuple[RowError, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Reading:
    """What one fetch brought: a snapshot, or None where the address said that nothing is new."""

    snapshot: Snapshot | None
    status: int
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""


def refresh_due(*, seconds: float, fetch: Fetch = fetch_outside) -> int:
    """Refresh due feeds, the longest due first, and start nothing new after `seconds`; return how many."""
    return work_off(FEEDS, partial(refresh, fetch=fetch), seconds=seconds, threads=settings.FEED_THREADS)


def refresh(lease: Lease, *, fetch: Fetch = fetch_outside) -> None:
    """Read one claimed feed and write what came of it, unless somebody else has taken it over."""
    feed = FEEDS.held(lease).first()
    if feed is None:
        return
    started_at = timezone.now()
    try:
        failure = _failure(feed, lease, started_at, fetch)
        if failure is not None:
            _fail(lease, failure, started_at)
    except LeaseLost:
        log.warning("feed lease lost", feed=lease.pk, token=lease.token)


def _failure(feed: Feed, lease: Lease, started_at: dt.datetime, fetch: Fetch) -> ReadingFailed | None:
    """Read and apply; why that was not possible, if it was not."""
    if feed.attempts >= quarantine.MOST_FAILURES:
        return ReadingFailed(feed.last_error)  # a feed that ended its process so often is not tried again
    try:
        with ExitStack() as held:
            bounded = partial(_fetch_in_turn, fetch, held)
            _apply(lease, read(feed, received_at=started_at, fetch=bounded), started_at)
    except ReadingFailed as failure:
        return failure
    except (LeaseLost, OperationalError, InterfaceError):
        raise  # not the feed's fault: the database may be restarting, and the feed is still due
    except Exception:
        # A fault of ours that this feed meets every time must not keep it at the head of the queue.
        log.exception("feed could not be read", feed=feed.pk)
        return ReadingFailed(OUR_FAULT)
    return None


def _fetch_in_turn(fetch: Fetch, held: ExitStack, url: str, **options: Any) -> Response:
    """Fetch, and where a large file came, wait for a turn that is held until it is applied."""
    response = fetch(url, **options)
    if len(response.body) > LARGE_FILE_BYTES:
        held.enter_context(_LARGE_FILES)
    return response


def read(feed: Feed, *, received_at: dt.datetime, fetch: Fetch = fetch_outside) -> Reading:
    """Fetch and parse; raises ReadingFailed."""
    conditions = _conditions(feed, received_at)
    secret = _secret_header(feed)
    policy = Policy(
        allow=tuple(settings.OUTGOING_ALLOW_LIST),
        deadline_s=settings.FEED_DEADLINE_SECONDS,
        max_body_bytes=MAX_BYTES + 1,
    )
    try:
        response = fetch(
            feed.url,
            headers={"Accept": FORMATS[feed.format].accept, **conditions, **secret},
            secret_headers=tuple(secret),
            policy=policy,
        )
    except OutgoingError as error:
        raise ReadingFailed(str(error)) from error
    if response.not_modified and conditions:
        return Reading(None, response.status)
    if response.status != 200:
        raise ReadingFailed(f"The address answered with status {response.status}.", response.status)
    return _parsed(feed, response, received_at)


def _parsed(feed: Feed, response: Response, received_at: dt.datetime) -> Reading:
    try:
        parse = FORMATS[feed.format].parse
        snapshot = parse(response.body, received_at=received_at, lines=lines_for(feed))
    except FileRefused as error:
        raise ReadingFailed(str(error), response.status) from error
    if not snapshot.row_count:
        raise ReadingFailed("The file has no rows; the last values stay.", response.status)
    return Reading(
        snapshot,
        response.status,
        etag=_validator(response.headers.get("ETag"), 300),
        last_modified=_validator(response.headers.get("Last-Modified"), 100),
        sha256=hashlib.sha256(response.body).hexdigest(),
    )


def _validator(value: str | None, longest: int) -> str:
    """A validator that can be stored and sent back as it came; else none, and the file is read in full."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= longest else ""


def _conditions(feed: Feed, now: dt.datetime) -> dict[str, str]:
    """The headers of a conditional request, where "nothing new" would be the whole truth.

    After refused rows it would not be: the cause may have been on our side (a line without its id).
    """
    if feed._state.adding:
        return {}  # it is tried before it is added
    last = feed.refreshes.filter(http_status=200).first()
    unsound = (Refresh.Outcome.FAILED, Refresh.Outcome.HELD)
    is_sound = last is not None and last.outcome not in unsound and not last.row_errors
    if last is None or not is_sound or now - last.started_at > FULL_READING_EVERY:
        return {}
    found = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in found.items() if value}


def _secret_header(feed: Feed) -> dict[str, str]:
    if not feed.secret_header:
        return {}
    try:
        name, _, value = sealing.unseal(feed.secret_header).partition(": ")
    except (sealing.Unreadable, sealing.NoKeys) as error:
        raise ReadingFailed("The secret header cannot be read any more. Enter it again.") from error
    return {name: value}


@transaction.atomic
def _apply(lease: Lease, reading: Reading, started_at: dt.datetime) -> None:
    feed = FEEDS.hold(lease)
    has_failed = feed.last_tried_at != feed.last_succeeded_at
    if reading.snapshot is None:
        holding.settle(feed, None)
        _log(feed, lease, reading, Applied(), started_at)
        feed.last_succeeded_at = started_at
    else:
        _take(feed, lease, reading, _planned(feed, reading, reading.snapshot), started_at)
    if has_failed and feed.last_succeeded_at == started_at:
        _tell("feed.recovered", feed)
    feed.attempts = 0
    feed.last_error = ""
    _release(feed, started_at, feed.interval_seconds * random.uniform(0.9, 1.1))  # noqa: S311 - spreads load


def _planned(feed: Feed, reading: Reading, snapshot: Snapshot) -> SnapshotPlan:
    plan = plan_snapshot(kept_by_feed(feed), snapshot, is_locking=True)
    if not plan.lines:
        # Nothing of it could be used: `_fail` opens its own transaction after this one is rolled back.
        raise ReadingFailed(
            f"None of the {snapshot.row_count} rows could be used; the last values stay.",
            reading.status,
            plan.errors,
        )
    return plan


def _take(feed: Feed, lease: Lease, reading: Reading, plan: SnapshotPlan, started_at: dt.datetime) -> None:
    """Write what the file says, or hold it; what is held leaves no validator, so the next is read in full."""
    gone = holding.gone_in(feed, plan, started_at.date())
    if holding.has_to_wait(feed, gone):
        log_of_it = _log(feed, lease, reading, outcome_of(plan), started_at, is_held=True)
        holding.hold(feed, log_of_it, gone)
        return
    _log(feed, lease, reading, write(kept_by_feed(feed), plan), started_at)
    holding.settle(feed, gone)
    feed.etag, feed.last_modified = reading.etag, reading.last_modified
    feed.last_sha256 = reading.sha256
    feed.last_succeeded_at = started_at


def _log(
    feed: Feed,
    lease: Lease,
    reading: Reading,
    applied: Applied,
    started_at: dt.datetime,
    *,
    is_held: bool = False,
) -> Refresh:
    outcome = Refresh.Outcome.CHANGED if applied.changes else Refresh.Outcome.UNCHANGED
    refresh_row = Refresh.objects.create(
        feed=feed,
        lease_token=lease.token,
        started_at=started_at,
        outcome=Refresh.Outcome.HELD if is_held else outcome,
        http_status=reading.status,
        rows_read=reading.snapshot.row_count if reading.snapshot else 0,
        windows_added=applied.added,
        windows_changed=applied.changed,
        windows_closed=applied.closed,
        row_errors=refusals(feed.format, applied.errors),
        changes=list(applied.changes[:CHANGES_KEPT]),
    )
    if applied.changes and not is_held:
        counts = {"added": applied.added, "changed": applied.changed, "closed": applied.closed}
        data = {"refresh": refresh_row.pk, **counts, "lines": list(applied.lines)}
        record("feed.refreshed", by=NOBODY, about=feed, data=data, organisation_id=feed.organisation_id)
    return refresh_row


@transaction.atomic
def _fail(lease: Lease, failure: ReadingFailed, started_at: dt.datetime) -> None:
    feed = FEEDS.hold(lease)
    Refresh.objects.create(
        feed=feed,
        lease_token=lease.token,
        started_at=started_at,
        outcome=Refresh.Outcome.FAILED,
        http_status=failure.status,
        error=str(failure)[:300],
        row_errors=refusals(feed.format, failure.errors),
    )
    if feed.last_tried_at is None or feed.last_tried_at == feed.last_succeeded_at:
        _tell("feed.failed", feed)
    feed.attempts += 1
    feed.last_error = str(failure)[:300]
    quarantine.consider(feed)
    _release(feed, started_at, retry_delay(feed.attempts))


def _tell(kind: str, feed: Feed) -> None:
    """That it fails, or is well again: not each time, but when it turns."""
    record(kind, by=NOBODY, about=feed, organisation_id=feed.organisation_id)


def _release(feed: Feed, tried_at: dt.datetime, delay_s: float) -> None:
    feed.last_tried_at = tried_at
    feed.lease_until = None
    feed.next_due_at = timezone.now() + dt.timedelta(seconds=delay_s)
    feed.save()
