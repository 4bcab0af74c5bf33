"""Writing a brief as only a browser can prove it: saved as you go, two people at once, by keyboard."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect
from pytest_django.plugin import DjangoDbBlocker

from cdmo_portal.accounts.models import Organisation
from tests.browser import complaints, violations
from tests.factories.briefs import BriefFactory
from tests.journeys.people import SPONSOR, Portal, session_of, sign_in

COLLEAGUE = "bram@quillhaven.example"
SAVED = re.compile(r"Saved at \d\d:\d\d\.")
NAMES = ("typed", "failing", "same field", "two sections", "other field", "late", "plain", "left", "people")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
type Open = Callable[..., Page]


@pytest.fixture(scope="module")
def drafts(portal: Portal, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """A draft for each test, by the address of its sections."""
    with django_db_blocker.unblock():
        sponsor = Organisation.objects.get(name="Quillhaven Therapeutics")
        made = {name: BriefFactory.create(organisation=sponsor, title=f"A draft, {name}") for name in NAMES}
        portal.sessions[COLLEAGUE] = session_of(COLLEAGUE)
    return {name: f"/briefs/{brief.uid}/edit/" for name, brief in made.items()}


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Saving waits until typing stops, and a busy machine takes its time."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def opened(portal: Portal, drafts: dict[str, str]) -> Iterator[Open]:
    """A new browser of a sponsor's person at an address; its pages must log no error."""
    contexts: list[tuple[BrowserContext, list[str]]] = []

    def open_at(path: str, email: str = SPONSOR, **more: Any) -> Page:
        context = portal.new_browser(**more)
        context.add_cookies([{"name": "sessionid", "value": portal.sessions[email], "url": portal.url}])
        contexts.append((context, complaints(context)))
        page = context.new_page()
        page.goto(path)
        return page

    yield open_at
    seen = [error for _, errors in contexts for error in errors if not of_our_making(error)]
    for context, _ in contexts:
        context.close()
    assert seen == []


def of_our_making(error: str) -> bool:
    """What a browser and htmx log of a request that a test cut off."""
    return "net::ERR_FAILED" in error or "htmx:sendError" in error


def saving(page: Page) -> Any:
    return page.locator("#saving")


def test_brief_when_typed_is_saved_without_a_button_and_resumes_after_reload(opened: Open) -> None:
    page = opened("/briefs/new/")

    page.get_by_label("Title").focus()
    page.keyboard.type("Typed by nobody but me")
    expect(saving(page)).to_contain_text(SAVED)
    expect(page).to_have_url(re.compile(r"/briefs/[0-9a-f-]{36}/edit/what/$"))
    page.keyboard.type(", twice")
    page.keyboard.press("Tab")
    page.get_by_label("Modality").fill("mAb")
    expect(page.locator("#opened-modality")).not_to_have_value(mark_of_nothing(page))
    page.reload()

    expect(page.get_by_label("Title")).to_have_value("Typed by nobody but me, twice")
    expect(page.get_by_label("Modality")).to_have_value(re.compile("antibody", re.IGNORECASE))
    page.goto("/briefs/?q=Typed+by+nobody")
    expect(page.locator("tbody tr")).to_have_count(1)


def mark_of_nothing(page: Page) -> str:
    """The mark of a field that says nothing, read from one that nobody has touched."""
    return page.locator("#opened-dosage_form").input_value()


def test_saving_when_it_fails_says_so_keeps_what_was_typed_and_tries_again(
    opened: Open, drafts: dict[str, str]
) -> None:
    page = opened(drafts["failing"] + "words/")
    page.route("**/edit/words/", lambda route: route.abort())

    page.get_by_label("In your own words").fill("Typed while the train was in a tunnel")

    expect(saving(page)).to_contain_text("Not saved: the server could not be reached.")
    expect(page.get_by_label("In your own words")).to_have_value("Typed while the train was in a tunnel")
    page.unroute("**/edit/words/")
    page.get_by_role("button", name="Try again").click()
    expect(saving(page)).to_contain_text(SAVED)
    page.reload()
    expect(page.get_by_label("In your own words")).to_have_value("Typed while the train was in a tunnel")


