"""Jobs are worked off here: rows are read with progress, and applied in the transaction that ends the job.

A worker that is killed leaves nothing behind, and one that is frozen past its lease finds another token on
the job and applies nothing; so rows are applied once, whatever happens.
"""

from typing import Final

import structlog
from django.db import Error, transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY, Actor, actor_of_key, actor_of_member
from cdmo_portal.accounts.api.row_bodies import SentRows, rows_of
from cdmo_portal.accounts.middleware import set_organisation
from cdmo_portal.accounts.models import APIKey, Member, Role
from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, Queue
from cdmo_portal.events.recording import record
from partners.actions.editing import ChangedMeanwhile, NotAllowed
from partners.api.bulk_reading import Checked, as_results, checked, is_whole
from partners.bulk_rows import Mode, Outcome, totals_of
from partners.models import Job, JobRow

log = structlog.stdlib.get_logger(__name__)

JOBS: Final = Queue(Job, state=Job.State.WAITING, seconds=240, group="organisation_id", most_per_group=1)
MOST_ATTEMPTS: Final = 5
BATCH: Final = 1_000
NO_RIGHTS: Final = "Whoever sent this may not write it any more, so nothing was applied."
OUR_FAULT: Final = "This failed for a reason of ours, which was logged. Nothing was applied."
GIVEN_UP: Final = "Given up after %s attempts, so nothing was applied. The last one: %s"


def run_due(*, seconds: float) -> int:
    """Work on the jobs that wait and start nothing new after `seconds`; return how many."""
    return work_off(JOBS, run, seconds=seconds)


def run(lease: Lease) -> None:
    job = JOBS.held(lease).select_related("key__member__user", "key__member__organisation").first()
    if job is None:
        return
    try:
        _run(job, lease)
    except LeaseLost:
        log.warning("job lease lost", job=lease.pk, token=lease.token)
    except ChangedMeanwhile as error:
        JOBS.put_off(lease, str(error))
    except Error:
        # The database went away; the lease ends, and the job is still due.
        raise
    except Exception:
        log.exception("job failed", job=job.pk)
        _fail(lease, OUR_FAULT)


def _run(job: Job, lease: Lease) -> None:
    actor = actor_of(job)
    if job.attempts >= MOST_ATTEMPTS:
        _fail(lease, GIVEN_UP % (MOST_ATTEMPTS, job.last_error))
    elif actor is None:
        _fail(lease, NO_RIGHTS)
    else:
        sent = rows_of(job.media_type, bytes(job.body))
        found = checked(Job.Kind(job.kind), sent.rows, actor, lambda count: _note(lease, count))
        _apply(lease, sent, found)


def actor_of(job: Job) -> Actor | None:
    """Who sent it, with the rights that they and their key have now; None where they may not write this."""
    members = Member.objects.filter(
        user_id=job.user_id or 0, organisation_id=job.organisation_id, user__is_active=True
    )
    member = members.select_related("user", "organisation").first()
    if member is None or not _has_key(job):
        return None
    actor = actor_of_key(job.key, job.kind) if job.key else actor_of_member(member)
    return actor if actor.has_role(Role.EDITOR) else None


def _has_key(job: Job) -> bool:
    """Whether the key still works, if it came by one."""
    if job.key is None:
        return not job.is_by_key
    return job.key.state_at(timezone.now()) == APIKey.State.WORKING


def _note(lease: Lease, count: int) -> None:
    """Progress, committed by itself. Whoever lost the lease need not read on."""
    if not JOBS.held(lease).update(checked_count=count):
        raise LeaseLost(f"Job {lease.pk} is no longer held with token {lease.token}")


@transaction.atomic
def _apply(lease: Lease, sent: SentRows, found: Checked) -> None:
    job = JOBS.hold(lease)
    # What the actor may do is asked again under the lock: a key may have been revoked while rows were read.
    actor = actor_of(job)
    if actor is None:
        _end(job, Job.State.FAILED, NO_RIGHTS)
        return
    set_organisation(actor)
    mode = Mode(job.mode)
    try:
        outcomes = found.kept(mode)
    except NotAllowed:
        _end(job, Job.State.FAILED, NO_RIGHTS)
        return
    JobRow.objects.bulk_create(
        [JobRow(job=job, **result) for result in as_results(sent.rows, outcomes)], batch_size=BATCH
    )
    job.checked_count, job.totals = job.row_count, totals_of(outcomes)
    if is_whole(mode, outcomes):
        _end(job, Job.State.DONE)
    else:
        _end(job, Job.State.FAILED, _refused_rows(outcomes))


def _refused_rows(outcomes: list[Outcome]) -> str:
    count = totals_of(outcomes)["refused"]
    return f"{count:,} of {len(outcomes):,} rows were refused, so nothing was applied."


@transaction.atomic
def _fail(lease: Lease, reason: str) -> None:
    try:
        job = JOBS.hold(lease)
    except LeaseLost:
        return
    _end(job, Job.State.FAILED, reason)


def _end(job: Job, state: Job.State, failure: str = "") -> None:
    job.state, job.failure, job.lease_until = state, failure[:300], None
    job.body, job.ended_at = b"", timezone.now()
    job.save()
    kind = "job.done" if state == Job.State.DONE else "job.failed"
    record(
        kind,
        by=NOBODY,
        about=job,
        data={"kind": job.kind, **(job.totals or {})},
        organisation_id=job.organisation_id,
    )
