"""The compare tray and the comparison, as only a browser can prove them."""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pypdf import PdfReader

from matching.models import Brief
from tests.browser import OF_COLOUR_AND_SIZE, violations
from tests.journeys.people import SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
THREE = "larkfen-dosage-nottingham,cloonmore-biologics-waterford,fernlow-capsules"
NAMES = ["Larkfen Dosage, Nottingham", "Cloonmore Biologics, Waterford", "Fernlow Capsules"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def page(portal: Portal) -> Page:
    """The directory with an empty tray."""
    page = portal.page_of(SPONSOR)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", media="screen")
    page.goto("/sites/")
    if page.locator(".pick").count():
        page.get_by_role("button", name="Clear the comparison").click()
        expect(page.locator(".pick")).to_have_count(0)
        page.reload()
    return page


@pytest.fixture
def without_script(portal: Portal) -> Iterator[BrowserContext]:
    context = portal.new_browser(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[SPONSOR], "url": portal.url}])
    yield context
    context.close()


def buttons(page: Page) -> Locator:
    return page.locator("[data-compare]")


def press(page: Page, *places: int) -> None:
    held = page.locator(".pick").count()
    for count, place in enumerate(places, held + 1):
        buttons(page).nth(place).click()
        expect(page.locator(".pick")).to_have_count(count)


def toast(page: Page) -> Locator:
    return page.locator("#toast [data-msg]")


def heads(page: Page) -> list[str]:
    return page.locator(".cmp thead th:not(.corner) > a").all_inner_texts()


def test_tray_when_filled_survives_paging_reload_and_another_tab(page: Page, portal: Portal) -> None:
    press(page, 0, 1)
    page.get_by_role("link", name="Next page").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator(".pick")).to_have_count(2)

    press(page, 0)
    page.reload()
    other_tab = page.context.new_page()
    other_tab.goto("/sites/")

    expect(page.locator(".pick")).to_have_count(3)
    expect(other_tab.locator(".pick")).to_have_count(3)
    expect(buttons(other_tab).nth(0)).to_have_attribute("aria-pressed", "true")
    other_tab.close()
    assert portal.noted[SPONSOR] == []


def test_tray_when_it_appears_moves_nothing(page: Page) -> None:
    measure = """() => [document.documentElement.scrollHeight,
        ...[...document.querySelectorAll(".result, .foot")].map(each => each.getBoundingClientRect().top)]
    """
    page.evaluate("scrollTo(0, 0)")
    before = page.evaluate(measure)

    press(page, 0)

    expect(page.get_by_role("region", name="Compare tray")).to_be_visible()
    assert page.evaluate(measure) == before


def test_tray_when_four_are_in_it_refuses_the_fifth_politely(page: Page) -> None:
    press(page, 0, 1, 2, 3)

    buttons(page).nth(4).click()

    expect(toast(page)).to_have_text("The tray holds 4 already: remove one first.")
    expect(buttons(page).nth(4)).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".pick")).to_have_count(4)


def test_tray_when_pressed_in_quick_succession_loses_none(page: Page) -> None:
    for place in range(4):
        buttons(page).nth(place).click(no_wait_after=True)

    expect(page.locator(".pick")).to_have_count(4)
    page.reload()
    expect(page.locator(".pick")).to_have_count(4)


def test_tray_when_one_is_removed_or_all_are_cleared_the_buttons_follow_and_undo_restores(
    page: Page,
) -> None:
    press(page, 0, 1, 2)
    names = page.locator(".pick span").all_inner_texts()

    page.get_by_role("button", name=f"Remove {names[0]} from the comparison").click()
    expect(buttons(page).nth(0)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name=f"Remove {names[1]} from the comparison")).to_be_focused()
    page.get_by_role("button", name="Clear the comparison").click()
    expect(page.locator(".pick")).to_have_count(0)
    expect(buttons(page).nth(1)).to_have_attribute("aria-pressed", "false")
    page.locator("#toast [data-undo]").click()

    expect(page.locator(".pick span")).to_have_text(names[1:])
    expect(buttons(page).nth(1)).to_have_attribute("aria-pressed", "true")


