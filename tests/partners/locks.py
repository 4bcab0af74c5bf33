"""Waiting until others wait for a lock, so that a test meets the moment that it is about."""

import time

from django.db import connection

PATIENCE_S = 20
WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def until_waiting(count: int) -> None:
    """Return once so many transactions of this database wait for a lock, or after a while all the same."""
    ends = time.monotonic() + PATIENCE_S
    while _waiting() < count and time.monotonic() < ends:
        time.sleep(0.02)


def _waiting() -> int:
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL would tell every time what it told first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])
