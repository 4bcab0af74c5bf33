"""Celery's door to matching again, to mails about comments, to webhooks and to the figures of a week.

A message is only a hint: what is due stands in PostgreSQL.
"""

from celery import shared_task

from cdmo_portal.events import fanning_out, heartbeats
from cdmo_portal.events.nudges import nudge
from cdmo_portal.events.tasks import send_webhooks
from matching import counting, rerunning, telling, webhook_subjects

HEARTBEAT = "matching"
# Nothing new is started after this; a match that was begun then still ends before the task's time limit.
BUDGET_S = 20


@shared_task(name="matching.rerun_outdated")
def rerun_outdated() -> None:
    heartbeats.beat(HEARTBEAT)
    rerunning.rerun_due(seconds=BUDGET_S)


@shared_task(name="matching.tell_of_comments")
def tell_of_comments() -> None:
    telling.tell_due()


@shared_task(name="matching.count_demand")
def count_demand() -> None:
    counting.count_due(seconds=BUDGET_S)


@shared_task(name="matching.tell_webhooks")
def tell_webhooks() -> None:
    """Here, because only here it is known which briefs exist for whom."""
    if fanning_out.fan_out(webhook_subjects.news_of, seconds=BUDGET_S):
        nudge(send_webhooks)
