"""A sponsor asks a partner of its shortlist, blinded; the CDMO answers in its inbox; the sponsor reads it."""

import pytest
from playwright.sync_api import Page, expect

from matching.models import Brief
from tests.browser import violations
from tests.journeys.asked import LARKFEN, TO_ASK
from tests.journeys.people import CDMO, SPONSOR, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]


def open_at(portal: Portal, email: str, path: str) -> Page:
    page = portal.page_of(email)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(path)
    return page


def test_partner_when_asked_from_the_shortlist_answers_in_its_inbox_and_the_sponsor_reads_it(
    portal: Portal,
) -> None:
    board = f"/briefs/{Brief.objects.get(title=TO_ASK).uid}/shortlist/"
    sponsor = open_at(portal, SPONSOR, board)
    card = sponsor.locator("[data-card]", has_text=LARKFEN)
    card.get_by_role("link", name="Ask whether they are interested").click()
    told = sponsor.get_by_role("region", name=f"All that {LARKFEN} reads").locator("dl")
    lines = told.inner_text()
    assert "Phase II" in lines
    assert "Q3 2030" in lines
    sponsor.get_by_role("button", name=f"Ask {LARKFEN}").click()
    expect(sponsor.get_by_text("No answer yet.")).to_be_visible()

    cdmo = open_at(portal, CDMO, "/profile/")
    link = cdmo.get_by_role("link", name="Inbox")
    expect(link).to_contain_text("2 without an answer")
    link.click()
    question = cdmo.get_by_role("article").first
    assert question.locator("dl").first.inner_text() == lines
    expect(cdmo.get_by_role("main")).not_to_contain_text("Quillhaven")
    question.get_by_label("Declined").check()
    question.get_by_label("In your words").fill("Not before the summer.")
    question.get_by_role("button", name="Send answer").click()
    expect(cdmo.get_by_role("alert")).to_contain_text("Say why")
    expect(cdmo.get_by_label("In your words")).to_have_value("Not before the summer.")
    assert violations(cdmo) == []
    cdmo.get_by_label("Reason, if you decline").select_option("The timing does not fit")
    cdmo.get_by_role("button", name="Send answer").click()
    expect(cdmo.get_by_text("Your answer is with the sponsor.")).to_be_visible()

    sponsor.goto(board)
    expect(card).to_contain_text("Declined: The timing does not fit")
    card.get_by_role("heading").get_by_role("link").click()
    expect(sponsor.get_by_role("region", name="Are they interested?")).to_contain_text(
        "Not before the summer."
    )
    sponsor.get_by_role("button", name="Withdraw the question").click()
    expect(sponsor.get_by_role("link", name="Ask whether they are interested")).to_be_visible()
    cdmo.reload()
    expect(cdmo.get_by_text("The sponsor has withdrawn this question.")).to_have_count(2)
    # The one complaint is the answer that came back with 422.
    assert [each for each in portal.noted[CDMO] if "422" not in each] == portal.noted[SPONSOR] == []
