"""A planner finds terms by synonym, states several, drafts and publishes, and restores what stood."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import violations
from tests.journeys.people import CDMO, SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
NAME = "larkfen-dosage-nottingham"
OWN, PUBLIC = f"/profile/sites/{NAME}/", f"/sites/{NAME}/"
PHONE: ViewportSize = {"width": 390, "height": 844}


def open_at(portal: Portal, email: str, path: str) -> Page:
    page = portal.page_of(email)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light", media="screen")
    page.goto(path)
    return page


def draft_by_keyboard(page: Page) -> None:
    """The synonym finds the term; arrow and Enter take it."""
    box = page.get_by_role("combobox", name="What", exact=True)
    page.get_by_label("What", exact=True).focus()
    page.keyboard.type("freeze dry")
    expect(page.get_by_role("option").first).to_contain_text("Lyophilisation")
    expect(page.get_by_role("option").first).to_contain_text("also: freeze drying")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".term-list [aria-selected=true]")).to_have_count(1)
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(box).to_have_value("Lyophilisation")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_label("Note").fill("From spring on.")
    page.get_by_role("button", name="Save as draft").click()


def test_drafts_when_published_are_seen_by_sponsors_and_restored_when_taken_back(portal: Portal) -> None:
    page = open_at(portal, CDMO, f"{OWN}capabilities/new/")
    draft_by_keyboard(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Drafts of")
    sponsor = open_at(portal, SPONSOR, PUBLIC)
    expect(sponsor.get_by_text("From spring on.")).to_have_count(0)

    draft = page.get_by_role("region", name=re.compile("^Capability: Lyophilisation"))
    for other in page.get_by_role("checkbox").all():
        other.uncheck()
    draft.get_by_role("checkbox").check()
    page.get_by_role("button", name="Publish what is ticked").click()
    expect(page.get_by_text("1 draft was published.")).to_be_visible()
    sponsor.reload()
    expect(sponsor.get_by_text("From spring on.").first).to_be_visible()

    page.get_by_role("link", name="Changes", exact=True).click()
    page.get_by_role("link", name=re.compile("^Restore what stood before.*Lyophilisation")).first.click()
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_text("stands again as before that change")).to_be_visible()
    sponsor.reload()
    expect(sponsor.get_by_text("From spring on.")).to_have_count(0)
    assert portal.noted[CDMO] == portal.noted[SPONSOR] == []


def test_several_when_found_ticked_and_pasted_are_stated_together(portal: Portal) -> None:
    page = open_at(portal, CDMO, f"{OWN}capabilities/add/")
    page.get_by_label("Word").press_sequentially("BFS")
    page.get_by_role("checkbox", name=re.compile("^Blow-fill-seal")).first.check()
    page.get_by_label("Word").fill("form fill")
    expect(page.get_by_text("Chosen: 1")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Form-fill-seal")).check()
    page.get_by_label("Terms as text").fill("Spray drying\nno such thing")
    page.set_viewport_size(PHONE)
    assert violations(page) == []
    page.get_by_role("button", name="State all of these").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2: “no such thing”")

    page.get_by_label("Terms as text").fill("")
    page.get_by_role("button", name="State all of these").click()

    expect(page.get_by_text("2 capabilities were stated.")).to_be_visible()
    assert portal.noted[CDMO] == []
