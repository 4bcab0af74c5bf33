"""Celery's door to matching again and to mails about comments.

A message is only a hint: what is due stands in PostgreSQL.
"""

from celery import shared_task

from cdmo_portal.events import heartbeats
from matching import rerunning, telling

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
