"""A planner keeps a profile true by keyboard, and backs a certificate with a document that sponsors read."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser import complaints, violations
from tests.journeys.pages import OWN_SITE
from tests.journeys.people import CDMO, NEWCOMER, SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
REVIEW = "/profile/review/?show=all"
PDF: FilePayload = {"name": "MIA 2026.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def test_review_when_answered_by_keys_alone_confirms_line_by_line_and_undoes_the_last(portal: Portal) -> None:
    page = portal.page_of(CDMO)
    page.goto(REVIEW)
    press, rows = page.keyboard.press, page.locator("[data-item]")
    expect(rows.first).to_be_focused()

    press("s")
    expect(rows.nth(1)).to_be_focused()
    here = page.locator("[data-item]:focus")
    for _line in range(10):
        # A certificate needs new dates; it is not confirmed.
        while not here.locator("[data-confirm]").count():
            press("s")
        last = page.locator(f"[id='{here.get_attribute('id')}']")
        press("y")
    confirmed = page.locator("[data-confirmed]")
    expect(confirmed).to_have_count(10)
    expect(rows.first).not_to_have_attribute("data-confirmed", re.compile(".*"))
    expect(last).to_contain_text("Confirmed today")

    press("u")
    expect(confirmed).to_have_count(9)
    expect(last).to_be_focused()
    expect(last.get_by_role("button", name="Still true")).to_be_visible()
    assert violations(page) == []

    skipped = rows.count() - 9
    page.get_by_role("link", name="Show the next ones").click()
    expect(page).to_have_url(re.compile(f"from={skipped}$"))
    expect(page.get_by_role("heading", name=f"Statements {skipped + 1} to")).to_be_visible()
    page.goto(REVIEW)
    today = page.get_by_role("region", name="Confirmed today")
    expect(today.get_by_role("button", name="Undo")).to_have_count(9)
    press("n")
    expect(page).to_have_url(re.compile(r"\?then=review$|/capacity/$"))
    assert portal.noted[CDMO] == []


def test_certificate_when_backed_by_a_document_is_read_by_sponsors_and_not_there_for_other_cdmos(
    portal: Portal,
) -> None:
    page = portal.page_of(CDMO)
    page.goto(f"/profile/sites/{OWN_SITE}/")
    page.locator("#certificates").get_by_role("link", name=re.compile("^Document of")).first.click()
    page.get_by_label("Or a new document").set_input_files({**PDF, "buffer": b"<html>"})
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("This is not a .pdf file")
    page.get_by_label("Or a new document").set_input_files(PDF)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#certificates").get_by_role("link", name="MIA 2026.pdf")).to_be_visible()
    page.goto(f"/profile/sites/{OWN_SITE}/documents/")
    assert violations(page) == []

    sponsor = portal.page_of(SPONSOR)
    sponsor.goto(f"/sites/{OWN_SITE}/")
    link = sponsor.get_by_role("link", name="MIA 2026.pdf")
    with sponsor.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "MIA 2026.pdf"
    address = str(link.get_attribute("href"))

    stranger = portal.page_of(NEWCOMER)
    stranger.goto(f"/sites/{OWN_SITE}/")
    expect(stranger.get_by_role("link", name="MIA 2026.pdf")).to_have_count(0)
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_review_without_javascript_has_a_button_for_every_key(portal: Portal) -> None:
    context = portal.new_browser(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[CDMO], "url": portal.url}])
    seen, page = complaints(context), context.new_page()
    page.goto(REVIEW)
    before = page.locator("[data-item]").count()
    button = page.get_by_role("button", name=re.compile("^Still true")).first
    what = str(button.locator(".vh").text_content()).removeprefix(": ")

    button.click()
    expect(page.get_by_text(f"“{what}” is still true.")).to_be_visible()
    expect(page).to_have_url(re.compile("show=all"))
    assert page.locator("[data-item]").count() in {before, before - 1}
    page.get_by_role("region", name="Confirmed today").get_by_role("button", name="Undo").first.click()

    expect(page.get_by_text("Undone: the statement is as old again as it was.")).to_be_visible()
    assert seen == []
    context.close()
