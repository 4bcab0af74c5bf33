"""A sponsor looks at a profile, and its keeper sees in time that somebody did."""

import pytest
from playwright.sync_api import expect

from partners.models import ProfileView
from tests.journeys.people import CDMO, SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
SITE = "/sites/larkfen-dosage-nottingham/"


def looks_today() -> list[int]:
    latest = ProfileView.objects.latest("pk")
    return list(ProfileView.objects.filter(pk__gte=latest.pk).values_list("count", flat=True))


def test_profile_when_looked_at_twice_counts_once_and_its_keeper_reads_figures_of_past_weeks(
    portal: Portal,
) -> None:
    page = portal.page_of(SPONSOR)
    before = ProfileView.objects.count()
    for _ in range(2):
        with page.expect_response(lambda answer: answer.url.endswith(f"{SITE}viewed/")) as told:
            page.goto(SITE)
        assert told.value.status == 204
    assert ProfileView.objects.count() == before + 1
    assert looks_today() == [1]

    keeper = portal.page_of(CDMO)
    asked: list[str] = []
    keeper.on("request", lambda request: asked.append(request.url))
    keeper.goto(SITE, wait_until="networkidle")
    assert not [each for each in asked if each.endswith("/viewed/")]
    keeper.goto("/profile/")
    keeper.get_by_role("link", name="Your reach").click()

    views = keeper.get_by_role("table", name="Views of the page by week")
    expect(views.get_by_role("row")).to_have_count(13)
    expect(keeper.get_by_role("heading", name="Capsule, hard · Small molecule · Phase I")).to_be_visible()
    assert portal.noted[SPONSOR] == portal.noted[CDMO] == []
