"""Waiting until others wait for a lock, so that a test meets the moment that it is about."""

import threading
import time
from collections.abc import Callable, Mapping

from django.db import Error, connection, models, transaction

from partners.actions.editing import ChangedMeanwhile
from partners.actions.profile_drafts import NotPublished
from partners.actions.profile_values import NoLongerPossible

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


def ended_together(
    acts: Mapping[str, Callable[[], object]], *, behind: Callable[[], object]
) -> dict[str, object]:
    """What became of each: all begin, one after the other, while `behind` holds what they need."""
    ended: dict[str, object] = {}

    def end(name: str, act: Callable[[], object]) -> None:
        try:
            ended[name] = act()
        except (ChangedMeanwhile, NoLongerPossible, NotPublished, Error) as error:
            ended[name] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=each) for each in acts.items()]
    with transaction.atomic():
        behind()
        for number, thread in enumerate(threads, 1):
            thread.start()
            until_waiting(number)
    for thread in threads:
        thread.join(timeout=20)
    return ended


def lock(row: models.Model) -> Callable[[], object]:
    return lambda: type(row)._default_manager.select_for_update().get(pk=row.pk)
