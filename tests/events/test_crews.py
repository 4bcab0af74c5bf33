"""Several threads on one queue: real threads, each with a connection of its own."""

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from cdmo_portal.events import crews
from cdmo_portal.events.crews import work_off
from cdmo_portal.events.leases import Lease
from partners.models import Feed
from partners.refreshing import FEEDS
from tests.factories.feeds import FeedFactory

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 60
FAR = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def look_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "LOOK_AGAIN_S", 0.02)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert [each.name for each in threading.enumerate() if each.name.startswith("crew-")] == []


def done(lease: Lease) -> None:
    Feed.objects.filter(pk=lease.pk).update(lease_until=None, next_due_at=timezone.now() + FAR)


def hosts(count: int) -> list[int]:
    """So many due feeds, each of a host of its own, the longest due first."""
    now = timezone.now()
    return [
        FeedFactory.create(host=f"h{number}.example", next_due_at=now - dt.timedelta(minutes=90 - number)).pk
        for number in range(count)
    ]


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user"
        )
        return int(cursor.fetchone()[0])


def test_work_off_when_more_is_due_than_threads_then_each_is_done_once_with_a_connection_a_thread() -> None:
    due = hosts(12)
    seen: list[tuple[int, str]] = []
    most: list[int] = []
    before = connections()  # others of an earlier test may still be closing

    def work(lease: Lease) -> None:
        most.append(connections())
        seen.append((lease.pk, threading.current_thread().name))
        done(lease)

    assert work_off(FEEDS, work, seconds=PATIENCE_S, threads=3) == 12

    assert sorted(pk for pk, _ in seen) == due
    assert {name for _, name in seen} <= {"crew-1", "crew-2", "crew-3"}
    assert max(most) <= before + 3
    assert FEEDS.due_count() == 0


def test_work_off_when_one_feed_hangs_then_the_others_go_on_also_what_becomes_due_meanwhile() -> None:
    slow, *others = hosts(5)
    late = FeedFactory.create(host="late.example", next_due_at=timezone.now() + FAR).pk
    go_on = threading.Event()
    finished: list[int] = []

    def work(lease: Lease) -> None:
        if lease.pk == slow:
            assert go_on.wait(PATIENCE_S)
        finished.append(lease.pk)
        done(lease)
        if set(finished) == set(others):
            Feed.objects.filter(pk=late).update(next_due_at=timezone.now())
        if lease.pk == late:
            go_on.set()

    work_off(FEEDS, work, seconds=PATIENCE_S, threads=2)

    assert finished == [*others, late, slow]


def test_work_off_when_the_work_fails_then_what_runs_ends_and_the_error_is_raised() -> None:
    bad, good, *rest = hosts(4)
    has_failed = threading.Event()
    finished: list[int] = []

    def work(lease: Lease) -> None:
        if lease.pk == bad:
            has_failed.set()
            raise OperationalError("the database is restarting")
        assert has_failed.wait(PATIENCE_S)
        finished.append(lease.pk)
        done(lease)

    with pytest.raises(OperationalError, match="restarting"):
        work_off(FEEDS, work, seconds=PATIENCE_S, threads=2)

    assert finished[0] == good
    assert not set(rest) <= set(finished)


def test_work_off_when_its_time_is_over_then_nothing_new_is_begun() -> None:
    hosts(2)

    assert work_off(FEEDS, done, seconds=0, threads=2) == 0
    assert work_off(FEEDS, done, seconds=0, threads=1) == 0
    assert FEEDS.due_count() == 2
