"""Celery's door to matching again. A message is only a hint: what is due stands in PostgreSQL."""

from celery import shared_task

from cdmo_portal.events import heartbeats
from matching import rerunning

HEARTBEAT = "matching"
# Nothing new is started after this; a match that was begun then still ends before the task's time limit.
BUDGET_S = 20


@shared_task(name="matching.rerun_outdated")
def rerun_outdated() -> None:
    heartbeats.beat(HEARTBEAT)
    rerunning.rerun_due(seconds=BUDGET_S)
