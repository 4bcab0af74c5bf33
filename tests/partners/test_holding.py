"""A file in which half of what stood is gone waits for somebody's word; until then nothing changes."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from cdmo_portal.accounts.models import Role
from cdmo_portal.events.models import Delivery, Event
from partners.models import Feed, HeldReading, Line, Refresh
from partners.quarters import Quarter, quarters_from
from partners.refreshing import refresh_due
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import LineFactory
from tests.factories.feeds import FeedFactory
from tests.factories.partners import SiteFactory
from tests.partners.feed_server import FeedServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[FeedServer]:
    with FeedServer().running() as server:
        settings.OUTGOING_ALLOW_LIST = [server.place]
        yield server


@pytest.fixture
def line(server: FeedServer) -> Line:
    feed = FeedFactory.create(url=server.url, host="127.0.0.1")
    site = SiteFactory.create(partner=feed.partner, external_id="S1")
    LineFactory.create(site=site, external_id="L2", capacity_source=Line.Source.FEED)
    return LineFactory.create(site=site, external_id="L1", capacity_source=Line.Source.FEED)


def rows(count: int, line: str = "L1", state: str = "open") -> list[str]:
    """One window a quarter, from the next quarter on."""
    quarters = quarters_from(Quarter.of(timezone.now().date()).next, count)
    return [f"S1,{line},{each.start},{each.end},{state},4,batches" for each in quarters]


def read(server: FeedServer, *published: str) -> Refresh:
    if published:
        server.publish(*published)
    Feed.objects.update(next_due_at=timezone.now() - dt.timedelta(seconds=1))
    assert refresh_due(seconds=20) == 1
    last = Refresh.objects.first()
    assert last is not None
    return last


def standing(line: Line) -> int:
    return line.windows.current().count()


def client_of(feed: Feed, role: Role) -> Client:
    client = Client()
    client.force_login(MemberFactory.create(organisation=feed.organisation, role=role).user)
    return client


def decide(client: Client, reading: Refresh, word: str) -> int:
    address = reverse("partners:feed_held", args=[reading.feed.uid, reading.uid])
    return client.post(address, {word: "1"}).status_code


def test_reading_when_half_is_gone_then_it_is_held_and_the_owners_are_asked_once(
    server: FeedServer, line: Line
) -> None:
    good = read(server, *rows(4))
    feed = good.feed
    owner = MemberFactory.create(organisation=feed.organisation, role=Role.OWNER)
    MemberFactory.create(organisation=feed.organisation, role=Role.EDITOR)

    held = read(server, *rows(2))
    again = read(server)

    feed.refresh_from_db()
    assert (held.outcome, held.windows_closed, again.outcome) == ("held", 2, "held")
    assert standing(line) == 4
    assert (feed.attempts, feed.last_succeeded_at) == (0, good.started_at)
    assert Event.objects.filter(kind="feed.held").count() == 1
    assert Event.objects.filter(kind="feed.refreshed").count() == 1
    mail = Delivery.objects.get()
    assert mail.recipient == owner.user
    assert "2 of the 4 windows" in mail.body
    assert "if-none-match" not in server.requests[-1]


def test_reading_when_less_than_half_is_gone_then_it_is_applied(server: FeedServer, line: Line) -> None:
    read(server, *rows(5))

    assert read(server, *rows(3)).outcome == "changed"
    assert standing(line) == 3


def test_reading_when_few_windows_stood_then_it_is_applied(server: FeedServer, line: Line) -> None:
    read(server, *rows(3))

    assert read(server, *rows(1)).outcome == "changed"


def test_reading_when_every_window_has_another_state_then_nothing_is_gone(
    server: FeedServer, line: Line
) -> None:
    read(server, *rows(4))

    assert read(server, *rows(4, state="committed")).outcome == "changed"


def test_reading_when_rows_of_the_line_are_refused_then_they_are_not_gone(
    server: FeedServer, line: Line
) -> None:
    read(server, *rows(4))

    assert read(server, rows(1)[0], *(row.replace(",4,", ",-4,") for row in rows(4)[1:])).outcome != "held"
    assert standing(line) == 4


def test_reading_when_the_file_is_whole_again_then_it_is_applied_and_nothing_is_asked(
    server: FeedServer, line: Line
) -> None:
    read(server, *rows(4))
    read(server, *rows(1))

    assert read(server, *rows(4)).outcome == "unchanged"
    assert not HeldReading.objects.exists()


def test_confirmation_when_given_then_the_next_reading_is_applied(server: FeedServer, line: Line) -> None:
    read(server, *rows(4))
    held = read(server, *rows(1))

    assert decide(client_of(held.feed, Role.EDITOR), held, "apply") == 302
    assert read(server).outcome == "changed"

    assert standing(line) == 1
    assert not HeldReading.objects.exists()
    assert Event.objects.filter(kind="feed.hold_confirmed").exists()


def test_confirmation_when_a_line_is_not_named_any_more_then_it_is_asked_about_once(
    server: FeedServer, line: Line
) -> None:
    read(server, *rows(6), *rows(6, "L2"))
    held = read(server, *rows(6))
    decide(client_of(held.feed, Role.OWNER), held, "apply")

    outcomes = [read(server, *rows(count)).outcome for count in (6, 5, 2)]

    assert outcomes == ["unchanged", "changed", "held"]


def test_confirmation_when_more_is_gone_by_then_then_it_is_held_anew(server: FeedServer, line: Line) -> None:
    read(server, *rows(12))
    held = read(server, *rows(6))
    decide(client_of(held.feed, Role.OWNER), held, "apply")

    assert read(server, *rows(3)).outcome == "held"
    assert standing(line) == 12
    assert Event.objects.filter(kind="feed.held").count() == 2


def test_last_values_when_kept_then_the_same_file_asks_nobody_again(server: FeedServer, line: Line) -> None:
    read(server, *rows(4))
    held = read(server, *rows(1))
    client = client_of(held.feed, Role.OWNER)

    decide(client, held, "keep")
    again = read(server)

    assert (again.outcome, standing(line)) == ("held", 4)
    assert Event.objects.filter(kind="feed.held").count() == 1
    page = client.get(reverse("partners:feed_detail", args=[held.feed.uid])).content.decode()
    assert "The last values stay" in page
    decide(client, again, "apply")
    assert read(server).outcome == "changed"


def test_decision_when_the_file_was_read_again_meanwhile_then_it_changes_nothing(
    server: FeedServer, line: Line
) -> None:
    read(server, *rows(4))
    seen = read(server, *rows(2))
    read(server, *rows(1))

    assert decide(client_of(seen.feed, Role.OWNER), seen, "apply") == 302

    assert HeldReading.objects.get().decision == HeldReading.Decision.OPEN


def test_question_when_a_member_looks_then_they_see_what_is_gone_and_only_editors_decide(
    server: FeedServer, line: Line
) -> None:
    read(server, *rows(4))
    held = read(server, *rows(1))
    address = reverse("partners:feed_detail", args=[held.feed.uid])
    viewer = client_of(held.feed, Role.VIEWER)

    page = viewer.get(address).content.decode()

    assert "<strong>3 of 4 windows</strong>" in page
    assert "Held for confirmation" in viewer.get(reverse("partners:feed_list")).content.decode()
    assert "Apply this file" not in page
    assert "Apply this file" in client_of(held.feed, Role.EDITOR).get(address).content.decode()
    assert decide(viewer, held, "apply") == 403
    stranger = Client()
    stranger.force_login(MemberFactory.create().user)
    assert decide(stranger, held, "apply") == 404
    assert HeldReading.objects.get().decision == HeldReading.Decision.OPEN
