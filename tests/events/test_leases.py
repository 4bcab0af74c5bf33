"""Claims by several processes at once: threads, each with a connection of its own."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import InternalError, connection, transaction
from django.utils import timezone

from cdmo_portal.events.leases import (
    CANDIDATES,
    CUT_OFF,
    LONGEST_DELAY_S,
    Lease,
    LeaseLost,
    Queue,
    retry_delay,
)
from partners.models import Feed
from partners.refreshing import FEEDS
from tests.factories.feeds import FeedFactory
from tests.factories.partners import PartnerFactory


def in_threads[T](count: int, work: Callable[[], T]) -> list[T]:
    """Run `work` at the same moment in so many threads."""
    start = threading.Barrier(count)

    def run() -> T:
        start.wait(10)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(count)]]


@pytest.mark.django_db(transaction=True)
def test_claim_when_many_ask_at_once_then_each_row_goes_to_one() -> None:
    feeds = [FeedFactory.create(host=f"h{number}.example") for number in range(12)]

    claims = in_threads(4, lambda: FEEDS.claim(5))

    taken = [lease.pk for leases in claims for lease in leases]
    assert sorted(taken) == sorted(set(taken))
    rest = FEEDS.claim(100)
    assert {*taken, *(lease.pk for lease in rest)} == {feed.pk for feed in feeds}


@pytest.mark.django_db(transaction=True)
def test_claim_when_a_row_is_locked_by_another_then_it_is_passed_over_without_waiting() -> None:
    first, second = FeedFactory.create(host="a.example"), FeedFactory.create(host="b.example")

    with transaction.atomic():
        Feed.objects.select_for_update().get(pk=first.pk)
        (claims,) = in_threads(1, lambda: FEEDS.claim(5))

    assert [lease.pk for lease in claims] == [second.pk]


@pytest.mark.django_db
def test_claim_when_rows_wait_then_the_longest_due_is_taken_first() -> None:
    now = timezone.now()
    late = FeedFactory.create(next_due_at=now - dt.timedelta(hours=1), host="a.example")
    later = FeedFactory.create(next_due_at=now - dt.timedelta(hours=2), host="b.example")
    FeedFactory.create(next_due_at=now + dt.timedelta(hours=1), host="c.example")
    FeedFactory.create(paused=True, host="d.example")
    FeedFactory.create(quarantined=True, host="e.example")

    assert [FEEDS.claim()[0].pk, FEEDS.claim()[0].pk] == [later.pk, late.pk]
    assert FEEDS.claim(5) == []
    assert FEEDS.due_count() == 0


@pytest.mark.django_db
def test_claim_when_a_host_has_many_feeds_then_two_run_at_once_and_other_hosts_go_on() -> None:
    long_ago = timezone.now() - dt.timedelta(hours=1)
    slow = {FeedFactory.create(host="slow.example", next_due_at=long_ago).pk for _ in range(4)}
    other = FeedFactory.create(host="other.example")

    first = {lease.pk for lease in FEEDS.claim(10)}

    assert other.pk in first
    assert len(first & slow) == 2
    assert FEEDS.claim(10) == []
    Feed.objects.filter(pk=min(first & slow)).update(lease_until=None, next_due_at=timezone.now() + FAR)
    assert len(FEEDS.claim(10)) == 1


@pytest.mark.django_db
def test_claim_when_a_full_host_has_more_feeds_than_are_looked_at_then_other_hosts_go_on() -> None:
    long_ago = timezone.now() - dt.timedelta(hours=1)
    partner = PartnerFactory.create()
    slow = FeedFactory.build_batch(
        CANDIDATES + 5,
        host="slow.example",
        next_due_at=long_ago,
        partner=partner,
        organisation=partner.organisation,
    )
    Feed.objects.bulk_create(slow)
    other = FeedFactory.create(host="other.example")

    first, second, third = (FEEDS.claim()[0].pk for _ in range(3))

    assert {first, second} < {feed.pk for feed in slow}
    assert third == other.pk
    assert FEEDS.claim() == []


@pytest.mark.django_db
def test_claim_when_a_lease_ran_out_then_the_attempt_is_counted_and_the_reason_said() -> None:
    feed = FeedFactory.create()
    FEEDS.claim()
    feed.refresh_from_db()
    assert (feed.attempts, feed.last_error) == (0, "")

    for _ in range(2):
        Feed.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
        FEEDS.claim()

    feed.refresh_from_db()
    assert (feed.attempts, feed.last_error) == (2, CUT_OFF)


@pytest.mark.django_db(transaction=True)
def test_hold_when_its_process_is_frozen_in_the_transaction_then_it_is_ended_after_the_lease() -> None:
    FeedFactory.create()
    short = Queue(Feed, state=Feed.State.ACTIVE, seconds=1)
    (lease,) = short.claim()

    @transaction.atomic
    def frozen() -> None:
        short.hold(lease)
        time.sleep(1.5)
        short.hold(lease)

    with pytest.raises(InternalError, match="idle-in-transaction"):
        in_threads(1, frozen)

    assert short.claim() == [Lease(lease.pk, lease.token + 1)]


FAR = dt.timedelta(days=1)


@pytest.mark.django_db
def test_hold_when_the_lease_was_taken_over_or_given_back_then_it_is_lost() -> None:
    feed = FeedFactory.create()
    (stale,) = FEEDS.claim()
    Feed.objects.filter(pk=feed.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    (fresh,) = FEEDS.claim()

    assert fresh == Lease(feed.pk, stale.token + 1)
    with pytest.raises(LeaseLost):
        FEEDS.hold(stale)
    assert FEEDS.hold(fresh) == feed
    Feed.objects.filter(pk=feed.pk).update(lease_until=None)
    with pytest.raises(LeaseLost):
        FEEDS.hold(fresh)


def test_retry_delay_when_failures_go_on_then_it_doubles_up_to_an_hour() -> None:
    delays = [retry_delay(attempts) for attempts in (1, 2, 3, 30_000)]

    assert 24 <= delays[0] <= 36
    assert 48 <= delays[1] <= 72
    assert delays[2] > delays[0]
    assert delays[3] <= LONGEST_DELAY_S * 1.2