def test_saving_when_signed_out_meanwhile_says_so_and_keeps_what_was_typed(
    opened: Open, drafts: dict[str, str]
) -> None:
    page = opened(drafts["late"] + "what/")
    page.context.clear_cookies(name="sessionid")

    page.get_by_label("Title").fill("Typed after the session ended")

    expect(saving(page)).to_contain_text("Not saved: you are signed out.")
    expect(page.get_by_label("Title")).to_have_value("Typed after the session ended")


def test_saving_when_signed_in_again_elsewhere_meanwhile_says_that_the_button_saves(
    opened: Open, drafts: dict[str, str]
) -> None:
    page = opened(drafts["late"] + "words/")
    page.context.clear_cookies(name="sessionid")
    sign_in(page.context.new_page(), SPONSOR)
    words = page.get_by_label("In your own words")

    words.fill("Typed on an older page")

    expect(saving(page)).to_contain_text("you signed in again in another tab")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(words).to_have_value("Typed on an older page")
    expect(saving(page)).not_to_contain_text("Not saved")


def test_two_people_when_in_the_same_field_see_both_values_and_nothing_is_overwritten(
    opened: Open, drafts: dict[str, str]
) -> None:
    mine, theirs = opened(drafts["same field"] + "what/"), opened(drafts["same field"] + "what/", COLLEAGUE)
    theirs.get_by_label("Title").fill("The colleague’s title")
    expect(saving(theirs)).to_contain_text(SAVED)

    mine.get_by_label("Title").fill("My title")

    row = mine.locator("#saving tbody tr")
    expect(row).to_contain_text("My title")
    expect(row).to_contain_text("The colleague’s title")
    mine.get_by_label("Title").press_sequentially(", typed on")
    mine.wait_for_timeout(2_000)
    expect(row).to_be_visible()
    assert violations(mine) == []
    theirs.reload()
    expect(theirs.get_by_label("Title")).to_have_value("The colleague’s title")
    mine.get_by_role("button", name="Save mine instead").click()
    expect(mine.get_by_text("Saved.", exact=True)).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_label("Title")).to_have_value("My title, typed on")


def test_two_people_when_in_different_sections_both_keep_theirs(opened: Open, drafts: dict[str, str]) -> None:
    mine, theirs = (
        opened(drafts["two sections"] + "what/"),
        opened(drafts["two sections"] + "when/", COLLEAGUE),
    )
    theirs.get_by_label("Packaging").check()
    mine.get_by_label("Title").fill("Mine, beside theirs")

    expect(saving(theirs)).to_contain_text(SAVED)
    expect(saving(mine)).to_contain_text(SAVED)

    theirs.reload()
    mine.reload()
    expect(theirs.get_by_label("Packaging")).to_be_checked()
    expect(mine.get_by_label("Title")).to_have_value("Mine, beside theirs")


def test_field_when_a_colleague_changed_another_comes_to_who_is_typing_and_the_focus_stays(
    opened: Open, drafts: dict[str, str]
) -> None:
    mine, theirs = (
        opened(drafts["other field"] + "what/"),
        opened(drafts["other field"] + "what/", COLLEAGUE),
    )
    theirs.get_by_label("Project stage").select_option(index=2)
    expect(saving(theirs)).to_contain_text(SAVED)

    mine.get_by_label("Title").fill("Mine")

    expect(saving(mine)).to_contain_text(
        "A colleague changed this meanwhile, and it is shown now: Project stage."
    )
    expect(mine.get_by_label("Title")).to_be_focused()
    stage = theirs.get_by_label("Project stage").input_value()
    expect(mine.get_by_label("Project stage")).to_have_value(stage)
    mine.get_by_label("Title").fill("Mine again")
    expect(mine.locator("#saving p")).to_have_count(1)
    theirs.reload()
    expect(theirs.get_by_label("Title")).to_have_value("Mine again")
    expect(theirs.get_by_label("Project stage")).to_have_value(stage)


