"""Celery's door to the feeds. A message is only a hint: what is due stands in PostgreSQL."""

from celery import shared_task
from django.conf import settings

from cdmo_portal.events import heartbeats
from cdmo_portal.events.nudges import nudge
from partners import file_sweeping, refreshing, reminding, trying
from partners.models import FeedTrial, Job, ProfileUpload, RecordImport
from partners.search_tasks import catch_up_search

__all__ = [
    "catch_up_search",
    "forget_files",
    "forget_imports",
    "pump_feeds",
    "refresh_feeds",
    "remind_keepers",
    "try_feeds",
]

HEARTBEAT = "feeds"
REMINDING = "reminders"
# Nothing new is started after this; the slowest feed (20 s) then still ends before the task's time limit.
BUDGET_S = 20
MOST_HELPERS = 7


@shared_task(name="partners.pump_feeds")
def pump_feeds() -> None:
    """Refresh due feeds; idle workers help where one cannot read all, or somebody waits for a test."""
    heartbeats.beat(HEARTBEAT)
    if trying.TRIALS.due_count():
        nudge(try_feeds)
    due = refreshing.FEEDS.due_count()
    for _ in range(min((due - 1) // settings.FEED_THREADS, MOST_HELPERS)):
        nudge(refresh_feeds)
    refreshing.refresh_due(seconds=BUDGET_S)


@shared_task(name="partners.refresh_feeds")
def refresh_feeds() -> None:
    refreshing.refresh_due(seconds=BUDGET_S)


@shared_task(name="partners.try_feeds")
def try_feeds() -> None:
    trying.try_due(seconds=BUDGET_S)


@shared_task(name="partners.remind_keepers")
def remind_keepers() -> None:
    heartbeats.beat(REMINDING)
    reminding.remind_due(seconds=BUDGET_S)


@shared_task(name="partners.forget_imports")
def forget_imports() -> None:
    """Uploads that nobody finished, what was refused of those that were, old tests of feeds and old jobs."""
    RecordImport.objects.expired().delete()
    ProfileUpload.objects.expired().delete()
    FeedTrial.objects.expired().delete()
    Job.objects.expired().delete()


@shared_task(name="partners.forget_files")
def forget_files() -> None:
    file_sweeping.forget_files()
