"""Celery's door to the alerts of saved searches. A message is only a hint: what is due stands in PostgreSQL.

Beside partners/tasks.py, because asking a search needs the directory's filters, and feeds do not.
"""

from celery import shared_task

from cdmo_portal.events import heartbeats
from partners import alerting

HEARTBEAT = "alerts"
# Nothing new is started after this; the slowest search then still ends before the task's time limit.
BUDGET_S = 20


@shared_task(name="partners.tell_alerts")
def tell_alerts() -> None:
    heartbeats.beat(HEARTBEAT)
    alerting.tell_due(seconds=BUDGET_S)
