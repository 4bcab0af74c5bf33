"""What an operator has to know of the background: who is silent, what is stuck, which mails failed."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cdmo_portal.accounts.models import Organisation, User
from cdmo_portal.events import heartbeats
from cdmo_portal.events.models import Delivery, Heartbeat, UntoldEvent, WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.tasks import HEARTBEAT as DELIVERIES
from cdmo_portal.events.tasks import WEBHOOKS
from matching.tasks import HEARTBEAT as MATCHING
from partners.alert_tasks import HEARTBEAT as ALERTS
from partners.api.job_tasks import HEARTBEAT as BULK
from partners.models import CapacityWindow, Feed, Partner, Site
from partners.tasks import HEARTBEAT as FEEDS
from partners.tasks import REMINDING

OVERDUE_AFTER = dt.timedelta(minutes=10)
MOST_SHOWN = 100
JOBS = (FEEDS, DELIVERIES, WEBHOOKS, MATCHING, ALERTS, REMINDING, BULK)


@dataclass(frozen=True, slots=True)
class Pulse:
    """One background job and its last sign of life."""

    name: str
    at: dt.datetime | None
    runs: int
    is_silent: bool


def pulses(now: dt.datetime) -> list[Pulse]:
    found = Heartbeat.objects.in_bulk(JOBS)
    return [_pulse(name, found.get(name), now) for name in JOBS]


def _pulse(name: str, heartbeat: Heartbeat | None, now: dt.datetime) -> Pulse:
    is_silent = heartbeats.is_silent(heartbeat, now)
    if heartbeat is None:
        return Pulse(name, None, 0, is_silent)
    return Pulse(name, heartbeat.at, heartbeat.runs, is_silent)


def failed_nudges() -> int:
    heartbeat = Heartbeat.objects.filter(name=heartbeats.FAILED_NUDGES).first()
    return heartbeat.runs if heartbeat else 0


def stuck_feeds(now: dt.datetime) -> QuerySet[Feed]:
    """Feeds that were stopped, that fail, or that nobody has read although they are long due."""
    is_overdue = Q(state=Feed.State.ACTIVE, next_due_at__lt=now - OVERDUE_AFTER)
    is_failing = Q(state=Feed.State.ACTIVE, attempts__gt=0)
    stuck = Feed.objects.filter(Q(state=Feed.State.QUARANTINED) | is_failing | is_overdue)
    return stuck.select_related("organisation").order_by("last_succeeded_at", "pk")


def stuck_deliveries(now: dt.datetime) -> QuerySet[Delivery]:
    """Mails that were given up, that fail, or that wait too long."""
    waiting = Q(state=Delivery.State.WAITING)
    is_late = waiting & (Q(attempts__gt=0) | Q(next_due_at__lt=now - OVERDUE_AFTER))
    return Delivery.objects.filter(Q(state=Delivery.State.FAILED) | is_late).order_by("-pk")


def counts() -> list[tuple[str, int]]:
    """How much there is of what; no content."""
    return [
        ("organisations", Organisation.objects.count()),
        ("organisations waiting for approval", Organisation.objects.filter(state="pending").count()),
        ("people", User.objects.count()),
        ("partners", Partner.objects.count()),
        ("sites", Site.objects.count()),
        ("current capacity windows", CapacityWindow.objects.current().count()),
        ("feeds", Feed.objects.count()),
        ("mails waiting", Delivery.objects.filter(state=Delivery.State.WAITING).count()),
        ("events that no webhook was told of yet", UntoldEvent.objects.count()),
        ("webhooks waiting", WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING).count()),
        ("webhooks given up", WebhookDelivery.objects.filter(state=WebhookDelivery.State.DEAD).count()),
        (
            "webhook endpoints stopped",
            WebhookEndpoint.objects.filter(state=WebhookEndpoint.State.DISABLED).count(),
        ),
    ]