def test_tray_on_a_phone_is_collapsed_and_opens_without_a_fault(page: Page) -> None:
    press(page, 0, 1)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    expect(page.locator(".pick").first).to_be_hidden()

    page.get_by_role("button", name="Show what is chosen").click()

    expect(page.locator(".pick").first).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page, OF_COLOUR_AND_SIZE) == []
    page.locator(".pick button").first.click()
    expect(page.locator(".pick")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_keys_on_the_match_list_move_shortlist_compare_and_tell_what_they_do(page: Page) -> None:
    brief = Brief.objects.get(title__startswith="First-in-human capsules")
    page.goto(f"/briefs/{brief.uid}/matches/")
    cards = page.locator(".result")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(cards.nth(0).locator("h3 a")).to_be_focused()
    page.keyboard.press("c")
    expect(cards.nth(0).locator("[data-compare]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("c")
    expect(cards.nth(0).locator("[data-compare]")).to_have_attribute("aria-pressed", "false")
    was = cards.nth(0).locator("[data-shortlist]").get_attribute("aria-pressed")
    page.keyboard.press("s")
    expect(cards.nth(0).locator("[data-shortlist]")).not_to_have_attribute("aria-pressed", was or "")
    page.locator("#toast [data-undo]").click()
    expect(cards.nth(0).locator("[data-shortlist]")).to_have_attribute("aria-pressed", was or "")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_contain_text("Compare the result that has the focus")
    page.keyboard.press("Escape")


def test_tray_on_the_match_list_leads_to_the_comparison_with_this_brief(page: Page, portal: Portal) -> None:
    brief = Brief.objects.get(title__startswith="First-in-human capsules")
    page.goto(f"/briefs/{brief.uid}/matches/")
    press(page, 0, 1)

    page.get_by_role("link", name="With this brief").click()

    expect(page.locator("h1")).to_have_text(f"Two side by side for {brief.title}")
    expect(page.get_by_role("row", name="Standing")).to_contain_text("Eligible")
    expect(page.locator(".radar")).to_be_visible()
    assert violations(page) == []
    assert portal.noted[SPONSOR] == []


def test_comparison_when_only_differences_are_asked_for_has_as_many_rows_as_it_counted(page: Page) -> None:
    page.goto(f"/compare/?ids={THREE}")
    link = page.get_by_role("link", name=re.compile("^Only differences"))
    counted = re.search(r"(\d+) of (\d+) rows", link.inner_text().replace("\n", " "))
    assert counted is not None
    expect(page.locator(".cmp tbody tr:not(.grp)")).to_have_count(int(counted.group(2)))

    link.click()

    expect(page).to_have_url(re.compile("diff=1"))
    expect(page.locator(".cmp tbody tr:not(.grp)")).to_have_count(int(counted.group(1)))
    page.reload()
    expect(page.locator(".cmp tbody tr:not(.grp)")).to_have_count(int(counted.group(1)))
    page.get_by_role("link", name=re.compile("^Show all")).click()
    expect(page.locator(".cmp tbody tr:not(.grp)")).to_have_count(int(counted.group(2)))


def test_comparison_when_columns_are_moved_and_removed_then_the_address_says_so_and_focus_stays(
    page: Page,
) -> None:
    page.goto(f"/compare/?ids={THREE}&diff=1")
    rows = page.locator(".cmp tbody tr:not(.grp)").count()
    assert heads(page) == NAMES

    page.get_by_role("link", name=f"Move {NAMES[0]} right").click()
    expect(page.locator(".cmp thead th").nth(2)).to_be_focused()
    assert heads(page) == [NAMES[1], NAMES[0], NAMES[2]]
    expect(page.locator(".cmp tbody tr:not(.grp)")).to_have_count(rows)
    page.get_by_role("link", name=f"Move {NAMES[0]} left").click()
    expect(page.locator(".cmp thead th").nth(1)).to_be_focused()
    page.get_by_role("link", name=f"Remove {NAMES[1]}").click()

    expect(page.locator(".cmp thead th:not(.corner)")).to_have_count(2)
    assert heads(page) == [NAMES[0], NAMES[2]]
    expect(page).to_have_url(re.compile("ids=larkfen-dosage-nottingham,fernlow-capsules&diff=1"))
    page.go_back()
    expect(page.locator(".cmp thead th:not(.corner)")).to_have_count(3)


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["wide", "phone"])
def test_comparison_when_scrolled_keeps_its_header_row_and_first_column_in_sight(
    page: Page, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"/compare/?ids={THREE}")
    page.evaluate(
        """() => {
            const box = document.querySelector(".cmp-scroll");
            if (box.scrollHeight > box.clientHeight + 5) { box.scrollIntoView(); box.scrollTo(160, 1500); }
            else { document.querySelectorAll(".cmp tbody tr")[30].scrollIntoView({block: "center"}); }
        }"""
    )

    found = page.evaluate(
        """() => {
            const top = document.querySelector(".cmp-scroll").getBoundingClientRect();
            const seen = each => { const box = each.getBoundingClientRect();
                const x = Math.max(box.left, top.left) + 8, y = box.top + box.height / 2;
                return each.contains(document.elementFromPoint(x, y)); };
            const row = [...document.querySelectorAll(".cmp tbody tr:not(.grp)")]
                .find(each => each.getBoundingClientRect().top > innerHeight / 2);
            return {head: seen(document.querySelector(".cmp .corner")), first: seen(row.querySelector("th")),
                    scrolled: document.querySelectorAll(".cmp tbody tr")[5].getBoundingClientRect().bottom < 0
                        || document.querySelector(".cmp-scroll").scrollTop > 0};
        }"""
    )

    assert found == {"head": True, "first": True, "scrolled": True}


def test_comparison_when_printed_is_a_landscape_table_whose_header_repeats_without_navigation(
    page: Page,
) -> None:
    page.goto(f"/compare/?ids={THREE}")
    page.emulate_media(media="print")

    expect(page.locator(".cmp")).to_be_visible()
    for hidden in (".bar", ".foot", ".moves", "[data-print]", ".page-head .btn"):
        expect(page.locator(hidden).first).to_be_hidden()
    pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert {(round(each.mediabox.width), round(each.mediabox.height)) for each in pages} == {(842, 595)}
    assert all(NAMES[0] in each.extract_text() for each in pages[:3])
    assert "Find CDMOs" not in pages[0].extract_text()


def test_comparison_without_javascript_is_made_by_buttons_and_links(
    page: Page, without_script: BrowserContext
) -> None:
    plain = without_script.new_page()
    plain.goto("/sites/?page=2")
    expect(plain.locator(".pick")).to_have_count(0)
    for place in (0, 1):
        buttons(plain).nth(place).click()
        expect(plain).to_have_url(re.compile(r"/sites/\?page=2"))
    expect(plain.locator(".pick")).to_have_count(2)
    names = plain.locator(".pick span").all_inner_texts()

    plain.get_by_role("button", name="Clear the comparison").click()
    expect(plain.locator(".pick")).to_have_count(0)
    plain.get_by_role("button", name="Undo", exact=True).click()
    plain.get_by_role("link", name="Compare 2").click()

    assert heads(plain) == names
    plain.get_by_role("link", name=re.compile("^Only differences")).click()
    expect(plain.get_by_role("link", name=re.compile("^Show all"))).to_be_visible()
    plain.get_by_role("link", name=f"Move {names[0]} right").click()
    assert heads(plain) == names[::-1]


def test_comparison_when_taken_away_downloads_a_workbook(page: Page) -> None:
    page.goto(f"/compare/?ids={THREE}")

    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()

    assert re.fullmatch(r"comparison-\d{4}-\d\d-\d\d\.xlsx", download.value.suggested_filename)
