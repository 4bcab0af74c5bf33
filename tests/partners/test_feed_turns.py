"""A feed that begins to fail, and one that is well again, are told once each."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from cdmo_portal.events.models import Event
from partners.models import Feed, Line
from partners.refreshing import refresh_due
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import LineFactory
from tests.factories.feeds import FeedFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.partners.feed_server import FeedServer

pytestmark = pytest.mark.django_db

ROW = "S1,L1,2027-04-01,2027-07-01,open,{},batches"


@pytest.fixture
def server(settings: Settings) -> Iterator[FeedServer]:
    with FeedServer().running() as server:
        settings.OUTGOING_ALLOW_LIST = [server.place]
        yield server


@pytest.fixture
def feed(server: FeedServer) -> Feed:
    keeper = MemberFactory.create(cdmo=True)
    partner = PartnerFactory.create(organisation=keeper.organisation)
    feed: Feed = FeedFactory.create(
        url=server.url, host="127.0.0.1", partner=partner, organisation=keeper.organisation
    )
    site = SiteFactory.create(partner=partner, external_id="S1")
    LineFactory.create(site=site, external_id="L1", capacity_source=Line.Source.FEED)
    return feed


def read(feed: Feed) -> None:
    Feed.objects.filter(pk=feed.pk).update(next_due_at=timezone.now() - dt.timedelta(seconds=1))
    assert refresh_due(seconds=20) == 1


def turns(feed: Feed) -> list[str]:
    rows = Event.objects.filter(organisation_id=feed.organisation_id, object_id=feed.pk)
    kinds = rows.order_by("pk").values_list("kind", flat=True)
    return [kind for kind in kinds if kind in ("feed.failed", "feed.recovered")]


def test_feed_when_it_fails_twice_and_is_well_twice_then_each_turn_is_told_once(
    server: FeedServer, feed: Feed
) -> None:
    server.publish(ROW.format(1))
    read(feed)
    assert turns(feed) == []
    server.status = 503
    read(feed)
    read(feed)
    assert turns(feed) == ["feed.failed"]
    server.publish(ROW.format(2))
    read(feed)
    read(feed)

    assert turns(feed) == ["feed.failed", "feed.recovered"]


def test_feed_when_it_never_worked_then_its_first_failure_is_told(server: FeedServer, feed: Feed) -> None:
    server.status = 503

    read(feed)

    assert turns(feed) == ["feed.failed"]


def test_feed_when_its_lines_changed_then_the_event_names_them(server: FeedServer, feed: Feed) -> None:
    server.publish(ROW.format(1))
    read(feed)
    event = Event.objects.get(kind="feed.refreshed")

    assert event.data["lines"] == [Line.objects.get().pk]
