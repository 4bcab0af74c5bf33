"""Celery's door to the directory's search rows (loaded by partners/tasks.py, which Celery discovers)."""

from celery import shared_task

from partners import searching


@shared_task(name="partners.catch_up_search")
def catch_up_search() -> None:
    searching.catch_up()
