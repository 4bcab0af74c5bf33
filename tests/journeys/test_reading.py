"""A pasted brief in a real browser: read, light up, change, drop, add, save, open, see matches."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import violations
from tests.documents.making import word
from tests.journeys.people import SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
TEXT = (
    "We need lyophilised vials of a monoclonal antibody for a Phase I study.\n\n"
    "HPLC is required, and dissolution testing is required. The site must be in the EU."
)
HPLC, DISSOLUTION = "HPLC or UPLC assay and impurities", "Dissolution testing"


@pytest.fixture
def page(portal: Portal) -> Page:
    page = portal.page_of(SPONSOR)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto("/briefs/")
    return page


@pytest.fixture
def without_script(portal: Portal) -> Iterator[BrowserContext]:
    context = portal.new_browser(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[SPONSOR], "url": portal.url}])
    yield context
    context.close()


def paste(page: Page, text: str = TEXT) -> None:
    page.get_by_role("main").get_by_role("link", name="Paste a brief").click()
    page.get_by_label("E-mail or section of an RFP").fill(text)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="What the text asks for")).to_be_visible()


def test_brief_when_pasted_is_changed_saved_opened_and_matched(page: Page, portal: Portal) -> None:
    paste(page)
    assert violations(page) == []
    expect(page.locator("#marked mark.told").first).to_have_css("display", "inline")

    page.get_by_label(f"Strength of {HPLC}").select_option("prefer")
    page.get_by_role("checkbox", name=DISSOLUTION).uncheck()
    page.get_by_label("Term").first.fill("Endotoxin testing")
    page.get_by_label("Title").fill("Pasted and changed")
    page.get_by_role("button", name="Save the draft").click()

    expect(page.get_by_role("heading", name="Pasted and changed")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Prefer HPLC"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Must Endotoxin testing"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("dissolution", re.IGNORECASE))).to_have_count(0)
    page.get_by_role("button", name="Open and match").click()
    expect(page.get_by_role("heading", name="Matches").first).to_be_visible(timeout=30_000)
    assert portal.noted[SPONSOR] == []


def test_words_and_proposal_when_pointed_at_or_focused_light_each_other(page: Page) -> None:
    paste(page)
    words = page.locator(".marked a", has_text="HPLC").first
    proposal = page.locator(".proposal", has_text=HPLC)

    words.hover()
    expect(proposal).to_have_class(re.compile("lit"))
    page.get_by_role("heading", name="The project", exact=True).hover()
    expect(proposal).not_to_have_class(re.compile("lit"))
    page.get_by_label(f"Strength of {HPLC}").focus()
    expect(words).to_have_class(re.compile("lit"))


def test_words_when_followed_by_keyboard_lead_to_the_proposal_and_back(page: Page) -> None:
    paste(page)

    page.locator(".marked a", has_text="HPLC").first.focus()
    page.keyboard.press("Enter")
    proposal = page.locator(".proposal:target")
    expect(proposal).to_contain_text(HPLC)
    proposal.get_by_role("link").press("Enter")
    expect(page).to_have_url(re.compile("#w-p"))
    page.keyboard.press("Tab")
    expect(page.locator(".marked a:focus")).to_have_text("HPLC")


def test_file_when_dropped_is_read(page: Page, tmp_path: Path) -> None:
    page.get_by_role("main").get_by_role("link", name="Paste a brief").click()
    data = page.evaluate_handle(
        """bytes => {
            const given = new DataTransfer();
            given.items.add(new File([new Uint8Array(bytes)], "brief.docx"));
            return given;
        }""",
        list(word("HPLC is required.")),
    )
    page.dispatch_event("[data-drop]", "dragover", {"dataTransfer": data})
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
    page.get_by_role("button", name="Read it").click()

    expect(page.get_by_role("checkbox", name=HPLC)).to_be_checked()


def test_brief_when_pasted_without_script_is_saved_with_its_errors_mended(
    without_script: BrowserContext,
) -> None:
    page = without_script.new_page()
    page.goto("/briefs/")
    paste(page)
    page.get_by_role("checkbox", name=HPLC).uncheck()
    page.get_by_label("Title").fill(" ")
    page.get_by_label("Term").nth(2).fill("an.gc")
    page.get_by_role("button", name="Save the draft").click()

    expect(page.get_by_role("alert")).to_contain_text("Title")
    expect(page.get_by_role("checkbox", name=HPLC)).not_to_be_checked()
    page.get_by_label("Title").fill("Pasted without script")
    page.get_by_role("button", name="Save the draft").click()

    expect(page.get_by_role("heading", name="Pasted without script")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Gas chromatography"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("HPLC"))).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_page_when_narrow_or_dark_is_accessible_and_never_scrolls_sideways(page: Page, width: int) -> None:
    page.emulate_media(color_scheme="dark" if width < 700 else "light")
    paste(page, TEXT + "\n" + "unbroken" * 60 + "\nالموقع في الاتحاد الأوروبي")
    page.set_viewport_size({"width": width, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
