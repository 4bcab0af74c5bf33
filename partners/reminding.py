"""Profiles are looked at once a day, and whoever edits one hears once a week at most of what grows old in it.

What is due stands on the profile's watch; messages are hints. What was told and the mails that tell it are
written in one transaction, fenced by the lease: nothing is told twice, whatever ends in between.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from django.db import Error, transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.accounts.models import User
from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease, LeaseLost, Queue
from cdmo_portal.events.recording import enqueue_mail, record
from cdmo_portal.people.joining import verified_addresses
from partners import reminder_mail
from partners.keepers import people_keeping
from partners.models import Partner, ProfileWatch, ReminderStop
from partners.review_items import CERTIFICATE, Item, review_items

log = structlog.stdlib.get_logger(__name__)

REMINDERS: Final = Queue(ProfileWatch, state=ProfileWatch.State.ACTIVE, seconds=180)
BETWEEN_LOOKS: Final = dt.timedelta(days=1)
BETWEEN_MAILS: Final = dt.timedelta(days=7)
CERTIFICATE_STEPS: Final = (7, 30, 90)
OVER: Final = "over"


def remind_due(*, seconds: float) -> int:
    """Look at profiles that are due, starting with no other after `seconds`; how many were looked at."""
    _watch_new_profiles()
    return work_off(REMINDERS, look_at, seconds=seconds)


def look_at(lease: Lease) -> None:
    partner = Partner.objects.filter(watch__in=REMINDERS.held(lease)).first()
    if partner is None:
        return
    today = timezone.localdate()
    try:
        items = review_items(partner.sites.all(), today)
        _apply(lease, partner, items, today)
    except LeaseLost:
        log.warning("profile watch lease lost", watch=lease.pk)
    except Error:
        raise  # the database may be restarting; the lease ends, and the profile is still due
    except Exception as error:
        log.exception("profile could not be looked at", partner=partner.pk)
        REMINDERS.put_off(lease, f"{type(error).__name__}: {error}")


def step_of(item: Item, today: dt.date) -> str:
    """How near its end is, in the steps that are told; empty while nobody need look."""
    if item.counts_until is None or item.is_over(today):
        return OVER
    left = (item.counts_until - today).days
    steps = CERTIFICATE_STEPS if item.kind == CERTIFICATE else (item.warning_days,)
    return next((str(days) for days in steps if left <= days), "")


def _news_of(item: Item, step: str) -> str:
    """What makes it news when it differs: a nearer step or another end, but over is over."""
    return step if step == OVER else f"{item.counts_until} {step}"


def _watch_new_profiles() -> None:
    new = Partner.objects.filter(organisation__isnull=False, watch=None)
    ProfileWatch.objects.bulk_create(
        [ProfileWatch(partner=partner) for partner in new], ignore_conflicts=True, batch_size=500
    )


@transaction.atomic
def _apply(lease: Lease, partner: Partner, items: Sequence[Item], today: dt.date) -> None:
    watch, now = REMINDERS.hold(lease), timezone.now()
    watch.lease_until, watch.attempts, watch.last_error = None, 0, ""
    watch.next_due_at = now + BETWEEN_LOOKS
    standing = {item.key: _news_of(item, step) for item in items if (step := step_of(item, today))}
    # What was confirmed meanwhile may grow old, and be told, again.
    watch.told = {key: told for key, told in watch.told.items() if key in standing}
    news = [item for item in items if item.key in standing and watch.told.get(item.key) != standing[item.key]]
    is_time = watch.told_at is None or now - watch.told_at >= BETWEEN_MAILS
    # What waits for its time, or for somebody with an address, stays news.
    if news and is_time and (people := _people(partner)):
        _tell(partner, news, people, today)
        watch.told, watch.told_at = _with(watch.told, news, standing), now
    watch.save()


def _with(told: Mapping[str, str], news: Sequence[Item], standing: Mapping[str, str]) -> dict[str, str]:
    return {**told, **{item.key: standing[item.key] for item in news}}


def _people(partner: Partner) -> list[User]:
    """Those who edit the profile, have confirmed their address and want reminders."""
    if partner.organisation_id is None:
        return []
    stopped = ReminderStop.objects.filter(organisation_id=partner.organisation_id)
    without = set(stopped.values_list("user_id", flat=True))
    editors = [user for user in people_keeping(partner.organisation_id) if user.pk not in without]
    return [user for user in editors if user.email.lower() in verified_addresses(user)]


def _tell(partner: Partner, news: Sequence[Item], people: Sequence[User], today: dt.date) -> None:
    organisation_id = partner.organisation_id or 0
    event = record(
        "profile.reminded",
        by=NOBODY,
        about=partner,
        data={"statements": len(news)},
        organisation_id=organisation_id,
    )
    for user in people:
        stop = reminder_mail.stop_url(organisation_id, user)
        enqueue_mail(
            event=event,
            to_user=user,
            subject=reminder_mail.subject(partner, news, today),
            body=reminder_mail.body(partner, news, today, stop),
            unsubscribe_url=stop,
        )
