"""A CDMO's planner tests a feed, adds it, and is asked before half of its windows go, in a real browser."""

import json
from collections.abc import Iterator

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Feed
from partners.quarters import Quarter, quarters_from
from partners.refreshing import refresh_due
from partners.trying import try_due
from tests.journeys.people import CDMO, Portal, outside
from tests.partners.feed_server import FeedServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer().running() as server, override_settings(OUTGOING_ALLOW_LIST=[server.place]):
        yield server


def read(url: str) -> None:
    def work() -> None:
        Feed.objects.exclude(url=url).update(state=Feed.State.PAUSED)
        Feed.objects.filter(url=url).update(next_due_at=timezone.now())
        refresh_due(seconds=20)

    outside(work)


def publish(server: FeedServer, count: int, *, refused: bool = False) -> None:
    quarters = quarters_from(Quarter.of(timezone.now().date()).next, count)
    windows = [
        {
            "site_id": "NOTT",
            "resource_id": "CAP-1",
            "period_start": str(quarter.start),
            "period_end": str(quarter.end),
            "state": "open",
            "quantity": 5,
            "unit": "batches",
        }
        for quarter in quarters
    ]
    if refused:
        windows.append(windows[0] | {"quantity": -1})
    server.body = json.dumps({"version": 1, "windows": windows}).encode()


def test_planner_when_a_feed_is_tested_added_and_shrinks_then_they_confirm_it(
    portal: Portal, server: FeedServer
) -> None:
    page: Page = portal.page_of(CDMO)
    publish(server, 4, refused=True)
    page.goto("/feeds/")
    page.get_by_role("link", name="Capsule line CAP-1").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("The feed is paused.")).to_be_visible()

    page.goto("/feeds/add/")
    page.get_by_label("Name", exact=True).fill("Planning system")
    page.get_by_label("Address").fill(server.url)
    page.get_by_label("Format").select_option("json")
    page.get_by_role("button", name="Test it first").click()
    expect(page.get_by_role("heading", name="The address is being read")).to_be_visible()
    outside(lambda: try_due(seconds=20))
    expect(page.get_by_role("heading", name="What was read: 5 rows")).to_be_visible()
    expect(page.get_by_text("/windows/4/quantity")).to_be_visible()
    page.get_by_role("button", name="Add this feed").click()
    expect(page.get_by_text("The feed was added.")).to_be_visible()

    read(server.url)
    publish(server, 2)
    read(server.url)
    page.reload()
    expect(page.get_by_role("heading", name="Is this file right?")).to_be_visible()
    page.get_by_role("button", name="Apply this file").click()
    expect(page.get_by_text("Confirmed.")).to_be_visible()
    read(server.url)
    page.reload()
    expect(page.get_by_text("Read well", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Is this file right?")).to_have_count(0)
