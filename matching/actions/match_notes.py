"""What a sponsor does with the note on what the background found."""

from dataclasses import dataclass

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.models import Brief, MatchRun
from matching.permissions import can_edit_brief
from matching.watching import mark_seen


class NothingNew(BriefActionRefused):
    """There is no note, for example because a colleague has read it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The two runs that the note spoke of."""

    before: MatchRun
    after: MatchRun


@transaction.atomic
def see(*, by: Actor, brief: Brief) -> Seen:
    """Take the note off for the whole organisation; the runs that it compared.

    Raises NotAllowed for readers, and NothingNew where there is no note.
    """
    if not can_edit_brief(by, brief):
        raise NotAllowed("This brief is closed, or your role may only read it.")
    watch = getattr(brief, "watch", None)
    latest = brief.match_runs.defer("result", "asked").first()
    if watch is None or not watch.note or watch.seen_run is None or latest is None:
        raise NothingNew("Nothing is new since the matches were last looked at.")
    before = watch.seen_run
    mark_seen(brief, latest)
    return Seen(before, latest)
