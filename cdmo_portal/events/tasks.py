"""Celery's door to the outbox. A message is only a hint: what is due stands in PostgreSQL."""

from celery import shared_task

from cdmo_portal.events import delivering, heartbeats, sending, webhook_sweeping

HEARTBEAT = "deliveries"
WEBHOOKS = "webhooks"
# Nothing new is started after this; the longest delivery then still ends before the task's time limit.
BUDGET_S = 20


@shared_task(name="events.pump_deliveries")
def pump_deliveries() -> None:
    heartbeats.beat(HEARTBEAT)
    delivering.deliver_due(seconds=BUDGET_S)


@shared_task(name="events.send_webhooks")
def send_webhooks() -> None:
    heartbeats.beat(WEBHOOKS)
    sending.send_due(seconds=BUDGET_S)


@shared_task(name="events.forget_webhooks")
def forget_webhooks() -> None:
    webhook_sweeping.forget_webhooks()
