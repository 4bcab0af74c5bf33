"""Signs of life of background processes, and counts of what went wrong without anybody being told."""

import datetime as dt

from django.db import connection

from cdmo_portal.events.models import Heartbeat

SILENT_AFTER = dt.timedelta(seconds=60)
FAILED_NUDGES = "failed nudges"


def beat(name: str) -> None:
    """Note that `name` lives (or happened once more)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_heartbeat AS found (name, at, runs) VALUES (%s, clock_timestamp(), 1)"
            " ON CONFLICT (name) DO UPDATE SET at = clock_timestamp(), runs = found.runs + 1",
            [name],
        )


def is_silent(heartbeat: Heartbeat | None, now: dt.datetime) -> bool:
    return heartbeat is None or now - heartbeat.at > SILENT_AFTER
