"""A planner keeps the quarters of a line by keyboard, as in a spreadsheet, and sponsors read the result."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from partners.models import Audience
from tests.browser import complaints, violations
from tests.journeys.pages import OWN_SITE
from tests.journeys.people import CDMO, SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
CAPACITY = f"/profile/sites/{OWN_SITE}/capacity/"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def cell(grid: Locator, state: str, place: int) -> Locator:
    return grid.get_by_role("row", name=re.compile(f"^{state}")).get_by_role("textbox").nth(place)


def values(grid: Locator, state: str) -> list[str]:
    row = grid.get_by_role("row", name=re.compile(f"^{state}"))
    return [str(each.input_value()) for each in row.get_by_role("textbox").all()]


def put_on_the_clipboard(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def add_line(page: Page, name: str) -> None:
    """By its form; nobody has stated any capacity of it yet."""
    page.goto(f"/profile/sites/{OWN_SITE}/lines/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("What one of them means").fill("one blend of 300 kg")
    page.get_by_label("Most it can do in a quarter").fill("12")
    page.get_by_label("Who may see its capacity").select_option(Audience.SPONSORS)
    page.get_by_role("button", name="Save line").click()
    expect(page.get_by_text(f"The line {name} was saved.")).to_be_visible()


def grid_of(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True).locator("[data-grid]")


def fill_by_keyboard(page: Page, grid: Locator) -> None:
    """Pasted, typed, filled, copied, emptied and taken back; the last quarter then holds too much."""
    press = page.keyboard.press
    # A block from Excel, larger than the grid; what does not fit is left out.
    put_on_the_clipboard(page, "4\t4\t5\t5\t6\t6\t7\t7\t8\n1\t1\t1\n\t\t\t\r\n")
    cell(grid, "Open", 0).focus()
    press("Control+v")
    expect(page.locator("#toast [data-msg]")).to_have_text(re.compile("^Pasted 24 cells; 3 did not fit"))
    assert values(grid, "Open") == ["4", "4", "5", "5", "6", "6", "7", "7"]
    assert values(grid, "Held") == ["1", "1", "1", "", "", "", "", ""]

    # Typed, down with Enter, back up, and filled right over a selection.
    press("ArrowDown")
    press("ArrowDown")
    expect(cell(grid, "Committed", 0)).to_be_focused()
    page.keyboard.type("2")
    press("Enter")
    expect(cell(grid, "Unavailable", 0)).to_be_focused()
    press("ArrowUp")
    for _step in range(7):
        press("Shift+ArrowRight")
    press("Control+r")
    assert values(grid, "Committed") == ["2"] * 8
    press("Control+z")
    assert values(grid, "Committed") == ["2", *[""] * 7]
    press("Control+y")
    assert values(grid, "Committed") == ["2"] * 8

    # Copied, emptied, filled down.
    cell(grid, "Held", 0).focus()
    press("Shift+ArrowRight")
    press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "1\t1"
    press("Delete")
    assert values(grid, "Held")[:3] == ["", "", "1"]
    cell(grid, "Held", 7).focus()
    press("Control+d")
    assert values(grid, "Held")[7] == "7"


def test_grid_when_kept_by_keyboard_alone_keeps_all_over_an_error_and_is_read_by_sponsors_once_saved(
    portal: Portal,
) -> None:
    page = portal.page_of(CDMO)
    press = page.keyboard.press
    add_line(page, "Blender 9")
    page.goto(CAPACITY)
    fill_by_keyboard(page, grid_of(page, "Blender 9"))
    expect(grid_of(page, "Blender 9").locator("tfoot .beyond")).to_have_text("16")

    press("Control+s")
    fault = page.get_by_role("alert").get_by_role("link")
    expect(fault).to_have_count(1)
    expect(fault).to_contain_text("16 batches over all states")
    assert violations(page) == []
    fault.click()
    grid = grid_of(page, "Blender 9")
    assert values(grid, "Committed") == ["2"] * 8
    cell(grid, "Held", 7).focus()
    press("Delete")
    press("Control+s")

    expect(page.get_by_text(re.compile("Changed cells: 17"))).to_be_visible()
    assert values(grid_of(page, "Blender 9"), "Open") == ["4", "4", "5", "5", "6", "6", "7", "7"]
    assert violations(page) == []
    assert portal.noted[CDMO] == []
    sponsor = portal.page_of(SPONSOR)
    sponsor.goto(f"/sites/{OWN_SITE}/")
    row = sponsor.locator("#capacity").get_by_role("row", name=re.compile("Blender 9.*one blend of 300 kg"))
    expect(row.locator("td").first).to_contain_text("4 batches open")
    expect(row.locator("td").nth(2)).to_contain_text("1 held")


def test_grid_without_javascript_is_a_form_and_another_planner_is_shown_both_values(portal: Portal) -> None:
    scripted = portal.page_of(CDMO)
    add_line(scripted, "Blender 10")
    context = portal.new_browser(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[CDMO], "url": portal.url}])
    seen = complaints(context)
    plain = context.new_page()
    for page in (plain, scripted):
        page.goto(CAPACITY)

    cell(grid_of(plain, "Blender 10"), "Open", 0).fill("3")
    plain.get_by_role("button", name="Save capacity").click()
    expect(plain.get_by_text(re.compile("Changed cells: 1"))).to_be_visible()
    cell(grid_of(scripted, "Blender 10"), "Open", 0).fill("5")
    cell(grid_of(scripted, "Blender 10"), "Open", 1).fill("6")
    scripted.get_by_role("button", name="Save capacity").click()

    both = scripted.get_by_role("region", name="Both values").get_by_role("row").nth(1)
    expect(both).to_contain_text(re.compile(r"Blender 10: Open, Q\d \d{4}\s*5\s*3"))
    assert violations(scripted) == []
    assert values(grid_of(scripted, "Blender 10"), "Open")[:2] == ["5", "6"]
    scripted.get_by_role("button", name="Save capacity").click()
    expect(scripted.get_by_text(re.compile("Changed cells: 2"))).to_be_visible()
    plain.reload()
    assert values(grid_of(plain, "Blender 10"), "Open")[:2] == ["5", "6"]
    assert seen == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_grid_on_a_phone_scrolls_within_its_section(portal: Portal, scheme: str) -> None:
    page = portal.page_of(CDMO)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    page.goto(CAPACITY)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
