"""A worker that is frozen at a chosen moment: `python -m tests.drill.sleeper COUNT MOMENT [WITHOUT]`.

It claims so many feeds, works on all of them at once, and stops itself (SIGSTOP) when the last one has come
to the moment. Whoever resumes it sees it go on as if no time had passed. A third word: the token is ignored.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

django.setup()

from django.db import Error, connection, models  # noqa: E402

from cdmo_portal import outgoing  # noqa: E402
from cdmo_portal.events.leases import Lease, Queue  # noqa: E402
from partners import refreshing  # noqa: E402
from partners.snapshots import write  # noqa: E402

MOMENTS = ("before the fetch", "after the fetch", "in the transaction")


def main(count: int, moment: str, *, ignores_token: bool) -> None:
    if ignores_token:
        Queue.held = held_by_anybody  # type: ignore[assignment, method-assign]
    leases = refreshing.FEEDS.claim(count)
    connection.close()
    gate = threading.Barrier(len(leases), action=lambda: os.kill(os.getpid(), signal.SIGSTOP))
    fetch: refreshing.Fetch = outgoing.fetch
    if moment == "before the fetch":
        fetch = then(gate.wait, outgoing.fetch)
    elif moment == "after the fetch":
        fetch = first(outgoing.fetch, gate.wait)
    else:
        refreshing.write = first(write, gate.wait)  # type: ignore[attr-defined]
    with ThreadPoolExecutor(len(leases)) as pool:
        ends = list(pool.map(lambda lease: refresh(lease, fetch), leases))
    sys.stdout.write(f"{len(ends)} woke up: {ends}\n")


def refresh(lease: Lease, fetch: refreshing.Fetch) -> str:
    try:
        refreshing.refresh(lease, fetch=fetch)
    except Error as error:  # its connection was ended while it slept
        return type(error).__name__
    finally:
        connection.close()
    return "returned"


def held_by_anybody(queue: Queue[Any], lease: Lease) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = queue.model._default_manager.filter(pk=lease.pk)
    return rows


def then(wait: Callable[[], object], work: Callable[..., Any]) -> Callable[..., Any]:
    def waited(*args: Any, **options: Any) -> Any:
        wait()
        return work(*args, **options)

    return waited


def first(work: Callable[..., Any], wait: Callable[[], object]) -> Callable[..., Any]:
    def worked(*args: Any, **options: Any) -> Any:
        result = work(*args, **options)
        wait()
        return result

    return worked


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], ignores_token=len(sys.argv) > 3)
