"""Which briefs are looked after in the background, and the note to their sponsors."""

import datetime as dt

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import User
from cdmo_portal.events.leases import Queue
from cdmo_portal.events.recording import enqueue_mail
from matching.models import Brief, BriefWatch, MatchRun
from matching.permissions import role_on
from matching.ranking.comparing import compare_runs
from matching.scoring.comparison_text import summary_of

# A match is given the task's time limit at most.
WATCHES = Queue(BriefWatch, state=BriefWatch.State.ACTIVE, seconds=180)
BETWEEN_MAILS = dt.timedelta(days=1)

# Set by statement, so that no action that opens, closes or archives a brief has to remember it.
FOLLOW_STATES = """
UPDATE matching_briefwatch AS watch
SET state = CASE WHEN brief.is_followed THEN 'active' ELSE 'resting' END,
    next_due_at = statement_timestamp()
FROM (
  SELECT id, state = 'open' AND archived_at IS NULL AS is_followed FROM matching_brief
) AS brief
WHERE brief.id = watch.brief_id AND brief.is_followed <> (watch.state = 'active')
"""
ADD_MISSING = """
INSERT INTO matching_briefwatch (organisation_id, brief_id, state, next_due_at, lease_token, attempts,
                                 last_error, facts_mark, note)
SELECT brief.organisation_id, brief.id, 'active', statement_timestamp(), 0, 0, '', 0, ''
FROM matching_brief AS brief
WHERE brief.state = 'open' AND brief.archived_at IS NULL
  AND EXISTS (SELECT FROM matching_matchrun AS run WHERE run.brief_id = brief.id)
  AND NOT EXISTS (SELECT FROM matching_briefwatch AS watch WHERE watch.brief_id = brief.id)
ON CONFLICT DO NOTHING
"""


def follow_open_briefs() -> None:
    """Watch every open brief that was matched once, and let those that were closed or archived rest."""
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW_STATES)
        cursor.execute(ADD_MISSING)


def mark_seen(brief: Brief, run: MatchRun) -> None:
    """A person knows this run: what the note told is told."""
    BriefWatch.objects.filter(brief=brief).update(seen_run=run, note="", noted_at=None)


def note_what_is_new(watch: BriefWatch, previous: MatchRun | None, run: MatchRun) -> None:
    """Write on the watch (not yet saved) who came and went since the run that a person last saw."""
    seen = watch.seen_run or previous
    watch.seen_run = seen
    told = summary_of(compare_runs(seen, run)) if seen is not None else ""
    if told != watch.note:
        watch.note, watch.noted_at = told, timezone.now() if told else None


def mail_if_due(watch: BriefWatch, brief: Brief) -> None:
    """Mail the note to who wrote the brief: each once, and one a day at most; what waits is sent later."""
    now = timezone.now()
    if watch.noted_at is None or (watch.mailed_at and watch.mailed_at >= watch.noted_at):
        return
    if watch.mailed_at and now - watch.mailed_at < BETWEEN_MAILS:
        return
    to_user = who_wrote(brief)
    if to_user is None:
        return
    watch.mailed_at = now
    link = settings.PUBLIC_URL + reverse("matching:match_list", args=[brief.uid])
    enqueue_mail(
        event=None,
        to_user=to_user,
        # On one line, as a header has to be.
        subject=f"Matches changed: {' '.join(brief.title.split())}",
        body=f"{told_since(watch)}\n\n{link}\n\n"
        "You get this mail once a day at most, because you wrote the brief.",
    )


def who_wrote(brief: Brief) -> User | None:
    """Who wrote the brief, while their organisation is approved and the brief still exists for them."""
    members = brief.organisation.members.filter(user_id=brief.created_by_id or 0, user__is_active=True)
    member = members.select_related("user", "organisation").first()
    return member.user if member and role_on(actor_of_member(member), brief) else None


def told_of(brief: Brief) -> str:
    """The note of a brief, if it is watched and there is one; select `watch__seen_run` for lists."""
    watch = getattr(brief, "watch", None)
    return told_since(watch) if watch is not None else ""


def told_since(watch: BriefWatch) -> str:
    """The note as a sentence, "Since 3 November: two new candidates." """
    if not watch.note or watch.seen_run is None:
        return ""
    since = watch.seen_run.made_at
    return f"Since {since.day} {since:%B}: {watch.note}."
