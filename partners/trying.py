"""Trying feeds: fetch and parse as a refresh does, say what it would do, and write nothing but that."""

import datetime as dt
from functools import partial
from typing import Any

import structlog
from django.db import Error, transaction
from django.utils import timezone

from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, Queue
from cdmo_portal.outgoing import fetch as fetch_outside
from partners import holding
from partners.feeds.rows import CapacityRow
from partners.models import FeedTrial, Line
from partners.refresh_logs import refusals
from partners.refreshing import Fetch, Reading, ReadingFailed, read
from partners.snapshot_plans import Keeper, SnapshotPlan, plan_snapshot
from partners.snapshots import outcome_of

log = structlog.stdlib.get_logger(__name__)

TRIALS = Queue(FeedTrial, state=FeedTrial.State.WAITING, seconds=60, group="host", most_per_group=1)
ROWS_SHOWN = 50
CHANGES_SHOWN = 100

type Result = dict[str, Any]


def try_due(*, seconds: float, fetch: Fetch = fetch_outside) -> int:
    """Try the feeds that wait for it and start nothing new after `seconds`; return how many."""
    return work_off(TRIALS, partial(_try, fetch=fetch), seconds=seconds)


def _try(lease: Lease, fetch: Fetch) -> None:
    trial = TRIALS.held(lease).select_related("calendar_line__site", "feed").first()
    if trial is None:
        return
    try:
        result = _result(trial, fetch)
    except Error:
        # The database went away; the trial stays due.
        raise
    except Exception:
        log.exception("feed trial failed", trial=trial.pk)
        result = {"failed": "The file could not be read for a reason of ours, which was logged."}
    try:
        _finish(lease, result)
    except LeaseLost:
        log.warning("feed trial lease lost", trial=lease.pk, token=lease.token)


@transaction.atomic
def _finish(lease: Lease, result: Result) -> None:
    trial = TRIALS.hold(lease)
    trial.result, trial.state, trial.lease_until = result, FeedTrial.State.DONE, None
    trial.save(update_fields=["result", "state", "lease_until"])


def _result(trial: FeedTrial, fetch: Fetch) -> Result:
    received_at = timezone.now()
    try:
        reading = read(trial.as_feed(), received_at=received_at, fetch=fetch)
    except ReadingFailed as failure:
        return {"failed": str(failure), "status": failure.status}
    return _told(trial, reading, received_at.date())


def _told(trial: FeedTrial, reading: Reading, today: dt.date) -> Result:
    # Without conditions the address never answers that nothing is new.
    assert reading.snapshot is not None  # noqa: S101
    keeper = Keeper(trial.partner_id, Line.Source.FEED, trial.feed)
    plan = plan_snapshot(keeper, reading.snapshot)
    applied = outcome_of(plan)
    return {
        "status": reading.status,
        "row_count": reading.snapshot.row_count,
        "rows": [_row(row) for row in reading.snapshot.rows[:ROWS_SHOWN]],
        "refusals": refusals(trial.format, plan.errors),
        "counts": {"added": applied.added, "changed": applied.changed, "closed": applied.closed},
        "changes": list(applied.changes[:CHANGES_SHOWN]),
        "more_changes": max(len(applied.changes) - CHANGES_SHOWN, 0),
        "is_usable": bool(plan.lines),
        "is_held": _would_be_held(trial, plan, today),
    }


def _would_be_held(trial: FeedTrial, plan: SnapshotPlan, today: dt.date) -> bool:
    feed = trial.feed
    return feed is not None and holding.has_to_wait(feed, holding.gone_in(feed, plan, today))


def _row(row: CapacityRow) -> dict[str, str]:
    return {
        "site": row.site_id,
        "line": row.resource_id,
        "start": str(row.start),
        "end": str(row.end),
        "state": row.state,
        "quantity": f"{row.quantity.normalize():f}",
        "unit": row.unit,
        "confidence": row.confidence,
    }
