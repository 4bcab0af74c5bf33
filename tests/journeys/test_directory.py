"""The directory's behaviours that only a browser can prove."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import violations
from tests.journeys.people import OTHER_SPONSOR, SPONSOR, Portal

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
    directory.get_by_label("Measure", exact=True).select_option("sc.batch-units")
    expect(directory.get_by_text("Its range covers", exact=True)).to_be_visible()
    directory.get_by_label("Number, such as 2,000").fill("3,000")
    directory.get_by_label("Unit", exact=True).fill("units")
    directory.get_by_label("Unit", exact=True).press("Enter")

    expect(directory.locator("#results-title")).not_to_have_text(before)
    expect(directory.get_by_role("link", name="Larkfen Dosage, Nottingham")).to_be_visible()
    expect(directory).to_have_url(re.compile("value=3"))


def test_numbers_when_one_is_added_must_both_hold_and_chips_say_how_they_compare(
    directory: Page, portal: Portal
) -> None:
    directory.get_by_label("Measure", exact=True).select_option("sc.batch-units")
    directory.get_by_label("Number, such as 2,000").fill("50k")
    directory.get_by_label("Number, such as 2,000").press("Enter")
    expect(directory.get_by_role("link", name="Remove filter Batch size")).to_be_visible()
    fewer = int(heading(directory).split()[0])

    directory.get_by_role("button", name="Add a number").click()
    expect(directory.get_by_label("Measure 2", exact=True)).to_be_focused()
    directory.get_by_label("Measure 2", exact=True).select_option("sc.rate-units-hour")
    # Half a row asks for nothing yet: a facet still answers.
    directory.get_by_role("checkbox", name=re.compile("^Ireland")).check()
    expect(directory).to_have_url(re.compile("country=IE"))
    expect(directory.locator("[data-error-summary]")).to_have_count(0)
    directory.get_by_role("checkbox", name=re.compile("^Ireland")).uncheck()
    directory.get_by_label("Number 2, such as 2,000").fill("1")
    directory.get_by_label("Unit 2", exact=True).fill("units/hour")
    directory.get_by_label("Unit 2", exact=True).press("Enter")

    expect(
        directory.get_by_role("link", name="Remove filter Line rate: at least 1 units/hour")
    ).to_be_visible()
    assert int(heading(directory).split()[0]) <= fewer
    directory.reload()
    expect(directory.get_by_label("Number 2, such as 2,000")).to_have_value("1")
    directory.get_by_role("link", name="Remove filter Batch size").click()
    expect(directory).to_have_url(re.compile(r"\?measure_2=sc\.rate-units-hour&value_2=1"))
    assert portal.noted[SPONSOR] == []


def test_numbers_when_chosen_typed_and_entered_then_one_question_goes_to_the_server(directory: Page) -> None:
    asked: list[str] = []
    directory.on("request", lambda request: asked.append(request.url) if "/sites/?" in request.url else None)

    directory.get_by_label("Measure", exact=True).select_option("sc.batch-units")
    directory.get_by_label("Number, such as 2,000").fill("50k")
    directory.get_by_label("Number, such as 2,000").press("Enter")
    expect(directory.get_by_role("link", name="Remove filter Batch size")).to_be_visible()
    directory.get_by_role("checkbox", name=re.compile("^Ireland")).check()
    expect(directory).to_have_url(re.compile("country=IE"))

    assert len(asked) == 2


def test_numbers_when_the_reader_went_back_still_grow_and_ask_once(directory: Page) -> None:
    directory.get_by_role("checkbox", name=re.compile("^Ireland")).check()
    expect(directory).to_have_url(re.compile("country=IE"))
    directory.go_back()
    expect(directory.get_by_role("checkbox", name=re.compile("^Ireland"))).not_to_be_checked()
    asked: list[str] = []
    directory.on("request", lambda request: asked.append(request.url) if "/sites/?" in request.url else None)

    directory.get_by_label("Measure", exact=True).select_option("sc.batch-units")
    expect(directory.get_by_text("Its range covers", exact=True)).to_be_visible()
    directory.get_by_role("button", name="Add a number").click()
    expect(directory.get_by_label("Measure 2", exact=True)).to_be_focused()
    directory.get_by_label("Number, such as 2,000").fill("50k")
    directory.get_by_label("Number, such as 2,000").press("Enter")

    expect(directory.get_by_role("link", name="Remove filter Batch size")).to_be_visible()
    assert len(asked) == 1


def test_ticked_values_of_a_long_facet_stay_in_place_and_in_sight_when_it_is_folded(directory: Page) -> None:
    facet = directory.locator("#facet-country")
    options = facet.locator("label.opt")
    before = options.evaluate_all("all => all.map(each => each.querySelector('input').value)")
    facet.get_by_text("Show").click()
    last = options.last
    expect(last).to_be_visible()

    last.get_by_role("checkbox").check()

    expect(directory).to_have_url(re.compile(f"country={before[-1]}"))
    assert options.evaluate_all("all => all.map(each => each.querySelector('input').value)") == before
    expect(options.last).to_be_visible()
    directory.reload()
    expect(options.last.get_by_role("checkbox")).to_be_checked()
    expect(options.last).to_be_visible()
    expect(options.nth(len(before) - 2)).to_be_hidden()


def test_value_when_others_leave_nothing_of_it_stays_with_its_nought(directory: Page) -> None:
    directory.goto("/sites/?modality=mod.small-molecule&container=cnt.pfs")
    noughts = directory.locator("#facet-list label.opt:visible", has=directory.get_by_text("0", exact=True))

    assert noughts.count() > 0


def test_count_when_a_filter_changes_is_told_politely_and_the_page_is_not_loaded_anew(
    directory: Page,
) -> None:
    directory.evaluate("window.isTheSame = true")
    status = directory.get_by_role("status")

    directory.get_by_role("checkbox", name=re.compile("^Ireland")).check()

    expect(status).to_have_text(re.compile(r"^\d+ sites?$"))
    assert status.get_attribute("aria-live") == "polite"
    assert status.inner_text() == heading(directory)
    assert directory.title().startswith(heading(directory))
    assert directory.evaluate("window.isTheSame")
    expect(directory.get_by_role("checkbox", name=re.compile("^Ireland"))).to_be_focused()


def test_address_when_opened_by_another_person_restores_ticks_sort_page_and_view(
    directory: Page, portal: Portal
) -> None:
    directory.goto("/sites/?profile=profiled&sort=name")
    directory.get_by_role("link", name="Next page").click()
    first = directory.locator(".result h3").first.inner_text()
    directory.get_by_role("link", name="Map", exact=True).click()
    expect(directory.locator(".map")).to_be_visible()
    directory.go_back()

    other = portal.page_of(OTHER_SPONSOR)
    other.goto(directory.url)

    for page in (directory, other):
        expect(page.get_by_role("checkbox", name=re.compile("^Described by a profile"))).to_be_checked()
        expect(page.get_by_label("Sort by")).to_have_value("name")
        expect(page.locator(".page-here")).to_have_text(re.compile("2"))
        expect(page.locator(".result h3").first).to_have_text(first)
    assert portal.noted[OTHER_SPONSOR] == []


@pytest.mark.parametrize(
    ("text", "marked"),
    [("mab", "Monoclonal antibody"), ("lyo", "Lyophilised"), ("lyophilzation", "Lyophilisation")],
)
def test_text_when_a_short_name_or_a_typo_finds_and_marks_what_is_meant(
    directory: Page, text: str, marked: str
) -> None:
    directory.get_by_role("searchbox", name="Search", exact=True).fill(text)

    expect(directory).to_have_url(re.compile(f"q={text}"))
    expect(directory.locator(".result mark", has_text=marked).first).to_be_visible()


def test_nothing_found_names_the_filter_that_is_the_cause_and_takes_it_away(directory: Page) -> None:
    directory.goto("/sites/?country=IE&q=nothing+is+called+zzxqj")
    expect(directory.get_by_role("heading", name="No site passes all filters")).to_be_visible()

    directory.get_by_role("link", name=re.compile("^Remove the text")).click()

    expect(directory).to_have_url(re.compile(r"/sites/\?country=IE$"))
    expect(directory.locator(".result").first).to_be_visible()


def test_map_when_a_pin_is_followed_by_keyboard_zooms_in_and_can_be_left(
    directory: Page, portal: Portal
) -> None:
    total = int(heading(directory).split()[0].replace(",", ""))
    directory.get_by_role("link", name="Map", exact=True).click()
    drawing = directory.get_by_role("group", name=re.compile("^World map"))
    expect(drawing).to_be_visible()
    pins = directory.locator(".map a.pin")
    listed = directory.locator(".pins li a")
    assert sorted(pins.evaluate_all("all => all.map(each => each.getAttribute('href'))")) == sorted(
        listed.evaluate_all("all => all.map(each => each.getAttribute('href'))")
    )
    assert counted(directory) + unplaced(directory) == total

    crowded = pins.last
    crowded.focus()
    directory.keyboard.press("Enter")

    expect(directory).to_have_url(re.compile("area="))
    expect(directory.get_by_role("group", name=re.compile("^Map of"))).to_be_visible()
    assert counted(directory) == int(heading(directory).split()[0])
    assert pins.count() > 1
    directory.get_by_role("checkbox", name=re.compile("^Described by a profile")).check()
    expect(directory).to_have_url(re.compile("view=map.*area=|area=.*view=map"))
    expect(directory.locator(".map")).to_be_visible()
    directory.get_by_role("link", name=re.compile("^Remove filter Area")).click()
    expect(directory).not_to_have_url(re.compile("area="))
    assert portal.noted[SPONSOR] == []


def unplaced(page: Page) -> int:
    """The sites that the page says it cannot put on the map."""
    said = page.locator("figcaption strong").all_inner_texts()
    return sum(int(text.split()[0].replace(",", "")) for text in said)


def counted(page: Page) -> int:
    """The sites under all pins of the list."""
    labels = page.locator(".pins li a").all_inner_texts()
    found = [re.search(r": ([\d,]+) sites(?:,| in)", label) for label in labels]
    return sum(int(each.group(1).replace(",", "")) if each else 1 for each in found)


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_pins_on_any_screen_can_be_hit_and_do_not_cover_each_other(directory: Page, width: int) -> None:
    directory.set_viewport_size({"width": width, "height": 900})
    directory.goto("/sites/?view=map")

    boxes = directory.locator(".map .mk").evaluate_all(
        """all => all.map(each => each.getBoundingClientRect())
            .map(box => [box.x + box.width / 2, box.y + box.height / 2])"""
    )

    nearest = min(
        ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5
        for number, one in enumerate(boxes)
        for other in boxes[:number]
    )
    assert nearest >= 18


def test_export_when_followed_saves_a_file_of_the_present_view(directory: Page) -> None:
    directory.goto("/sites/?country=IE&sort=name")
    rows = int(heading(directory).split()[0])

    with directory.expect_download() as saved:
        directory.get_by_role("link", name="CSV").click()

    assert re.fullmatch(r"cdmo-sites-\d{4}-\d\d-\d\d\.csv", saved.value.suggested_filename)
    lines = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(list(csv.reader(lines))) == rows + 1


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
    page.get_by_role("button", name="Add a number").click()
    # The page before has a first row, too: the next one is there only when its address is, and complete.
    page.wait_for_url(re.compile("numbers=more"))
    expect(page.get_by_label("Measure", exact=True)).to_be_visible()
    page.get_by_label("Measure", exact=True).select_option("sc.batch-units")
    page.get_by_label("Number, such as 2,000").fill("1,000")
    page.get_by_role("button", name="Add a number").click()
    page.get_by_label("Measure 2", exact=True).select_option("sc.oel-ug-m3")
    page.get_by_label("Number 2, such as 2,000").fill("100")
    page.get_by_label("Number 2, such as 2,000").press("Enter")
    expect(page).to_have_url(re.compile("value_2=100"))
    expect(page.get_by_role("link", name="Remove filter Lowest exposure limit")).to_be_visible()
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.locator(".map")).to_be_visible()
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