def test_button_when_pressed_while_a_save_is_on_its_way_waits_for_it(
    opened: Open, drafts: dict[str, str]
) -> None:
    page = opened(drafts["typed"] + "what/")
    waiting: list[Route] = []
    page.route("**/edit/what/", lambda route: hold(route, waiting))
    page.get_by_label("Title").fill("First")
    page.wait_for_timeout(2_500)
    page.get_by_label("Title").press_sequentially(" and second")
    page.get_by_role("button", name="Save and continue").click()

    waiting[0].continue_()

    expect(page.get_by_role("heading", level=1)).to_have_text("Steps and dates")
    page.go_back()
    page.reload()
    expect(page.get_by_label("Title")).to_have_value("First and second")


def test_page_when_left_with_something_unsaved_warns(opened: Open, drafts: dict[str, str]) -> None:
    page = opened(drafts["left"] + "words/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: stay(dialog, asked))
    page.route("**/edit/words/", lambda route: route.abort())
    page.get_by_label("In your own words").fill("Not saved yet")
    expect(saving(page)).to_contain_text("Not saved")

    page.get_by_role("link", name="Back to the brief").click()
    page.wait_for_timeout(500)

    assert asked == ["beforeunload"]
    expect(page.get_by_label("In your own words")).to_have_value("Not saved yet")
    page.unroute("**/edit/words/")
    page.get_by_role("button", name="Try again").click()
    expect(saving(page)).to_contain_text(SAVED)
    page.get_by_role("link", name="Back to the brief").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A draft, left")
    assert asked == ["beforeunload"]


def hold(route: Route, waiting: list[Route]) -> None:
    """Only the first request waits."""
    if waiting:
        route.continue_()
    else:
        waiting.append(route)


def stay(dialog: Dialog, asked: list[str]) -> None:
    asked.append(dialog.type)
    dialog.dismiss()


def test_writing_without_javascript_saves_by_buttons_from_the_first_section_to_the_last(
    opened: Open,
) -> None:
    page = opened("/briefs/new/", java_script_enabled=False)
    page.get_by_label("Title").fill("Written by buttons")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Drug product").check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Add a requirement")).to_be_visible()
    page.get_by_role("link", name="Capability").click()
    page.get_by_label("Capability").fill("Lyophilisation")
    page.get_by_role("button", name="Save requirement").click()
    page.get_by_role("link", name="Continue", exact=True).click()
    page.get_by_role("radio", name="By a preset").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("In your own words").fill("All of it by buttons")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="Review", exact=True)).to_be_visible()
    expect(page.get_by_text("Must: Lyophilisation")).to_be_visible()
    page.get_by_role("button", name="Open and match").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Matches for Written by buttons")


def test_brief_when_named_colleagues_only_is_gone_for_others_and_talked_about_by_those(
    opened: Open, drafts: dict[str, str]
) -> None:
    path = drafts["people"].removesuffix("edit/")
    mine, theirs = opened(path + "people/"), opened(path, COLLEAGUE)
    mine.get_by_role("radio", name="Named colleagues only").check()
    mine.get_by_role("button", name="Change access").click()
    expect(mine.get_by_role("radio", name="Named colleagues only")).to_be_checked()
    theirs.reload()
    expect(theirs.get_by_role("heading", level=1)).not_to_have_text("A draft, people")

    mine.get_by_label("Member", exact=True).select_option("Bram")
    mine.get_by_label("Role on this brief").select_option("viewer")
    mine.get_by_role("button", name="Add to the brief").click()
    expect(mine.get_by_role("row", name=re.compile("^Bram Viewer"))).to_be_visible()
    theirs.goto(path + "comments/")
    theirs.get_by_role("textbox", name="Comment").fill("Who supplies the vials?")
    theirs.get_by_role("button", name="Comment", exact=True).click()
    expect(theirs.get_by_role("link", name="Edit your comment")).to_be_visible()
    mine.goto(path + "history/")
    expect(mine.get_by_text("Bram added as Viewer")).to_be_visible()
    mine.get_by_role("link", name="Comments 1").click()
    expect(mine.get_by_text("Who supplies the vials?")).to_be_visible()
    assert violations(mine) == []
