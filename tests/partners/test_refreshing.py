"""From a published file to windows: what is applied, what stays, what is told."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone
from pytest_django.fixtures import Settings

from cdmo_portal import outgoing
from cdmo_portal.accounts.models import Role
from cdmo_portal.events import sealing
from cdmo_portal.events.leases import CUT_OFF
from cdmo_portal.events.models import Delivery, Event
from partners import refreshing
from partners.models import CapacityWindow, Feed, Line, Refresh, SiteChange
from partners.quarters import Quarter
from partners.refreshing import FEEDS, refresh, refresh_due
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.feeds import FeedFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.partners.feed_server import HEADER, FeedServer

pytestmark = pytest.mark.django_db

Q2 = "S1,L1,2027-04-01,2027-07-01,open,4,batches"
Q3 = "S1,L1,2027-07-01,2027-10-01,open,8,batches"


@pytest.fixture
def server(settings: Settings) -> Iterator[FeedServer]:
    with FeedServer().running() as server:
        settings.OUTGOING_ALLOW_LIST = [server.place]
        yield server


@pytest.fixture
def feed(server: FeedServer) -> Feed:
    return FeedFactory.create(url=server.url, host="127.0.0.1", partner=PartnerFactory.create(name="Larch"))


@pytest.fixture
def line(feed: Feed) -> Line:
    site = SiteFactory.create(partner=feed.partner, external_id="S1")
    return LineFactory.create(
        site=site, external_id="L1", capacity_source=Line.Source.FEED, nominal_per_quarter=12
    )


def run(feed: Feed) -> Refresh:
    """Make the feed due, refresh it and return the log of it."""
    Feed.objects.filter(pk=feed.pk).update(next_due_at=timezone.now() - dt.timedelta(seconds=1))
    assert refresh_due(seconds=20) == 1
    feed.refresh_from_db()
    last = feed.refreshes.first()
    assert last is not None
    return last


def open_now(line: Line) -> dict[str, Decimal]:
    windows = line.windows.current().filter(state="open")
    return {str(window.period.lower): window.quantity for window in windows}


def test_refresh_when_the_file_is_new_then_windows_a_log_and_an_event_are_written(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2, Q3)

    log = run(feed)

    assert open_now(line) == {"2027-04-01": 4, "2027-07-01": 8}
    assert (log.outcome, log.rows_read, log.windows_added) == ("changed", 2, 2)
    assert log.changes[0] | {"line": ""} == {
        "line": "",
        "period": "2027-04-01 to 2027-07-01",
        "state": "open",
        "unit": "batches",
        "before": None,
        "after": "4",
    }
    assert feed.lease_until is None
    assert feed.attempts == 0
    assert feed.next_due_at > timezone.now()
    assert Event.objects.get(kind="feed.refreshed").organisation_id == feed.organisation_id
    assert SiteChange.objects.filter(site=line.site).count() == 1


def test_refresh_when_a_window_is_left_out_then_it_is_closed_and_other_lines_stay(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    other = CapacityWindowFactory.create(
        line__site=line.site, line__capacity_source=Line.Source.FEED, feed=feed
    )
    server.publish(Q2, Q3)
    run(feed)
    server.publish(Q3.replace(",8,", ",6,"))

    log = run(feed)

    assert open_now(line) == {"2027-07-01": 6}
    assert line.windows.count() == 2
    assert (log.windows_added, log.windows_changed, log.windows_closed) == (0, 1, 1)
    assert {(change["before"], change["after"]) for change in log.changes} == {("4", None), ("8", "6")}
    other.refresh_from_db()
    assert other.closed_at is None


def test_refresh_when_nothing_changed_then_only_the_observation_is_renewed(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(f"{Q2},2026-01-01", header=f"{HEADER},observed_at")
    run(feed)
    server.publish(f"{Q2},2026-01-03", header=f"{HEADER},observed_at")

    log = run(feed)

    assert (log.outcome, log.changes) == ("unchanged", [])
    assert line.windows.get().observed_at.date() == dt.date(2026, 1, 3)
    assert Event.objects.filter(kind="feed.refreshed").count() == 1


def test_refresh_when_the_server_says_not_modified_then_nothing_is_parsed_and_it_counts_as_success(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2)
    run(feed)

    log = run(feed)

    assert (log.outcome, log.http_status, log.rows_read) == ("unchanged", 304, 0)
    assert server.requests[1]["if-none-match"]
    assert open_now(line) == {"2027-04-01": 4}


def test_refresh_when_the_last_one_refused_rows_then_the_file_is_read_in_full(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2, "S1,L2,2027-04-01,2027-07-01,open,1,batches")
    run(feed)
    LineFactory.create(site=line.site, external_id="L2", capacity_source=Line.Source.FEED)

    log = run(feed)

    assert "if-none-match" not in server.requests[1]
    assert (log.http_status, log.windows_added, log.row_errors) == (200, 1, [])


def test_refresh_when_the_last_full_reading_is_a_day_old_then_the_file_is_read_in_full(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2)
    run(feed)
    feed.refreshes.update(started_at=timezone.now() - dt.timedelta(hours=25))

    assert run(feed).http_status == 200


def test_refresh_when_some_rows_are_bad_then_good_ones_are_applied_and_the_others_keep_their_value(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2, Q3)
    run(feed)
    server.publish(Q2.replace(",4,", ",5,"), Q3.replace(",8,", ",-8,"))

    log = run(feed)

    assert open_now(line) == {"2027-04-01": 5, "2027-07-01": 8}
    assert [(error["line"], error["field"]) for error in log.row_errors] == [(3, "quantity")]


def test_refresh_when_a_row_overlaps_a_window_that_would_stay_then_it_replaces_it(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2)
    run(feed)
    server.publish("S1,L1,2027-05-01,2027-06-01,open,1,batches", "S1,L1,nonsense,2027-07-01,held,1,batches")

    run(feed)

    assert open_now(line) == {"2027-05-01": 1}


@pytest.mark.parametrize(
    "case",
    [
        (Q2.replace("L1", "L9"), {}, "No line of yours"),
        (Q2, {"capacity_source": "form"}, "source is form"),
        (Q2.replace("batches", "reactor-days"), {}, "counts in batches"),
        (Q2.replace(",4,", ",13,"), {}, "13 batches over all states in Q2 2027, but the line can do 12"),
    ],
)
def test_refresh_when_a_line_cannot_take_its_rows_then_it_keeps_its_windows_and_others_go_on(
    server: FeedServer, feed: Feed, line: Line, case: tuple[str, dict[str, str], str]
) -> None:
    row, changed, words = case
    LineFactory.create(site=line.site, external_id="L2", capacity_source=Line.Source.FEED)
    window = CapacityWindowFactory.create(line=line, quantity=3)
    Line.objects.filter(pk=line.pk).update(**changed)
    server.publish(row, "S1,L2,2027-04-01,2027-07-01,open,1,batches")

    log = run(feed)

    assert log.windows_added == 1
    assert [error["line"] for error in log.row_errors] == [2]
    assert words in str(log.row_errors[0]["message"])
    window.refresh_from_db()
    assert (window.quantity, window.closed_at) == (Decimal(3), None)


def test_refresh_when_another_active_feed_keeps_the_line_then_the_row_is_refused(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    first = FeedFactory.create(
        partner=feed.partner, name="First", next_due_at=timezone.now() + dt.timedelta(days=1)
    )
    CapacityWindowFactory.create(line=line, feed=first)
    server.publish(Q2)

    log = run(feed)

    assert "kept by the feed “First”" in str(log.row_errors[0]["message"])


def test_refresh_when_a_line_of_another_partner_has_the_ids_then_it_is_out_of_reach(
    server: FeedServer, feed: Feed
) -> None:
    theirs = LineFactory.create(site__external_id="S1", external_id="L1", capacity_source=Line.Source.FEED)
    server.publish(Q2, Q2.replace("S1,L1", f"{theirs.site.uid},{theirs.uid}"))

    log = run(feed)

    assert log.outcome == "failed"
    assert not theirs.windows.exists()


def test_refresh_when_our_own_ids_are_used_then_the_line_is_found(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    line.refresh_from_db()
    line.site.refresh_from_db()
    server.publish(Q2.replace("S1,L1", f"{line.site.uid},{line.uid}"), Q2)

    log = run(feed)

    assert open_now(line) == {"2027-04-01": 4}
    assert "overlaps" in str(log.row_errors[0]["message"])


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"", "status 500"),
        (404, b"", "status 404"),
        (200, b"<html>Sorry</html>", "not the header"),
        (200, HEADER.encode(), "no rows"),
        (200, HEADER.encode() + b"\nS9,L9,2027-04-01,2027-07-01,open,4,batches", "None of the 1 rows"),
        (200, b"x" * 5_100_000, "larger than allowed"),
    ],
)
def test_refresh_when_it_fails_then_the_last_good_value_stays_and_the_next_try_is_put_off(
    server: FeedServer, feed: Feed, line: Line, answer: tuple[int, bytes, str]
) -> None:
    status, body, words = answer
    server.publish(Q2)
    run(feed)
    succeeded_at = feed.last_succeeded_at
    Feed.objects.update(etag="", last_modified="")
    server.status, server.body = status, body

    log = run(feed)

    assert log.outcome == "failed"
    assert words in log.error
    assert feed.last_error == log.error
    assert feed.attempts == 1
    assert feed.last_succeeded_at == succeeded_at
    assert feed.next_due_at > timezone.now() + dt.timedelta(seconds=15)
    assert open_now(line) == {"2027-04-01": 4}


@pytest.mark.parametrize(
    "fault",
    [
        ("partners.feeds.formats.parse_csv", RuntimeError("no such thing")),
        ("partners.feeds.formats.parse_csv", MemoryError()),
        ("partners.refreshing.write", DataError("overflow")),
    ],
)
def test_refresh_when_our_own_code_fails_on_it_then_it_is_logged_and_the_feed_is_put_off(
    server: FeedServer, feed: Feed, line: Line, monkeypatch: pytest.MonkeyPatch, fault: tuple[str, Exception]
) -> None:
    place, error = fault

    def broken(*args: object, **kwargs: object) -> None:
        raise error

    server.publish(Q2)
    run(feed)
    server.publish(Q3)
    monkeypatch.setattr(place, broken)

    log = run(feed)

    assert (log.outcome, log.error) == ("failed", refreshing.OUR_FAULT)
    assert (feed.attempts, feed.lease_until) == (1, None)
    assert feed.next_due_at > timezone.now() + dt.timedelta(seconds=15)
    assert open_now(line) == {"2027-04-01": 4}


def test_refresh_when_the_database_goes_away_then_nothing_is_held_against_the_feed(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    def restarting(*args: object, **kwargs: object) -> NoReturn:
        raise OperationalError("the database system is shutting down")

    (lease,) = FEEDS.claim()

    with pytest.raises(OperationalError):
        refresh(lease, fetch=restarting)

    feed.refresh_from_db()
    assert (feed.attempts, feed.lease_token) == (0, lease.token)
    assert not Refresh.objects.exists()


def test_refresh_when_the_address_is_not_allowed_then_it_fails_without_a_request(
    server: FeedServer, feed: Feed, line: Line, settings: Settings
) -> None:
    settings.OUTGOING_ALLOW_LIST = []

    log = run(feed)

    assert log.error == "This address cannot be used."
    assert server.requests == []


def test_refresh_when_it_fails_eight_times_then_it_stops_and_each_owner_gets_one_mail(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    owner = MemberFactory.create(organisation=feed.organisation)
    MemberFactory.create(organisation=feed.organisation, role=Role.EDITOR)
    MemberFactory.create()
    Feed.objects.filter(pk=feed.pk).update(attempts=7)
    server.status = 503

    run(feed)

    assert feed.state == Feed.State.QUARANTINED
    assert Event.objects.filter(kind="feed.quarantined").count() == 1
    mail = Delivery.objects.get()
    assert mail.recipient == owner.user
    assert "status 503" in mail.body
    assert str(feed.uid) in mail.body
    Feed.objects.update(next_due_at=timezone.now() - dt.timedelta(days=1))
    assert refresh_due(seconds=5) == 0


def test_refresh_when_it_ended_its_worker_eight_times_then_it_is_stopped_without_another_try(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    MemberFactory.create(organisation=feed.organisation)
    for _ in range(8):
        FEEDS.claim()
        Feed.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    log = run(feed)

    assert server.requests == []
    assert (log.outcome, log.error) == ("failed", CUT_OFF)
    assert feed.state == Feed.State.QUARANTINED
    assert CUT_OFF in Delivery.objects.get().body


def test_refresh_when_a_large_file_was_read_then_the_next_one_has_its_turn(
    server: FeedServer, feed: Feed, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "LARGE_FILE_BYTES", 10)

    for quantity in range(4):
        server.publish(Q2.replace(",4,", f",{quantity},"))
        assert run(feed).outcome == "changed"


def test_refresh_when_it_succeeds_again_then_failures_are_forgotten(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    Feed.objects.filter(pk=feed.pk).update(attempts=5, last_error="before")
    server.publish(Q2)

    run(feed)

    assert (feed.attempts, feed.last_error) == (0, "")


def test_refresh_when_the_token_is_stale_then_nothing_is_written(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2)
    Feed.objects.filter(pk=feed.pk).update(next_due_at=timezone.now() - dt.timedelta(seconds=1))
    (stale,) = FEEDS.claim()
    Feed.objects.filter(pk=feed.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    (fresh,) = FEEDS.claim()

    refresh(stale)

    assert server.requests == []
    assert not line.windows.exists()
    refresh(fresh)
    refresh(fresh)
    assert line.windows.count() == 1
    assert Refresh.objects.count() == 1


@pytest.mark.parametrize("is_good", [True, False])
def test_refresh_when_the_lease_is_lost_during_the_fetch_then_nothing_is_written(
    server: FeedServer, feed: Feed, line: Line, is_good: bool
) -> None:
    server.publish(Q2)
    server.status = 200 if is_good else 500
    Feed.objects.filter(pk=feed.pk).update(next_due_at=timezone.now() - dt.timedelta(seconds=1))
    (lease,) = FEEDS.claim()

    def frozen_fetch(*args: object, **kwargs: object) -> outgoing.Response:
        response = outgoing.fetch(*args, **kwargs)  # type: ignore[arg-type]
        Feed.objects.filter(pk=feed.pk).update(lease_token=lease.token + 1, attempts=3)
        return response

    refresh(lease, fetch=frozen_fetch)

    feed.refresh_from_db()
    assert not CapacityWindow.objects.exists()
    assert not Refresh.objects.exists()
    assert feed.attempts == 3


def test_refresh_when_a_secret_header_is_set_then_it_is_sent(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2)
    Feed.objects.filter(pk=feed.pk).update(secret_header=sealing.seal("X-Feed-Key: kestrel"))

    run(feed)

    assert server.requests[0]["x-feed-key"] == "kestrel"


def test_refresh_when_the_secret_cannot_be_opened_then_it_fails_and_says_so(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    Feed.objects.filter(pk=feed.pk).update(secret_header=b"from another key")

    assert "Enter it again" in run(feed).error
    assert server.requests == []


def test_refresh_when_the_feed_is_json_then_it_is_asked_for_and_refusals_have_pointers(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    Feed.objects.filter(pk=feed.pk).update(format=Feed.Format.JSON)
    window = dict(zip(HEADER.split(","), Q2.split(","), strict=True)) | {"quantity": 4}
    windows = [window, window | {"quantity": "4"}, window | {"resource_id": "L9"}]
    server.body = json.dumps({"version": 1, "windows": windows}).encode()

    log = run(feed)

    assert open_now(line) == {"2027-04-01": 4}
    assert log.outcome == Refresh.Outcome.CHANGED
    assert server.requests[0]["accept"].startswith("application/json")
    assert [error["place"] for error in log.row_errors] == ["/windows/1/quantity", "/windows/2/resource_id"]


def test_refresh_when_the_feed_is_a_calendar_then_its_line_is_known_by_the_feed_or_by_the_event(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    other = LineFactory.create(
        site=line.site, external_id="L2", capacity_source=Line.Source.FEED, nominal_per_quarter=9
    )
    feed.format, feed.calendar_line = Feed.Format.ICAL, line
    feed.save()
    quarter = Quarter.of(timezone.now().date()).next
    times = f"DTSTART;VALUE=DATE:{quarter.start:%Y%m%d}\nDTEND;VALUE=DATE:{quarter.end:%Y%m%d}"
    free = f"{times}\nTRANSP:TRANSPARENT"
    events = [free, f"{free}\nX-CAPACITY-RESOURCE-ID:L2", f"{free}\nX-CAPACITY-RESOURCE-ID:L9"]
    parts = [f"BEGIN:VEVENT\nUID:{number}\n{each}\nEND:VEVENT" for number, each in enumerate(events)]
    server.body = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()

    log = run(feed)

    assert open_now(line) == {str(quarter.start): 12}
    assert open_now(other) == {str(quarter.start): 9}
    assert [error["place"] for error in log.row_errors] == ["Event 3"]
    assert server.requests[0]["accept"].startswith("text/calendar")


def test_refresh_when_a_calendar_is_a_bomb_then_it_fails_and_the_last_values_stay(
    server: FeedServer, feed: Feed, line: Line
) -> None:
    server.publish(Q2)
    run(feed)
    Feed.objects.filter(pk=feed.pk).update(format=Feed.Format.ICAL, etag="")
    often = "BEGIN:VEVENT\nDTSTART:20260101T000000Z\nRRULE:FREQ=HOURLY\nEND:VEVENT"
    server.body = f"BEGIN:VCALENDAR\nVERSION:2.0\n{often}\nEND:VCALENDAR\n".encode()

    log = run(feed)

    assert log.outcome == Refresh.Outcome.FAILED
    assert open_now(line) == {"2027-04-01": 4}
    assert "More than 5,000" in log.error
