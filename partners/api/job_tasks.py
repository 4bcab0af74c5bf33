"""Celery's door to the jobs of the API. A message is only a hint: what waits stands in PostgreSQL.

Among what serves the API, because rows are read by the bodies of the API.
"""

from celery import shared_task

from cdmo_portal.events import heartbeats
from partners.api import job_running

HEARTBEAT = "jobs"
# Nothing new is started after this: 10,000 statements with numbers took 30 s on a busy machine, and still
# end before the task's time limit.
BUDGET_S = 5


@shared_task(name="partners.run_jobs")
def run_jobs() -> None:
    heartbeats.beat(HEARTBEAT)
    job_running.run_due(seconds=BUDGET_S)
