"""Celery's door to what accounts leave behind."""

from celery import shared_task

from cdmo_portal.accounts.models import AnsweredCall


@shared_task(name="accounts.forget_answers")
def forget_answers() -> None:
    """Answers to calls with an Idempotency-Key, once their time is over."""
    AnsweredCall.objects.expired().delete()
