"""Live weights on the match page, as only a browser can prove them: by keyboard, without a reload."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member
from matching.actions import match_runs
from matching.models import Brief
from matching.views.match_cards import SHOWN
from partners.models import Term
from tests.browser import violations
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.journeys.people import SPONSOR, Portal

HEADS = ("fit", "quality", "timing", "experience", "place")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]


def matched_brief(title: str) -> str:
    """The matches of a brief for which several sites are eligible."""
    member = Member.objects.get(user__email=SPONSOR)
    stage, modality = (Term.objects.get(code=code) for code in ("stg.phase2", "mod.mab"))
    brief: Brief = BriefFactory.create(
        organisation=member.organisation, title=title, stage=stage, modality=modality, open=True
    )
    RequirementFactory.create(brief=brief, term=Term.objects.get(code="op.aseptic-filling"))
    RequirementFactory.create(brief=brief, wish=True, kind="place", term=None, places=["IE"])
    match_runs.run(by=actor_of_member(member), brief=brief)
    return f"/briefs/{brief.uid}/matches/"


@pytest.fixture(scope="module")
def path(portal: Portal, django_db_blocker: DjangoDbBlocker) -> str:
    with django_db_blocker.unblock():
        return matched_brief("Aseptic filling")


@pytest.fixture(scope="module")
def path_to_save(portal: Portal, django_db_blocker: DjangoDbBlocker) -> str:
    """A brief apart: saving changes the weights that the other tests start from."""
    with django_db_blocker.unblock():
        return matched_brief("Aseptic filling, to be weighed")


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """A preview scores every site anew, and a busy machine takes its time."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def page(portal: Portal, path: str) -> Page:
    page = portal.page_of(SPONSOR)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(path)
    return page


@pytest.fixture
def without_script(portal: Portal) -> Iterator[BrowserContext]:
    context = portal.new_browser(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[SPONSOR], "url": portal.url}])
    yield context
    context.close()


def first(page: Page) -> str:
    return page.locator("#results h3").first.inner_text().splitlines()[0]


def number(page: Page, head: str) -> str:
    return page.locator(f"#w_{head}").input_value()


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=label)


def move_place_to_nothing(page: Page) -> None:
    """By keyboard: Home, which is the lowest value of a range."""
    slider(page, "Place and terms").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-preview]")).to_be_visible()


def test_weight_when_moved_by_keyboard_ranks_anew_without_reload_and_keeps_the_focus(
    page: Page, portal: Portal
) -> None:
    page.evaluate("window.isSamePage = true")
    before = first(page)
    slider(page, "Experience").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")

    expect(page.locator("[data-preview]")).to_be_visible()
    expect(page).to_have_url(re.compile("w_experience=18&"))
    expect(slider(page, "Experience")).to_be_focused()
    assert page.evaluate("window.isSamePage") is True
    assert number(page, "experience") == "18"
    assert round(sum(float(number(page, head)) for head in HEADS), 1) == 100
    expect(page.locator("#live")).to_have_text(
        re.compile(f"^Ranking updated: {before.split(',')[0]} first, ")
    )
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-preview]")).to_have_count(0)
    assert [number(page, head) for head in HEADS] == ["35", "20", "20", "15", "10"]
    assert portal.noted[SPONSOR] == []


def test_preview_when_reloaded_stands_and_back_and_reset_lead_to_the_own_weights(
    page: Page, path: str
) -> None:
    own = first(page)
    page.get_by_role("link", name="Commercial", exact=True).click()
    expect(page).to_have_url(re.compile("w_place=25"))
    page.reload()
    expect(page.locator("[data-preview]")).to_be_visible()
    assert [number(page, head) for head in HEADS] == ["20", "25", "15", "15", "25"]

    page.go_back()

    expect(page.locator("[data-preview]")).to_have_count(0)
    assert [number(page, head) for head in HEADS] == ["35", "20", "20", "15", "10"]
    assert first(page) == own
    move_place_to_nothing(page)
    page.locator("#results").get_by_role("link", name="Reset").click()
    expect(page.locator("[data-preview]")).to_have_count(0)
    assert page.url.endswith(path)
    expect(page.get_by_role("link", name="The brief’s own")).to_be_focused()


