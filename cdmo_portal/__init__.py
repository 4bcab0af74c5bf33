"""The Celery app is imported here so that every process sends to the configured broker."""

from cdmo_portal.celery import app as celery_app

__all__ = ["celery_app"]
