"""A file in which half of what stood is gone is held until somebody of the CDMO confirms it.

Half a file is more often a broken export than half a year sold at once. Nothing of it is applied, so the last
values stay and go on ageing. A confirmation speaks of the windows that were gone when it was given: a later
file that leaves out others of them, half of the rest again, is held anew.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.events.recording import record
from partners.feed_owners import address_of, name_in_subject, tell_owners
from partners.models import CapacityWindow, Feed, HeldReading, Refresh
from partners.snapshot_plans import SnapshotPlan

FEWEST_WINDOWS = 4


@dataclass(frozen=True, slots=True)
class Gone:
    """Which of a feed's windows that have not ended a file says nothing of, and all that it might."""

    windows: frozenset[int]
    standing: frozenset[int]


def gone_in(feed: Feed, plan: SnapshotPlan, today: dt.date) -> Gone:
    """A file that speaks of the period of a window in any state has not left it out."""
    standing = feed.windows.filter(closed_at__isnull=True, period__endswith__gt=today)
    found = [(window.pk, window.line_id, window.period) for window in standing.only("pk", "line", "period")]
    gone = (pk for pk, line, period in found if not plan.speaks_of(line, period.lower, period.upper))
    return Gone(frozenset(gone), frozenset(pk for pk, _line, _period in found))


def has_to_wait(feed: Feed, gone: Gone) -> bool:
    """Whether half of what stood is gone, beside what somebody has confirmed."""
    confirmed = HeldReading.objects.filter(feed=feed, decision=HeldReading.Decision.APPLIED).first()
    expected = set(confirmed.gone) if confirmed else set()
    missing, standing = gone.windows - expected, gone.standing - expected
    return len(standing) >= FEWEST_WINDOWS and 2 * len(missing) >= len(standing)


def hold(feed: Feed, refresh: Refresh, gone: Gone) -> None:
    """Ask the owners about a held reading, once for the same windows. The caller holds the feed's lease."""
    windows = sorted(gone.windows)
    same = HeldReading.objects.filter(feed=feed, gone=windows)
    if same.exclude(decision=HeldReading.Decision.APPLIED).update(refresh=refresh):
        return
    question = {
        "refresh": refresh,
        "gone": windows,
        "standing": len(gone.standing),
        "decision": HeldReading.Decision.OPEN,
        "decided_by": None,
        "decided_at": None,
    }
    HeldReading.objects.update_or_create(feed=feed, defaults=question)
    counts = {"gone": len(windows), "standing": len(gone.standing)}
    event = record(
        "feed.held",
        by=NOBODY,
        about=feed,
        data={"refresh": refresh.pk, **counts},
        organisation_id=feed.organisation_id,
    )
    tell_owners(
        feed,
        event=event,
        subject=_("The capacity feed “%(name)s” lost half of its windows") % {"name": name_in_subject(feed)},
        body=_mail_text(feed, counts),
    )


def settle(feed: Feed, gone: Gone | None) -> None:
    """After a reading that was applied; None where the address said that nothing is new.

    A question is over. Of a confirmation those windows are kept that stand and are still not spoken of,
    because their lines are not named any more.
    """
    HeldReading.objects.filter(feed=feed).exclude(decision=HeldReading.Decision.APPLIED).delete()
    confirmed = HeldReading.objects.filter(feed=feed).first()
    if confirmed is None or gone is None:
        return
    left = CapacityWindow.objects.current().filter(pk__in=gone.windows.intersection(confirmed.gone))
    confirmed.gone = sorted(left.values_list("pk", flat=True))
    if confirmed.gone:
        confirmed.save(update_fields=["gone"])
    else:
        confirmed.delete()


def _mail_text(feed: Feed, counts: dict[str, int]) -> str:
    return _(
        "The file of the capacity feed “%(name)s” says nothing any more of %(gone)d of the %(standing)d "
        "windows that stand.\n\nNothing of it was applied: the last good values stay on your profile with "
        "their age. If the file is right, confirm it; if not, mend it, and the next reading is applied by "
        "itself.\n%(address)s\n"
    ) % {"name": feed.name, "address": address_of(feed), **counts}
