"""The Celery application. A message is a hint with ids; PostgreSQL rows are the truth."""

import os
import sys

from celery import Celery
from celery.signals import beat_init, worker_init
from django.core.exceptions import ImproperlyConfigured

from cdmo_portal.checks import require_production_values

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdmo_portal.settings")

app = Celery("cdmo_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")


@worker_init.connect  # type: ignore[untyped-decorator]
@beat_init.connect  # type: ignore[untyped-decorator]
def refuse_half_configured(**_details: object) -> None:
    """A worker or beat with a production value missing does not start."""
    try:
        require_production_values()
    except ImproperlyConfigured as error:
        # Celery has redirected the usual streams by now, and beat swallows the exception's own message.
        print(error, file=sys.__stderr__)
        raise SystemExit(1) from error  # Celery logs and forgets any ordinary exception here


app.autodiscover_tasks(["partners", "matching"])
app.autodiscover_tasks(["cdmo_portal.people", "cdmo_portal.events", "cdmo_portal.accounts"])
app.autodiscover_tasks(["partners"], related_name="alert_tasks")
app.autodiscover_tasks(["partners.api"], related_name="job_tasks")
