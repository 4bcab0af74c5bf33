"""The shortlist in real browsers: by keyboard and mouse, two at once, alone then together, no scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from matching.models import Brief
from tests.browser import complaints, violations
from tests.journeys.people import COLLEAGUE, READER, SPONSOR, Portal
from tests.journeys.scored import ALONE, BEGUN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]


@pytest.fixture
def board(portal: Portal) -> Page:
    page = portal.page_of(SPONSOR)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(f"/briefs/{Brief.objects.get(title=ALONE).uid}/shortlist/")
    return page


@pytest.fixture
def bram(portal: Portal) -> Iterator[Page]:
    context = signed_in(portal, COLLEAGUE)
    yield context.new_page()
    context.close()


def signed_in(portal: Portal, email: str, **more: bool) -> BrowserContext:
    context = portal.new_browser(**more)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[email], "url": portal.url}])
    return context


def column(page: Page, name: str) -> Locator:
    return page.locator(".board-column", has=page.get_by_role("heading", name=re.compile(f"^{name}")))


def first_card(page: Page, stage: str) -> tuple[Locator, str]:
    card = column(page, stage).locator("[data-card]").first
    return card, card.get_by_role("heading").inner_text()


def test_card_when_moved_by_keyboard_alone_keeps_the_focus_and_is_announced_and_undone(
    board: Page, portal: Portal
) -> None:
    card, name = first_card(board, "Shortlist")
    card.get_by_role("heading").get_by_role("link").focus()

    board.keyboard.press("Tab")
    board.keyboard.press("Tab")
    board.keyboard.type("Decl")
    board.keyboard.press("Tab")
    board.keyboard.type("Too small")
    board.keyboard.press("Enter")

    moved = column(board, "Declined").locator("[data-card]", has_text=name)
    expect(moved).to_be_focused()
    expect(moved).to_contain_text("Reason: Too small")
    expect(board.locator("#live")).to_have_text(f"You moved {name} from Shortlist to Declined.")
    board.locator("#toast").get_by_role("button", name="Undo").focus()
    board.keyboard.press("Enter")
    back = column(board, "Shortlist").locator("[data-card]", has_text=name)
    expect(back).to_be_focused()
    expect(board.locator("#live")).to_contain_text("as an undo")
    assert violations(board) == []
    assert portal.noted[SPONSOR] == []


def test_card_when_dragged_by_mouse_is_moved_too(board: Page) -> None:
    card, name = first_card(board, "Shortlist")

    card.locator(".where").first.drag_to(column(board, "Contacted"))

    expect(column(board, "Contacted").locator("[data-card]", has_text=name)).to_be_visible()
    board.get_by_role("button", name="Undo", exact=True).click()
    expect(column(board, "Shortlist").locator("[data-card]", has_text=name)).to_be_visible()


def test_board_when_filtered_changes_without_a_reload_and_the_address_restores_it(board: Page) -> None:
    card, name = first_card(board, "Contacted")
    board.evaluate("window.same = true")

    board.get_by_label("Partner, note or tag contains").fill(name.lower())

    expect(board.locator("[data-card]")).to_have_count(1)
    expect(board).to_have_url(re.compile("q="))
    assert board.evaluate("window.same") is True
    board.reload()
    expect(board.locator("[data-card]")).to_have_count(1)
    expect(board.get_by_label("Partner, note or tag contains")).to_have_value(name.lower())
    card.get_by_role("button", name="Move to").click()
    expect(board.locator("[data-card]")).to_have_count(1)
    board.get_by_role("button", name="Undo", exact=True).click()
    expect(column(board, "Contacted").locator("[data-card]")).to_have_count(1)


def test_card_when_two_move_it_the_second_sees_both_and_decides(board: Page, bram: Page) -> None:
    card, name = first_card(board, "Long list")
    bram.goto(board.url)
    bram.locator("[data-card]", has_text=name).get_by_label(f"Move {name} to").select_option("selected")
    bram.locator("[data-card]", has_text=name).get_by_role("button", name="Move to").click()
    expect(column(bram, "Selected").locator("[data-card]", has_text=name)).to_be_visible()

    card.get_by_role("button", name="Move to").click()

    expect(board.get_by_role("heading", name="A colleague changed this meanwhile")).to_be_visible()
    both = board.get_by_role("row", name=re.compile("^Stage"))
    expect(both).to_have_text(re.compile("Shortlist.*Selected", re.DOTALL))
    expect(board.get_by_text(f"Bram moved {name} from Long list to Selected.")).to_be_visible()
    expect(board.locator("#conflict")).to_be_focused()
    assert violations(board) == []
    board.get_by_role("button", name="Move it to Shortlist all the same").click()
    expect(column(board, "Shortlist").locator("[data-card]", has_text=name)).to_be_visible()


def test_note_when_two_write_it_the_second_keeps_what_was_typed(board: Page, bram: Page) -> None:
    card, _ = first_card(board, "Contacted")
    card.get_by_role("heading").get_by_role("link").click()
    bram.goto(board.url)
    bram.get_by_role("textbox", name="Note").fill("Bram's words")
    bram.get_by_role("button", name="Save").click()
    expect(bram.get_by_text("You changed the note").first).to_be_visible()

    board.get_by_role("textbox", name="Note").fill("Anna's words")
    board.get_by_role("button", name="Save").click()

    expect(board.get_by_role("row", name="Note Anna's words Bram's words")).to_be_visible()
    expect(board.get_by_role("textbox", name="Note")).to_have_value("Anna's words")
    assert violations(board) == []
    board.get_by_role("button", name="Save").click()
    expect(board.get_by_text("You changed the note").first).to_be_visible()


def test_tags_when_typed_after_a_comma_are_suggested_whole(board: Page) -> None:
    first_card(board, "Contacted")[0].get_by_role("heading").get_by_role("link").click()

    board.get_by_role("combobox", name="Tags").fill("New, Q")

    expect(board.locator("#known-tags option[value='New, QP']")).to_have_count(1)


def test_scorecards_when_two_score_are_alone_and_then_together(board: Page, bram: Page) -> None:
    noted = complaints(bram)
    base = board.url
    board.goto(f"{base}scoring/")
    board.get_by_role("button", name=re.compile("Ask to score.*Anna")).click()
    board.get_by_role("button", name=re.compile("Ask to score.*Bram")).click()
    expect(board.get_by_text("You asked Bram to score.")).to_be_visible()

    score(board, base, "9")
    board.get_by_role("button", name="Hand in").click()
    expect(board.get_by_text("You handed in a scorecard.")).to_be_visible()
    bram.goto(f"{base}scoring/")
    expect(bram.get_by_role("listitem").filter(has_text="Anna").get_by_text("handed in")).to_be_visible()
    expect(bram.get_by_role("main")).not_to_contain_text("90.0")
    score(bram, base, "2")
    bram.get_by_role("button", name="Hand in").click()

    bram.get_by_role("link", name="All scorecards side by side").click()
    ranking = bram.get_by_role("region", name="Ranking, totals")
    expect(ranking).to_contain_text("55.0")
    expect(ranking).to_contain_text("90.0")
    expect(ranking).to_contain_text("20.0")
    expect(ranking.get_by_text("5 disagree").first).to_be_visible()
    assert violations(bram) == []
    board.goto(f"{base}scoring/together/")
    expect(board.get_by_role("region", name="Ranking, totals")).to_contain_text("20.0")
    assert noted == []


def test_scorecard_when_it_cannot_be_saved_says_so_and_keeps_what_was_chosen(bram: Page) -> None:
    brief = Brief.objects.get(title=BEGUN)
    bram.goto(f"/briefs/{brief.uid}/shortlist/scoring/mine/{brief.shortlist.to_score()[0].uid}/")
    bram.route("**/scoring/mine/**", lambda route: route.abort())

    chosen = bram.locator(".score-row").first.get_by_role("radio", name="4", exact=True)
    chosen.check()

    expect(bram.locator("#saved")).to_contain_text("Not saved: the server could not be reached.")
    expect(chosen).to_be_checked()
    bram.unroute("**/scoring/mine/**")
    bram.get_by_role("button", name="Try again").click()
    expect(bram.locator("#saved")).to_contain_text(re.compile(r"Saved at .*UTC"))
    expect(bram.locator("#saved")).not_to_contain_text("Not saved")


def test_scorecard_when_two_windows_of_one_person_score_the_same_shows_both(bram: Page) -> None:
    brief = Brief.objects.get(title=BEGUN)
    path = f"/briefs/{brief.uid}/shortlist/scoring/mine/{brief.shortlist.to_score()[1].uid}/"
    other = bram.context.new_page()
    for page in (bram, other):
        page.goto(path)

    first, second = (page.locator(".score-row").first for page in (bram, other))
    first.get_by_role("radio", name="4", exact=True).check()
    expect(bram.locator("#saved")).to_contain_text("Saved at")
    second.get_by_role("radio", name="9", exact=True).check()

    expect(other.locator("#saved")).to_contain_text("in another window")
    assert violations(other) == []
    other.get_by_role("button", name="Save what is chosen here").click()
    bram.goto(path)
    expect(first.get_by_role("radio", name="9", exact=True)).to_be_checked()


def score(page: Page, base: str, value: str) -> None:
    """Every criterion of every partner, by keyboard; what was chosen is saved before anything is pressed."""
    page.goto(f"{base}scoring/")
    page.locator("section[aria-labelledby='mine'] li a").first.click()
    while "/mine/" in page.url:
        for row in page.locator(".score-row").all():
            row.get_by_role("radio", name=value, exact=True).focus()
            page.keyboard.press("Space")
        expect(page.locator("#saved")).to_contain_text(re.compile(r"Saved at .*UTC"))
        expect(page.locator("#saved")).to_contain_text(f"{value}0.0 of 100")
        here = page.url
        page.get_by_role("button", name="Save, and on to the next partner").click()
        expect(page).not_to_have_url(here)


def test_shortlist_without_script_is_moved_undone_noted_and_scored(portal: Portal) -> None:
    context = signed_in(portal, SPONSOR, java_script_enabled=False)
    page = context.new_page()
    brief = Brief.objects.get(title__startswith="First-in-human capsules")
    page.goto(f"/briefs/{brief.uid}/matches/")
    page.get_by_role("button", name=re.compile("^Shortlist ")).first.click()
    page.goto(f"/briefs/{brief.uid}/shortlist/")

    page.locator("[data-card]").get_by_role("button", name="Move to").click()
    expect(column(page, "Contacted").locator("[data-card]")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(column(page, "Shortlist").locator("[data-card]")).to_have_count(1)
    page.get_by_role("link", name="History").click()
    page.get_by_role("button", name=re.compile("^Undo")).first.click()
    page.goto(f"/briefs/{brief.uid}/shortlist/")
    expect(column(page, "Contacted").locator("[data-card]")).to_have_count(1)
    page.get_by_role("link", name="Scorecards").click()
    page.get_by_role("link", name="Look through and set").click()
    page.get_by_role("button", name="Save the criteria").click()
    page.locator("section[aria-labelledby='mine'] li a").first.click()
    for row in page.locator(".score-row").all():
        row.get_by_role("radio", name="7", exact=True).check()
    page.get_by_role("button", name="Save, and on to the next partner").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("You handed in a scorecard.")).to_be_visible()
    page.get_by_role("button", name="Open the 1 handed in to everybody").click()
    page.get_by_role("link", name="All scorecards side by side").click()
    expect(page.get_by_role("region", name="Ranking, totals")).to_contain_text("70.0")
    context.close()


def test_board_when_read_by_a_viewer_on_a_phone_has_no_buttons_to_move(portal: Portal) -> None:
    context = signed_in(portal, READER)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/briefs/{Brief.objects.get(title=ALONE).uid}/shortlist/")

    expect(page.locator("[data-card]").first).to_be_visible()
    expect(page.get_by_role("button", name="Move to")).to_have_count(0)
    assert violations(page) == []
    context.close()
