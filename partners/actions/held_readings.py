"""What CDMO staff say of a file in which half of what stood is gone."""

import uuid

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.nudges import nudge
from cdmo_portal.events.recording import record
from partners.actions.feeds import FRESH_START
from partners.models import Feed, HeldReading
from partners.tasks import refresh_feeds


class HoldChanged(Exception):
    """The file was read again meanwhile, or somebody else has decided; look at it anew."""


@transaction.atomic
def confirm(*, feed: Feed, reading: uuid.UUID, by: Actor) -> None:
    """The file is right: a feed that is active is read at once, and what is gone from it is let go.

    `reading` is the refresh that the person saw. Raises HoldChanged.
    """
    _decide(feed, reading, HeldReading.Decision.APPLIED, by)
    Feed.objects.filter(pk=feed.pk, state=Feed.State.ACTIVE).update(next_due_at=timezone.now(), **FRESH_START)
    record("feed.hold_confirmed", by=by, about=feed)
    nudge(refresh_feeds)


@transaction.atomic
def keep_last(*, feed: Feed, reading: uuid.UUID, by: Actor) -> None:
    """The last values are right: nobody is asked again about the same windows. Raises HoldChanged."""
    _decide(feed, reading, HeldReading.Decision.KEPT, by)
    record("feed.hold_refused", by=by, about=feed)


def _decide(feed: Feed, reading: uuid.UUID, decision: HeldReading.Decision, by: Actor) -> None:
    # The feed first, as the worker does that reads it.
    Feed.objects.select_for_update().get(pk=feed.pk)
    asked = HeldReading.objects.filter(feed=feed, refresh__uid=reading)
    undecided = asked.exclude(decision__in=[HeldReading.Decision.APPLIED, decision])
    if not undecided.update(decision=decision, decided_by_id=by.user_id, decided_at=timezone.now()):
        raise HoldChanged(
            "This file was read again meanwhile, or somebody else has decided. Look at what it says now."
        )
