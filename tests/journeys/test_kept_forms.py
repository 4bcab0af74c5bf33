"""A session that ends while somebody types: the form comes back with its content."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import complaints, violations
from tests.journeys.people import SPONSOR, Portal, fill_in_sign_in, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]


KEYS = "/account/keys/"


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_key_when_the_session_ended_before_it_was_made_is_made_after_signing_in(
    portal: Portal, has_scripts: bool
) -> None:
    context = portal.new_browser(java_script_enabled=has_scripts)
    seen = complaints(context)
    page = context.new_page()
    sign_in(page, SPONSOR)
    page.goto(KEYS)
    page.get_by_label("Name").fill("Procurement suite, spring")
    context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Make key").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    fill_in_sign_in(page, SPONSOR)

    expect(page).to_have_url(re.compile(KEYS))
    expect(page.get_by_text("You were signed out before this could be saved.")).to_be_visible()
    if has_scripts:
        expect(page.get_by_label("Name")).to_have_value("Procurement suite, spring")
        assert violations(page) == []
        page.get_by_role("button", name="Make key").click()
    else:
        page.get_by_role("button", name="Save what was typed").click()
    expect(page.get_by_text("Procurement suite, spring").first).to_be_visible()
    expect(page.get_by_text("You were signed out before this could be saved.")).to_have_count(0)
    assert seen == []
    context.close()
