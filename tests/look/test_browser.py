"""The style guide in a real browser: what only a browser can judge."""

from typing import Literal

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

Scheme = Literal["light", "dark"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_styleguide_with_everything_open_has_no_axe_violations(
    styleguide_page: Page, scheme: Scheme, width: int
) -> None:
    styleguide_page.set_viewport_size({"width": width, "height": 900})
    styleguide_page.emulate_media(color_scheme=scheme)
    styleguide_page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")

    assert violations(styleguide_page) == []

    styleguide_page.keyboard.press("?")
    expect(styleguide_page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()

    assert violations(styleguide_page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_filter_drawer_on_a_phone_opens_without_axe_violations_and_closes_by_escape(
    styleguide_page: Page, scheme: Scheme
) -> None:
    styleguide_page.set_viewport_size({"width": 390, "height": 844})
    styleguide_page.emulate_media(color_scheme=scheme)
    drawer = styleguide_page.get_by_role("form", name="Filters")
    expect(drawer).to_be_hidden()

    styleguide_page.locator(".open-facets").click()

    expect(drawer).to_be_visible()
    assert violations(styleguide_page) == []
    styleguide_page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 640, 768, 820, 960, 1024, 1440, 1920])
def test_styleguide_at_any_width_does_not_scroll_sideways(styleguide_page: Page, width: int) -> None:
    styleguide_page.set_viewport_size({"width": width, "height": 800})

    assert styleguide_page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_when_measured_are_at_least_24_pixels(styleguide_page: Page) -> None:
    small = styleguide_page.evaluate(
        """[...document.querySelectorAll("button, select, input:not([type=hidden]), summary, nav a, a.btn")]
        .filter(each => each.offsetParent && !each.closest("label"))
        .map(each => [each.getBoundingClientRect(), each.outerHTML.slice(0, 90)])
        .filter(([box]) => Math.min(box.height, box.width) < 23.5).map(([, html]) => html)"""
    )

    assert small == []


def test_invalid_form_when_opened_focuses_its_summary_and_says_so_in_the_title(
    styleguide_page: Page,
) -> None:
    expect(styleguide_page.locator("[data-error-summary]")).to_be_focused()
    expect(styleguide_page).to_have_title("Error: Style guide · CDMO Portal")


def test_shortcuts_when_turned_off_stay_off_after_a_reload(styleguide_page: Page) -> None:
    styleguide_page.keyboard.press("j")
    expect(styleguide_page.get_by_role("link", name="Cloonmore, Waterford", exact=True).first).to_be_focused()
    styleguide_page.keyboard.press("?")
    styleguide_page.get_by_label("Use single-key shortcuts").uncheck()
    styleguide_page.get_by_role("button", name="Close", exact=True).click()
    styleguide_page.reload()

    styleguide_page.keyboard.press("?")

    expect(styleguide_page.get_by_role("dialog")).to_be_hidden()


def test_theme_when_chosen_survives_a_reload(styleguide_page: Page) -> None:
    toggle = styleguide_page.locator("[data-theme-toggle]")
    toggle.click()
    toggle.click()
    styleguide_page.reload()

    assert styleguide_page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    expect(styleguide_page.get_by_role("button", name="Theme: dark. Change theme")).to_be_visible()


def test_rows_when_added_and_removed_keep_the_formset_readable(styleguide_page: Page) -> None:
    rows = styleguide_page.locator("[data-row]")
    styleguide_page.get_by_role("button", name="Add requirement").click()
    expect(rows).to_have_count(3)
    expect(styleguide_page.locator("[name=requirements-TOTAL_FORMS]")).to_have_value("3")
    expect(styleguide_page.locator("[name=requirements-2-kind]")).to_be_focused()

    rows.nth(0).get_by_role("button", name="Remove this row").click()

    expect(rows.nth(0)).to_be_hidden()
    expect(styleguide_page.locator("[name=requirements-0-DELETE]")).to_be_checked()
    styleguide_page.get_by_role("button", name="Undo").click()
    expect(rows.nth(0)).to_be_visible()
    expect(styleguide_page.locator("[name=requirements-0-DELETE]")).not_to_be_checked()


def test_leaving_a_changed_form_asks_first(styleguide_page: Page) -> None:
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    styleguide_page.on("dialog", agree)
    styleguide_page.get_by_label("Title").fill("Changed")

    styleguide_page.reload()

    assert asked == ["beforeunload"]
