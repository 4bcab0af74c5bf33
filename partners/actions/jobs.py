"""Jobs: many rows that were sent at once, kept for the background or taken back before it has them."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation, Role
from cdmo_portal.events.recording import record
from partners.actions.editing import NotAllowed
from partners.bulk_rows import Mode
from partners.models import Job

MOST_WAITING: Final = 20


class TooManyJobs(Exception):
    """The organisation has enough jobs waiting."""


class JobNotWaiting(Exception):
    """The job is being worked on, or has ended."""


@transaction.atomic
def start_job(*, kind: Job.Kind, mode: Mode, media_type: str, body: bytes, row_count: int, by: Actor) -> Job:
    """Keep the body for a worker. Raises NotAllowed or TooManyJobs."""
    if by.organisation_id is None or not by.has_role(Role.EDITOR):
        raise NotAllowed("Only editors and owners of the organisation may send this.")
    # Its row is locked so that two at once are counted one after the other; who names it need not wait.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=by.organisation_id)
    waiting = Job.objects.filter(organisation_id=by.organisation_id, state=Job.State.WAITING)
    if waiting.count() >= MOST_WAITING:
        raise TooManyJobs(f"Your organisation has {MOST_WAITING} jobs waiting. Let some of them end first.")
    job = Job.objects.create(
        organisation_id=by.organisation_id,
        user_id=by.user_id,
        key=by.key,
        is_by_key=by.key is not None,
        kind=kind,
        mode=mode,
        media_type=media_type,
        body=body,
        row_count=row_count,
    )
    record("job.started", by=by, about=job, data={"kind": job.kind, "rows": row_count})
    return job


@transaction.atomic
def cancel_job(*, job: Job, by: Actor) -> Job:
    """Take a job back that no worker has. Raises NotAllowed or JobNotWaiting."""
    if not by.has_role(Role.EDITOR):
        raise NotAllowed("Only editors and owners of the organisation may cancel its jobs.")
    row = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if row.state != Job.State.WAITING:
        raise JobNotWaiting("This job has ended already.")
    if row.is_held:
        raise JobNotWaiting("This job is running, and then it is all done or nothing of it.")
    # Without a lease a worker that was frozen past its own finds that the job is not its any more.
    row.state, row.lease_until = Job.State.CANCELLED, None
    row.body, row.ended_at = b"", timezone.now()
    row.save()
    record("job.cancelled", by=by, about=row)
    return row