def test_tray_when_the_list_came_back_by_the_history_still_keeps_the_focus(
    page: Page, portal: Portal
) -> None:
    slider(page, "Experience").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("w_experience=16&"))
    noted = len(portal.noted[SPONSOR])
    page.go_back()
    expect(page.locator("[data-preview]")).to_have_count(0)

    for button in page.locator("#results [data-compare]").all()[:2]:
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    remove = page.locator("#tray").get_by_role("button", name=re.compile("^Remove"))
    remove.first.click()

    expect(remove).to_have_count(1)
    expect(remove).to_be_focused()
    page.locator("#tray").get_by_role("button", name="Clear").click()
    assert portal.noted[SPONSOR][noted:] == []


def test_head_when_moved_on_is_one_step_back(page: Page, path: str) -> None:
    slider(page, "Experience").focus()
    for value in (16, 17):
        page.keyboard.press("ArrowRight")
        expect(page).to_have_url(re.compile(f"w_experience={value}&"))

    page.go_back()

    expect(page).to_have_url(re.compile(f"{path}$"))
    expect(page.locator("[data-preview]")).to_have_count(0)


def test_kept_head_when_another_moves_keeps_its_share(page: Page) -> None:
    page.get_by_role("checkbox", name="Keep Quality and regulatory record as it is").check()
    slider(page, "Technical and equipment fit").focus()
    page.keyboard.press("End")

    expect(page).to_have_url(re.compile("w_fit=80&w_quality=20&.*keep=quality"))
    assert [number(page, head) for head in HEADS] == ["80", "20", "0", "0", "0"]


def test_movement_when_weights_change_is_marked_in_words(page: Page) -> None:
    move_place_to_nothing(page)

    marks = page.locator("#list-eligible ~ ol .moved")
    assert marks.count() == SHOWN
    assert {
        re.sub(r"[^a-z ]", "", text).split(" against")[0].split()[0] for text in marks.all_inner_texts()
    } >= {
        "up",
        "down",
    }


def test_order_when_only_that_is_said_ranks_by_it_and_two_heads_change_places(page: Page) -> None:
    page.get_by_role("radio", name="Order only").check()
    expect(page).to_have_url(re.compile("by=order"))

    page.get_by_role("combobox", name="Place and terms").select_option("1")

    expect(page).to_have_url(re.compile("rank_fit=5.*rank_place=1"))
    expect(page.locator("#share-place")).to_have_text("45.7 %")
    page.get_by_text("The numbers, and what was sampled").click()
    expect(page.get_by_text("weights that keep your order")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_page_with_the_panel_open_is_accessible_and_scrolls_one_way(
    page: Page, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{page.url}?w_fit=15&w_quality=10&w_timing=5&w_experience=60&w_place=10")
    if width == 390:
        page.get_by_role("button", name="What matters").click()

    expect(slider(page, "Experience")).to_be_visible()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_weights_without_javascript_are_applied_by_a_button(
    without_script: BrowserContext, path: str
) -> None:
    page = without_script.new_page()
    page.goto(path)
    page.get_by_role("spinbutton", name="Place and terms").fill("0")

    page.get_by_role("button", name="Apply weights").click()

    expect(page.get_by_text("Preview with other weights; nothing is saved.")).to_be_visible()
    assert (number(page, "fit"), number(page, "place")) == ("38.9", "0")
    page.get_by_role("link", name="Reset").click()
    expect(page.get_by_text("Preview with other weights")).to_have_count(0)


def test_weights_on_paper_are_left_out(page: Page) -> None:
    page.emulate_media(media="print")

    expect(page.locator("[data-weights]")).to_be_hidden()
    expect(page.locator("#robustness")).to_be_visible()
    page.emulate_media(media="screen")


def test_weights_when_saved_are_the_briefs_own_and_it_is_matched(page: Page, path_to_save: str) -> None:
    page.goto(path_to_save)
    move_place_to_nothing(page)
    previewed = first(page)

    page.get_by_role("button", name="Save these weights and match").click()

    expect(page.get_by_text("The brief has these weights now, and was matched with them.")).to_be_visible()
    assert page.url.endswith(path_to_save)
    assert number(page, "place") == "0"
    assert first(page) == previewed
