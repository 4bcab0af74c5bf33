"""The pages of sites and partners: what changed, what is reported as wrong, what is printed, and the CSP."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import CDMO, SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
SITE = "/sites/larkfen-dosage-nottingham/"
PARTNER = "/partners/larkfen-dosage/"


def open_at(portal: Portal, email: str, path: str) -> Page:
    page = portal.page_of(email)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", media="screen")
    page.goto(path)
    return page


@pytest.mark.parametrize("path", [SITE, PARTNER])
def test_profile_when_opened_holds_data_for_machines_that_the_csp_lets_be(portal: Portal, path: str) -> None:
    page = open_at(portal, SPONSOR, path)

    block = page.locator('script[type="application/ld+json"]')

    assert json.loads(block.inner_text())["@context"] == "https://schema.org"
    assert portal.noted[SPONSOR] == []


def test_profile_when_changed_tells_sponsors_what_and_colleagues_also_who(portal: Portal) -> None:
    keeper = open_at(portal, CDMO, "/profile/sites/larkfen-dosage-nottingham/capabilities/new/")
    keeper.get_by_label("What", exact=True).fill("Blow-fill-seal")
    keeper.get_by_role("button", name="Save and publish").click()
    keeper.get_by_role("row", name=re.compile("^Blow-fill-seal")).wait_for()
    keeper.goto(SITE)
    line = keeper.get_by_role("listitem").filter(has_text="Capability stated: Blow-fill-seal")
    expect(line).to_contain_text("by Dora")

    page = open_at(portal, SPONSOR, SITE)
    page.get_by_role("link", name="All changes").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("History of changes")
    told = page.get_by_role("listitem").filter(has_text="Capability stated: Blow-fill-seal")
    expect(told).to_be_visible()
    expect(told).not_to_contain_text("Dora")
    assert portal.noted[SPONSOR] == portal.noted[CDMO] == []


def test_error_when_reported_reaches_the_keeper_who_accepts_and_goes_on_to_correct_it(
    portal: Portal,
) -> None:
    page = open_at(portal, SPONSOR, SITE)
    page.get_by_role("link", name="Report an error").click()
    page.get_by_role("button", name="Send report").click()
    expect(page).to_have_title(re.compile("^Error:"))
    page.get_by_label("Where on the page").select_option(label="Certificates and licences")
    page.get_by_label("What is wrong").fill("The licence ended in spring.")
    page.get_by_label("How you know").fill("The authority’s public list.")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Whoever keeps this profile was told")).to_be_visible()

    keeper = open_at(portal, CDMO, "/profile/")
    keeper.get_by_role("link", name="Error reports").click()
    row = keeper.get_by_role("row").filter(has_text="The licence ended in spring.")
    expect(row).to_contain_text("Not told")
    expect(keeper.get_by_role("main")).not_to_contain_text("Quillhaven")
    row.get_by_role("link", name=re.compile("^Look at the report")).click()
    keeper.get_by_role("button", name="Decline").click()
    expect(keeper.get_by_text("Say why nothing is changed.").first).to_be_visible()
    keeper.get_by_role("button", name="Accept").click()

    expect(keeper).to_have_url(re.compile("/profile/sites/larkfen-dosage-nottingham/$"))
    expect(keeper.get_by_text("Now correct it here.")).to_be_visible()
    assert portal.noted[SPONSOR] == portal.noted[CDMO] == []


def test_profile_when_printed_shows_no_navigation_breaks_no_row_and_says_where_it_is_from(
    portal: Portal,
) -> None:
    page = open_at(portal, SPONSOR, SITE)

    page.emulate_media(media="print")

    for hidden in ("Main", "Parts of this profile"):
        expect(page.get_by_role("navigation", name=hidden)).to_have_count(0)
    expect(page.get_by_role("link", name="Report an error")).to_be_hidden()
    expect(page.locator(".print-foot")).to_be_visible()
    expect(page.locator(".print-foot")).to_contain_text(SITE)
    rows = page.locator(".data tbody tr").evaluate_all(
        "rows => rows.map(row => getComputedStyle(row).breakInside)"
    )
    assert set(rows) == {"avoid"}
    page.emulate_media(media="screen")


def test_partner_when_opened_shows_its_sites_on_a_map_and_as_a_table(portal: Portal) -> None:
    page = open_at(portal, SPONSOR, PARTNER)

    table = page.get_by_role("region", name="Sites, as a table")
    expect(table.get_by_role("row")).not_to_have_count(1)
    expect(page.get_by_role("img", name=re.compile("^World map: "))).to_be_visible()
    table.get_by_role("link").first.click()

    expect(page).to_have_url(re.compile("/sites/larkfen"))
