"""The two pages of the API's reference: drawn by us alone, and calls that are tried there are made."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member, User
from cdmo_portal.people import keys
from matching.models import Brief
from tests.browser import OF_COLOUR_AND_SIZE, violations
from tests.journeys.people import OTHER_SPONSOR, SPONSOR, Portal, outside
from tests.journeys.test_every_page import sideways

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("api reference"),
]
# The whole description takes the viewers about ten seconds on a busy machine.
UNTIL_DRAWN = 60_000
TITLE = "Tried on the reference page"
# Redoc draws the whole description in 95,000 elements, for which axe takes minutes.
SMALL: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "CDMO Portal API", "version": "1"},
    "paths": {
        "/a/": {"get": {"tags": ["a"], "summary": "Read a", "responses": {"200": {"description": "a"}}}}
    },
}
# Its headings skip levels and its menu's colours are faint; what is around it is ours.
NOT_OURS = "#api-redoc"


def opened(portal: Portal, address: str) -> tuple[Page, list[str]]:
    """A page of its own in the sponsor's browser, and the addresses elsewhere that it asks for."""
    page = portal.page_of(SPONSOR).context.new_page()
    elsewhere: list[str] = []
    page.on(
        "request", lambda asked: None if asked.url.startswith(portal.url) else elsewhere.append(asked.url)
    )
    page.goto(address)
    return page, elsewhere


def unfolded(page: Page, name: str) -> Locator:
    operation = page.locator(f"#operations-{name}")
    operation.locator(".opblock-summary-control").click(timeout=UNTIL_DRAWN)
    return operation


def tried(operation: Locator, body: str = "") -> Locator:
    """What the portal answers to the operation."""
    operation.get_by_role("button", name="Try it out").click()
    if body:
        operation.locator("textarea.body-param__text").fill(body)
    operation.get_by_role("button", name="Execute").click()
    return operation.locator(".live-responses-table .response")


def key_of(email: str) -> str:
    made: list[str] = []

    def make() -> None:
        member = Member.objects.select_related("user", "organisation").get(user__email=email)
        _, plain = keys.make(by=actor_of_member(member), name="Tried", scopes=["members:read"], days=1)
        made.append(plain)

    outside(make)
    return made[0]


def test_swagger_ui_when_given_a_key_then_a_call_is_made_with_it(portal: Portal) -> None:
    page, elsewhere = opened(portal, "/api/docs/")
    operation = unfolded(page, "members-members_list")
    expect(page.locator("#operations-tag-briefs")).to_be_visible()

    page.locator(".auth-wrapper > .btn.authorize").click()
    page.get_by_label("auth-bearer-value").fill(key_of(OTHER_SPONSOR))
    page.get_by_role("button", name="Apply credentials").first.click()
    page.locator(".btn-done").first.click()
    answer = tried(operation)

    # The session is the sponsor's, the key another organisation's: the key counts.
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text(OTHER_SPONSOR)
    expect(answer).not_to_contain_text(SPONSOR)
    assert elsewhere == []
    assert portal.noted[SPONSOR] == []
    page.close()


def test_swagger_ui_when_signed_in_then_a_write_is_made_as_that_person(portal: Portal) -> None:
    page, elsewhere = opened(portal, "/api/docs/")
    operation = unfolded(page, "briefs-briefs_create")

    answer = tried(operation, f'{{"title": "{TITLE}", "steps": ["drug-product"]}}')

    expect(answer.locator(".response-col_status")).to_contain_text("201")
    assert Brief.objects.get(title=TITLE).created_by == User.objects.get(email=SPONSOR)
    assert elsewhere == []
    assert portal.noted[SPONSOR] == []
    page.close()


def test_redoc_when_opened_then_it_tells_of_every_operation(portal: Portal) -> None:
    page, elsewhere = opened(portal, "/api/redoc/")
    expect(page.locator("#api-redoc h1").first).to_be_visible(timeout=UNTIL_DRAWN)

    page.locator('[data-item-id="tag/briefs"] > label').click()
    page.locator('[data-item-id="tag/briefs/operation/briefs_list"] > label').click()

    expect(page.get_by_role("heading", name="List briefs")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="List members")).to_have_count(1)
    assert elsewhere == []
    assert portal.noted[SPONSOR] == []
    page.close()


def test_redoc_page_when_swept_then_what_is_ours_is_accessible_and_fits(portal: Portal) -> None:
    page = portal.page_of(SPONSOR)
    page.route("**/api/v1/schema/", lambda route: route.fulfill(json=SMALL))
    page.goto("/api/redoc/")
    expect(page.get_by_role("heading", name="Read a")).to_be_visible()

    assert violations(page, without=NOT_OURS) == []
    assert sideways(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    assert violations(page, OF_COLOUR_AND_SIZE, without=NOT_OURS) == []
    assert portal.noted[SPONSOR] == []
