"""Testing a feed: it says what a reading would do, and nothing of it is applied."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from cdmo_portal.accounts.models import Role
from cdmo_portal.events import sealing
from partners import trying
from partners.models import CapacityWindow, Feed, FeedTrial, Line
from partners.models.feed_trials import MOST_AN_HOUR
from partners.tasks import forget_imports
from partners.trying import TRIALS, try_due
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.feeds import FeedFactory, FeedTrialFactory
from tests.factories.partners import SiteFactory
from tests.partners.feed_server import FeedServer

pytestmark = pytest.mark.django_db

Q2 = "S1,L1,2027-04-01,2027-07-01,open,4,batches"
BAD = "S1,L1,2027-07-01,2027-10-01,open,-4,batches"


@pytest.fixture
def server(settings: Settings) -> Iterator[FeedServer]:
    with FeedServer().running() as server:
        settings.OUTGOING_ALLOW_LIST = [server.place]
        server.publish(Q2, BAD)
        yield server


@pytest.fixture
def line() -> Line:
    site = SiteFactory.create(external_id="S1")
    return LineFactory.create(site=site, external_id="L1", capacity_source=Line.Source.FEED)


def client_of(line: Line, role: Role = Role.EDITOR) -> Client:
    assert line.site.partner is not None
    client = Client()
    client.force_login(MemberFactory.create(organisation=line.site.partner.organisation, role=role).user)
    return client


def facts(server: FeedServer) -> dict[str, str]:
    secret = {"header_name": "Authorization", "header_value": "Bearer kestrel"}
    return {"name": "Ours", "url": server.url, "format": "csv", "interval_seconds": "3600", **secret}


def test_feed_that_is_thought_of_when_tested_then_its_rows_are_shown_and_nothing_is_written(
    server: FeedServer, line: Line
) -> None:
    client = client_of(line)

    waiting = client.post(reverse("partners:feed_create"), facts(server) | {"test": "1"}, follow=True)
    assert try_due(seconds=20) == 1
    trial = FeedTrial.objects.get()
    page = client.get(trial.get_absolute_url()).content.decode()

    assert "is being read" in waiting.content.decode()
    assert "1 added, 0 changed, 0 closed" in page
    assert "<code>Line 3, quantity</code>: “-4” is negative." in page
    assert "4 batches" in page
    assert not Feed.objects.exists()
    assert not CapacityWindow.objects.exists()
    assert server.requests[0]["authorization"] == "Bearer kestrel"
    assert "kestrel" not in page + str(trial.result)


def test_feed_that_was_tested_when_added_then_it_keeps_its_secret_and_is_added_once(
    server: FeedServer, line: Line
) -> None:
    client = client_of(line)
    client.post(reverse("partners:feed_create"), facts(server) | {"test": "1"})
    try_due(seconds=20)
    address = reverse("partners:feed_trial_add", args=[FeedTrial.objects.get().uid])

    for _ in range(2):
        assert client.post(address).status_code == 302

    feed = Feed.objects.get()
    assert (feed.name, feed.url, feed.organisation) == ("Ours", server.url, feed.partner.organisation)
    assert feed.secret_header is not None
    assert sealing.unseal(feed.secret_header) == "Authorization: Bearer kestrel"


def test_saved_feed_when_tested_then_the_change_is_told_and_the_feed_stays_as_it_is(
    server: FeedServer, line: Line
) -> None:
    feed = FeedFactory.create(
        partner=line.site.partner, url=server.url, host="127.0.0.1", paused=True, etag='"old"'
    )
    window = CapacityWindowFactory.create(line=line, site=line.site, feed=feed)
    before = Feed.objects.filter(pk=feed.pk).values().get()

    client_of(line).post(reverse("partners:feed_test", args=[feed.uid]))
    try_due(seconds=20)

    result = FeedTrial.objects.get().result
    assert result["counts"] == {"added": 0, "changed": 1, "closed": 0}
    assert "if-none-match" not in server.requests[0]
    assert Feed.objects.filter(pk=feed.pk).values().get() == before
    assert not feed.refreshes.exists()
    assert list(CapacityWindow.objects.current()) == [window]


def test_page_when_the_test_runs_then_only_its_part_is_sent_again_until_it_is_done(line: Line) -> None:
    trial = FeedTrialFactory.create(partner=line.site.partner)
    client = client_of(line, Role.VIEWER)

    part = client.get(trial.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    FeedTrial.objects.update(state=FeedTrial.State.DONE, result={"failed": "The address could not be found."})
    done = client.get(trial.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()

    assert part.startswith('<div id="outcome"')
    assert "hx-trigger" in part
    assert "hx-trigger" not in done
    assert "could not be found" in done
    assert "Add this feed" not in done


def test_address_when_it_fails_then_the_test_says_why(server: FeedServer, line: Line) -> None:
    server.status = 503
    FeedTrialFactory.create(partner=line.site.partner, url=server.url, host="127.0.0.1")

    try_due(seconds=20)

    assert "status 503" in FeedTrial.objects.get().result["failed"]


def test_test_when_something_of_ours_fails_then_it_ends_and_the_next_one_runs(line: Line) -> None:
    FeedTrialFactory.create_batch(2, partner=line.site.partner)

    def broken(url: str, **_: object) -> None:
        raise ZeroDivisionError

    assert try_due(seconds=20, fetch=broken) == 2  # type: ignore[arg-type]

    assert {trial.result["failed"] for trial in FeedTrial.objects.all()} == {
        "The file could not be read for a reason of ours, which was logged."
    }


def test_worker_when_its_lease_was_taken_over_then_it_writes_nothing(line: Line) -> None:
    FeedTrialFactory.create(partner=line.site.partner)
    (lease,) = TRIALS.claim()
    FeedTrial.objects.update(lease_token=lease.token + 1)

    def late(url: str, **_: object) -> None:
        raise AssertionError(url)

    trying._try(lease, late)  # type: ignore[arg-type]

    assert FeedTrial.objects.get().is_waiting


def test_tests_when_there_were_many_within_the_hour_then_another_is_refused(
    server: FeedServer, line: Line
) -> None:
    FeedTrialFactory.create_batch(MOST_AN_HOUR, partner=line.site.partner)

    response = client_of(line).post(reverse("partners:feed_create"), facts(server) | {"test": "1"})

    assert response.status_code == 422
    assert "Wait a little" in response.content.decode()


def test_tests_when_an_hour_has_passed_then_they_are_gone(line: Line) -> None:
    trial = FeedTrialFactory.create(
        partner=line.site.partner, expires_at=timezone.now() - dt.timedelta(seconds=1)
    )

    assert client_of(line).get(trial.get_absolute_url()).status_code == 404
    forget_imports()
    assert not FeedTrial.objects.exists()


def test_test_when_a_viewer_or_a_stranger_asks_then_it_is_refused(line: Line) -> None:
    trial = FeedTrialFactory.create(done=True, partner=line.site.partner)
    feed = FeedFactory.create(partner=line.site.partner)
    add = reverse("partners:feed_trial_add", args=[trial.uid])
    test = reverse("partners:feed_test", args=[feed.uid])
    viewer, stranger = client_of(line, Role.VIEWER), Client()
    stranger.force_login(MemberFactory.create().user)

    assert viewer.get(trial.get_absolute_url()).status_code == 200
    assert [viewer.post(add).status_code, viewer.post(test).status_code] == [403, 403]
    assert stranger.get(trial.get_absolute_url()).status_code == 404
    assert [stranger.post(add).status_code, stranger.post(test).status_code] == [404, 404]
    assert FeedTrial.objects.count() == 1
