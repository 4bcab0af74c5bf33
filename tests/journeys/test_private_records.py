"""A sponsor's private records at the browser: imported, found again, put back, and nobody else's business."""

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import violations
from tests.documents.test_tables import workbook
from tests.journeys.people import CDMO, OPERATOR, OTHER_SPONSOR, SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
KNOWN_SITE = "/sites/hajdan-solid-forms-debrecen/"
SECRET = "actions of our audit"


@pytest.fixture
def anna(portal: Portal) -> Page:
    page = portal.page_of(SPONSOR)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    return page


def supplier_list() -> FilePayload:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Vendor", "Where", "Country", "Rating", "CDA expiry"])
        sheet.write_row(1, 0, ["Cloonmore Biologics", "Waterford", "Ireland", "Gold", "evergreen"])
        sheet.write_row(2, 0, ["Fernlow Capsule", "", "GB", "Gold", "2029-01-31"])
        sheet.write_row(3, 0, ["Nowhere", "", "Atlantis", "Gold", ""])

    data = workbook(("Notes", lambda _book, sheet: sheet.write(0, 0, "Confidential")), ("List", fill))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "vendors.xlsx", "mimeType": kind, "buffer": data}


def test_list_when_imported_then_its_columns_are_mapped_and_the_dry_run_is_what_happens(
    anna: Page, portal: Portal
) -> None:
    anna.goto("/our-cdmos/")
    anna.get_by_role("link", name="Import a list").click()
    anna.get_by_label("Your list").set_input_files(supplier_list())
    anna.get_by_role("button", name="Upload and look at it").click()
    anna.get_by_label("List, 4 rows").check()
    anna.get_by_role("button", name="Go on to the columns").click()

    expect(anna.get_by_label("Name", exact=True)).to_have_value("0")
    city = anna.locator("#id_city")
    expect(anna.locator('[data-samples-of="id_city"]')).to_contain_text("–")
    city.select_option(label="B: Where")
    expect(anna.locator('[data-samples-of="id_city"]')).to_contain_text("Waterford")
    anna.locator("#id_status").select_option(label="D: Rating")
    anna.get_by_role("button", name="Show what would happen").click()

    expect(anna.get_by_role("alert")).to_contain_text("what the words of this column mean")
    anna.get_by_label("Gold").select_option(label="Approved")
    anna.get_by_role("button", name="Show what would happen").click()
    expect(anna.get_by_role("heading", level=1)).to_have_text("What would happen")
    expect(anna.get_by_role("row", name=re.compile("Nowhere"))).to_contain_text("Atlantis")
    expect(anna.get_by_role("row", name=re.compile("Cloonmore"))).to_contain_text("by name and country")
    anna.get_by_label("What row 3 is").select_option(label="Fernlow Capsules, all sites")
    anna.get_by_role("button", name="Apply 2 rows").click()

    expect(anna.get_by_text("Worked out again with what you chose")).to_be_visible()
    assert violations(anna) == []
    anna.get_by_role("button", name="Apply 2 rows").click()
    expect(anna.get_by_role("heading", level=1)).to_have_text("Import done")
    with anna.expect_download() as refused:
        anna.get_by_role("link", name="Refused rows, XLSX").click()
    assert refused.value.suggested_filename.startswith("refused-rows")
    anna.get_by_role("link", name="Open your list").click()
    row = anna.get_by_role("row", name=re.compile("Cloonmore Biologics"))
    expect(row).to_contain_text("Approved")
    expect(row).to_contain_text("this site")
    anna.goto("/sites/cloonmore-biologics-waterford/")
    expect(anna.get_by_role("region", name="What we know")).to_contain_text("Approved")
    assert [each for each in portal.noted[SPONSOR] if "422" not in each] == []


def test_list_when_a_facet_is_ticked_then_rows_follow_without_a_reload_and_the_url_restores_them(
    anna: Page,
) -> None:
    anna.goto("/our-cdmos/")
    anna.evaluate("window.stayed = true")

    anna.get_by_role("checkbox", name=re.compile("^Blocked")).check()

    expect(anna.locator("#results-title")).to_have_text("1 record")
    expect(anna).to_have_url(re.compile("status=blocked"))
    assert anna.evaluate("window.stayed") is True
    anna.reload()
    expect(anna.locator("#results-title")).to_have_text("1 record")
    anna.get_by_role("link", name="Remove filter Our status: Blocked").click()
    expect(anna.locator("#results-title")).not_to_have_text("1 record")


def test_record_when_removed_without_javascript_then_undo_puts_it_back(portal: Portal) -> None:
    context = portal.new_browser(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[SPONSOR], "url": portal.url}])
    page = context.new_page()
    page.goto("/our-cdmos/?q=Wrenfold")
    page.get_by_role("link", name="Wrenfold Clinical Packaging").click()

    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("This record was removed on")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("is in your list again")).to_be_visible()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
    context.close()


def test_profile_when_its_organisation_reads_it_then_has_the_panel_and_nobody_else_has(
    anna: Page, portal: Portal
) -> None:
    anna.goto(KNOWN_SITE)
    panel = anna.get_by_role("region", name="What we know")
    expect(panel).to_contain_text(SECRET)
    expect(panel).to_contain_text("our audit")

    for person in (OTHER_SPONSOR, CDMO, OPERATOR):
        page = portal.page_of(person)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(KNOWN_SITE)
        expect(page.get_by_role("heading", level=1)).to_have_text("Hajdan Solid Forms, Debrecen")
        assert SECRET not in page.content()
        page.goto("/sites/?country=HU")
        assert "Conditional for us" not in page.content()
        answer = page.request.get("/our-cdmos/")
        assert answer.status == (200 if person == OTHER_SPONSOR else 404)
        assert "Hajdan" not in answer.text()


def test_directory_when_ones_own_status_is_ticked_then_shows_as_many_sites_as_it_counted(anna: Page) -> None:
    anna.goto("/sites/?country=HU")
    facet = anna.get_by_role("checkbox", name=re.compile("^Conditional"))
    counted = re.search(r"\d+", anna.locator("label", has=facet).inner_text())
    assert counted is not None

    facet.check()

    expect(anna.locator("#results-title")).to_have_text(f"{counted.group()} site")
    expect(anna.get_by_role("link", name=re.compile("Conditional for us"))).to_be_visible()


def test_match_list_when_a_site_is_blocked_then_it_is_counted_and_own_facts_are_named(
    anna: Page,
) -> None:
    anna.goto("/briefs/")
    anna.get_by_role("link", name="Long list for film-coated tablets").first.click()
    anna.goto(f"{anna.url}matches/")

    assert anna.get_by_role("heading", name=re.compile("Lusivar")).count() == 0
    expect(anna.get_by_role("row", name="Blocked by us 1")).to_be_visible()
    card = anna.get_by_role("article", name=re.compile("Hajdan Solid Forms"))
    expect(card).to_contain_text("Conditional for us")
    card.get_by_text("Every requirement, judged").click()
    expect(card).to_contain_text("by our audit")
    expect(card).to_contain_text("seen in our audit")
