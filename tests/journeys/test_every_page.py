"""Every page of every person: 0 axe violations in light and dark, wide and phone; no sideways scroll.

None is heavier than 150 KB of HTML, and nothing on it moves while it loads.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.architecture.addresses import page_addresses
from tests.browser import OF_COLOUR_AND_SIZE, violations
from tests.journeys.pages import NOT_SWEPT, PAGES, PageOf
from tests.journeys.people import Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("every page"),
]
WIDTHS = (320, 390, 768, 1024, 1440, 1920)
# Swagger UI draws buttons within buttons and a second main landmark; the same is in the OpenAPI file.
NOT_OURS = "#api-docs .swagger-ui"
MOST_BYTES = 150 * 1024
# Below this nobody sees anything move: rounding of sub-pixels.
LEAST_SHIFT = 0.001
SHIFTED = """() => new Promise(resolve => {
  let sum = 0;
  const add = list => list.getEntries().forEach(each => { if (!each.hadRecentInput) sum += each.value; });
  new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 150);
})"""
# Opening every fold of a long match list would tell nothing new of the later ones.
OPEN_FOLDS = (
    "[...document.querySelectorAll('main details')].slice(0, 6).forEach(each => { each.open = true; })"
)


def test_sweep_when_compared_with_the_addresses_then_no_page_of_ours_is_left_out() -> None:
    theirs = ("account_", "mfa_", "usersessions_")
    ours = {each.name for each in page_addresses() if not each.name.startswith(theirs)}
    swept = {each.name for each in PAGES if not each.name.startswith(theirs)}

    assert ours - swept == set(NOT_SWEPT)


@pytest.mark.parametrize("each", PAGES, ids=str)
def test_page_when_opened_is_accessible_clean_and_never_scrolls_sideways(
    each: PageOf, portal: Portal
) -> None:
    page = portal.page_of(each.reader)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    answer = page.goto(each.path, wait_until="networkidle" if each.name == "api_docs" else "load")
    shifted = page.evaluate(SHIFTED)
    page.evaluate(OPEN_FOLDS)

    expect(page.locator("h1").first).to_be_visible()
    assert answer is not None
    assert len(answer.body()) < MOST_BYTES
    assert shifted < LEAST_SHIFT or each.name == "api_docs"
    assert violations(page, without=NOT_OURS) == []
    assert sideways(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    assert violations(page, OF_COLOUR_AND_SIZE, without=NOT_OURS) == []
    assert portal.noted[each.reader] == []


def sideways(page: Page) -> list[int]:
    """The widths at which the page is wider than the window."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    return found
