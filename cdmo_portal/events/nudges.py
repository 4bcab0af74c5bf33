"""A nudge tells a worker that there is work now. It may be lost: the next pump finds the row anyway."""

from functools import partial

import structlog
from celery import Task, current_app
from django.db import transaction

from cdmo_portal.events import heartbeats

log = structlog.stdlib.get_logger(__name__)

# The person waits for the answer of their request: a frozen broker may cost them a second, not the page.
QUICK = {"socket_timeout": 1, "socket_connect_timeout": 1}
EXPIRES_S = 30


def nudge(task: Task) -> None:
    """Publish the task once the transaction commits; a failure is counted, never raised."""
    transaction.on_commit(partial(_publish, task))


def _publish(task: Task) -> None:
    try:
        with current_app.connection_for_write(transport_options=QUICK) as broker:
            task.apply_async(connection=broker, retry=False, expires=EXPIRES_S)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises; the row stands already
        log.warning("nudge failed", task=task.name, error=type(error).__name__)
        heartbeats.beat(heartbeats.FAILED_NUDGES)
