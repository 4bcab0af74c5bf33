"""Open briefs are matched again when facts changed, and once a day, since facts grow old.

What is due stands on the brief's watch; messages are hints. A run is kept only when it says something else
than the one before it; else it is only noted that the brief was looked at.
"""

import datetime as dt
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import Error, transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, retry_delay
from cdmo_portal.events.recording import record
from matching.models import Brief, BriefWatch
from matching.ranking import Ranked, match_brief
from matching.ranking.keeping import keep
from matching.scoring.matching import BriefInvalid
from matching.scoring.result_signature import says_the_same
from matching.scoring.serialisation import to_json
from matching.scoring.weights import WeightsInvalid
from matching.watching import WATCHES, follow_open_briefs, mail_if_due, note_what_is_new
from partners.changes import changed_sites_since, has_private_changes_since

log = structlog.stdlib.get_logger(__name__)

MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a brief found: a match, or that none was needed, or that none is possible."""

    brief: Brief
    facts_mark: int
    as_of: dt.date
    ranked: Ranked | None = None
    error: str = ""
    is_hopeless: bool = False


def rerun_due(*, seconds: float) -> int:
    """Look at open briefs that are due, starting with no other after `seconds`; how many were looked at."""
    follow_open_briefs()
    return work_off(WATCHES, look_again, seconds=seconds)


def look_again(lease: Lease) -> None:
    """Match outside any transaction, then write what came of it, if the lease is still ours."""
    watch = WATCHES.held(lease).select_related("brief").first()
    if watch is None:
        return
    look = _look(watch)
    try:
        _apply(lease, look)
    except LeaseLost:
        log.warning("brief watch lease lost", watch=lease.pk)


def _look(watch: BriefWatch) -> Look:
    """The mark is taken before the facts are read, so that no change falls between the two."""
    brief, today = watch.brief, dt.datetime.now(dt.UTC).date()
    changed, mark = changed_sites_since(watch.facts_mark)
    is_hopeless = watch.given_up_version == brief.version
    is_due = (
        bool(changed)
        or watch.as_of != today
        or has_private_changes_since(watch.facts_mark, brief.organisation_id)
    )
    if not brief.is_followed or is_hopeless or not is_due:
        return Look(brief, mark, today, is_hopeless=is_hopeless)
    try:
        return Look(brief, mark, today, match_brief(brief, as_of=today, is_kept=True))
    except (BriefInvalid, WeightsInvalid) as error:
        log.warning("brief cannot be scored", brief=brief.pk, field=error.field, reason=error.reason)
        return Look(brief, mark, today, error=str(error), is_hopeless=True)
    except Error:
        raise  # the database may be restarting; the lease ends, and the brief is still due
    except Exception as error:
        log.exception("brief could not be matched", brief=brief.pk)
        return Look(brief, mark, today, error=f"{type(error).__name__}: {error}")


@transaction.atomic
def _apply(lease: Lease, look: Look) -> None:
    # The brief first: who makes a run holds it, too, before its watch. So runs of a brief come one by one.
    brief = Brief.objects.select_for_update(of=("self",)).filter(pk=look.brief.pk).first()
    if brief is None:
        raise LeaseLost(f"Brief {look.brief.pk} is gone")
    watch = WATCHES.hold(lease)
    watch.lease_until = None
    watch.next_due_at = timezone.now() + dt.timedelta(seconds=settings.MATCHING_AGAIN_SECONDS)
    if look.error:
        _note_failure(watch, look)
    elif brief.version == look.brief.version and not look.is_hopeless:
        # A brief that was changed meanwhile is looked at again, with the facts marked as not yet seen.
        _note_look(watch, look)
    if brief.is_followed:
        mail_if_due(watch, brief)
    watch.save()


def _note_failure(watch: BriefWatch, look: Look) -> None:
    watch.attempts += 1
    watch.last_error = look.error[:300].replace("\x00", "")
    if look.is_hopeless or watch.attempts >= MOST_ATTEMPTS:
        # Until somebody changes the brief.
        watch.given_up_version, watch.attempts, watch.as_of = look.brief.version, 0, None
    else:
        watch.next_due_at = timezone.now() + dt.timedelta(seconds=retry_delay(watch.attempts))


def _note_look(watch: BriefWatch, look: Look) -> None:
    watch.attempts, watch.last_error, watch.given_up_version = 0, "", None
    watch.facts_mark, watch.as_of, watch.checked_at = look.facts_mark, look.as_of, timezone.now()
    if look.ranked is not None:
        _keep_if_new(watch, look.brief, look.ranked)


def _keep_if_new(watch: BriefWatch, brief: Brief, ranked: Ranked) -> None:
    previous = brief.match_runs.select_related("facts__vocabulary").first()
    if previous is not None and says_the_same(previous.result, to_json(ranked.result)):
        return
    run = keep(brief, ranked, made_by=None, in_background=True)
    record(
        "match_run.made",
        by=NOBODY,
        about=run,
        data={"brief": brief.pk, "in_background": True},
        organisation_id=brief.organisation_id,
    )
    note_what_is_new(watch, previous, run)
