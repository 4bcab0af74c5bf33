"""The directory's behaviours that only a browser can prove."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import violations
from tests.journeys.people import SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]


@pytest.fixture
def directory(portal: Portal) -> Page:
    page = portal.page_of(SPONSOR)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto("/sites/")
    return page


def heading(page: Page) -> str:
    return page.locator("#results-title").inner_text()


def test_facet_when_ticked_shows_as_many_rows_as_it_counted_and_the_url_restores_it(
    directory: Page, portal: Portal
) -> None:
    ireland = directory.get_by_role("checkbox", name=re.compile("^Ireland"))
    counted = re.search(r"\d+", directory.locator("label", has=ireland).inner_text())
    assert counted is not None
    before = heading(directory)

    ireland.check()

    expect(directory.locator("#results-title")).to_have_text(f"{counted.group()} sites")
    expect(directory).to_have_url(re.compile(r"country=IE"))
    directory.reload()
    expect(directory.get_by_role("checkbox", name=re.compile("^Ireland"))).to_be_checked()
    expect(directory.locator("#results-title")).to_have_text(f"{counted.group()} sites")
    directory.get_by_role("link", name="Remove filter Ireland").click()
    expect(directory.locator("#results-title")).to_have_text(before)
    directory.go_back()
    expect(directory.get_by_role("checkbox", name=re.compile("^Ireland"))).to_be_checked()
    assert portal.noted[SPONSOR] == []


def test_range_when_asked_with_a_unit_keeps_only_sites_whose_range_includes_it(directory: Page) -> None:
    before = heading(directory)
    directory.get_by_label("Measure").select_option("sc.batch-units")
    directory.get_by_label("Number, such as 2,000").fill("3,000")
    directory.get_by_label("Unit", exact=True).fill("units")
    directory.get_by_label("Unit", exact=True).press("Enter")

    expect(directory.locator("#results-title")).not_to_have_text(before)
    expect(directory.get_by_role("link", name="Larkfen Dosage, Nottingham")).to_be_visible()
    expect(directory).to_have_url(re.compile("value=3"))


def test_filters_on_a_phone_are_a_drawer_that_escape_closes(directory: Page) -> None:
    directory.set_viewport_size({"width": 390, "height": 844})
    drawer = directory.get_by_role("form", name="Filters")
    expect(drawer).to_be_hidden()

    directory.get_by_role("button", name="Filters", exact=True).click()

    expect(drawer).to_be_visible()
    assert violations(directory) == []
    directory.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_slash_when_pressed_focuses_the_search(directory: Page) -> None:
    directory.keyboard.press("/")

    expect(directory.locator("#site-search")).to_be_focused()


def test_directory_without_javascript_filters_by_its_button_and_pages_by_links(portal: Portal) -> None:
    context = portal.new_browser(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[SPONSOR], "url": portal.url}])
    page = context.new_page()
    page.goto("/sites/")
    page.get_by_role("checkbox", name=re.compile("^Ireland")).check()

    page.get_by_role("button", name="Apply filters").click()

    expect(page).to_have_url(re.compile("country=IE"))
    expect(page.get_by_role("checkbox", name=re.compile("^Ireland"))).to_be_checked()
    page.goto("/sites/")
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(re.compile("page=2"))
    context.close()


def test_targets_when_measured_are_at_least_24_pixels(directory: Page) -> None:
    small = directory.evaluate(
        """[...document.querySelectorAll("button, select, input:not([type=hidden]), summary, nav a, a.btn")]
        .filter(each => each.offsetParent && !each.closest("label"))
        .map(each => [each.getBoundingClientRect(), each.outerHTML.slice(0, 90)])
        .filter(([box]) => Math.min(box.height, box.width) < 23.5).map(([, html]) => html)"""
    )

    assert small == []
