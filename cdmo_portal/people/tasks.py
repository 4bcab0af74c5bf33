"""Celery's door to what people hear of their accounts. What is due stands in PostgreSQL."""

from celery import shared_task

from cdmo_portal.people import expiring


@shared_task(name="people.tell_of_ending_keys")
def tell_of_ending_keys() -> None:
    expiring.tell_due()
