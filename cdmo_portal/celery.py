"""The Celery application. A message is a hint with ids; PostgreSQL rows are the truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdmo_portal.settings")

app = Celery("cdmo_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["partners", "matching", "cdmo_portal.events"])
