"""Each person does their job from sign-in to the end, in a real browser."""

import http.client
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from cdmo_portal.events.tasks import pump_deliveries
from tests.browser import complaints
from tests.journeys.people import CDMO, NEWCOMER, OPERATOR, SPONSOR, Portal, outside, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
PASSWORD = "fennmark keeps nine herons"


@pytest.fixture
def someone(portal: Portal) -> Iterator[Callable[[], Page]]:
    """New people at browsers of their own; their pages must log no error."""
    contexts: list[tuple[BrowserContext, list[str]]] = []

    def arrive() -> Page:
        context = portal.new_browser()
        contexts.append((context, complaints(context)))
        return context.new_page()

    yield arrive
    seen = [error for _, errors in contexts for error in errors]
    for context, _ in contexts:
        context.close()
    assert seen == []


def pump() -> None:
    """What the worker does."""
    outside(pump_deliveries)


def add(page: Page, kind: str, fill: Callable[[], object]) -> None:
    page.get_by_role("link", name=kind, exact=True).click()
    fill()
    page.get_by_role("button", name="Save requirement").click()
    expect(page.get_by_role("heading", name="Add a requirement")).to_be_visible()


def test_sponsor_when_searching_writing_and_matching_ends_with_a_shortlist(
    someone: Callable[[], Page],
) -> None:
    page = someone()
    sign_in(page, SPONSOR)

    page.get_by_role("link", name="Find CDMOs").click()
    page.keyboard.press("/")
    page.keyboard.type("lyo")
    page.keyboard.press("Enter")
    expect(page.locator("#results-title")).to_have_text(re.compile(r"^[1-9]\d* sites$"))
    page.get_by_label("Search", exact=True).fill("lyophilsation")
    page.get_by_label("Search", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("q=lyophilsation"))
    expect(page.get_by_text("sites with similar words are shown too")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Ireland")).check()
    expect(page).to_have_url(re.compile("country=IE"))
    page.get_by_role("link", name="Cloonmore Biologics, Waterford").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cloonmore Biologics, Waterford")
    expect(page.get_by_role("heading", name="What regulators’ records say")).to_be_visible()

    page.get_by_role("link", name="Briefs").first.click()
    page.get_by_role("link", name="New brief").click()
    page.get_by_label("Title").fill("Freeze-dried vials, small trial")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Drug product").check()
    page.get_by_role("button", name="Save and continue").click()
    add(page, "Capability", lambda: lyophilisation_in_vials(page))
    add(page, "Place", lambda: page.get_by_label("Countries and groups").select_option(["IE", "SE"]))
    add(page, "Hazard", lambda: no_cytotoxics(page))
    expect(page.get_by_text("Ireland, Sweden")).to_be_visible()
    page.get_by_role("link", name="In your own words, and review").click()
    page.get_by_role("button", name="Open and match").click()

    expect(page.get_by_role("heading", name="Matches for Freeze-dried vials, small trial")).to_be_visible()
    first = page.locator(".result").first
    first.get_by_text("How this score is built").click()
    cells = first.locator(".break tbody tr td:nth-child(4)").all_inner_texts()
    points = [float(text.lstrip("= ")) for text in cells]
    total = float(first.locator(".break tfoot td:nth-child(4)").inner_text())
    assert points
    assert round(sum(points), 1) == total == float(first.locator(".result-score b").inner_text())

    button = first.get_by_role("button", name=re.compile("^Shortlist"))
    button.click()
    pressed = first.get_by_role("button", name=re.compile("^Shortlisted"))
    expect(pressed).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Undo").click()
    expect(first.get_by_role("button", name=re.compile("^Shortlist "))).to_have_attribute(
        "aria-pressed", "false"
    )
    first.get_by_role("button", name=re.compile("^Shortlist ")).click()
    expect(pressed).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=re.compile("^Shortlist")).click()
    expect(page.locator("[data-card]")).to_have_count(1)


def lyophilisation_in_vials(page: Page) -> None:
    page.get_by_label("Capability").fill("Lyophilisation")
    page.get_by_label("Of which work").select_option("drug-product")


def no_cytotoxics(page: Page) -> None:
    page.get_by_label("Hazard").fill("Cytotoxics")
    page.get_by_label("Strength").select_option("must_not")
    page.get_by_label("Of which work").select_option("drug-product")


def test_cdmo_when_editing_is_found_by_it_and_warned_of_a_stale_edit(someone: Callable[[], Page]) -> None:
    page = someone()
    sign_in(page, CDMO)

    page.get_by_role("link", name="Larkfen Dosage, Nottingham", exact=True).click()
    page.get_by_role("link", name="State a capability").click()
    page.get_by_label("What", exact=True).fill("Hot-melt extrusion")
    page.get_by_label("Confirmed on").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_role("row", name=re.compile("^Hot-melt extrusion")).wait_for()

    page.goto("/sites/?q=hot-melt+extrusion")
    expect(page.get_by_role("link", name="Larkfen Dosage, Nottingham")).to_be_visible()

    page.goto("/profile/sites/larkfen-dosage-nottingham/capacity/")
    page.get_by_role("link", name=re.compile("^Other days than quarters")).first.click()
    page.get_by_label("Quarter").select_option(index=6)
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Save window").click()
    expect(page.get_by_text("The 5 windows behind it")).to_be_visible()

    page.get_by_text("The 5 windows behind it").click()
    page.locator("details[open]").get_by_role("link").last.click()
    colleagues = page.context.new_page()
    colleagues.goto(page.url)
    colleagues.get_by_label("Quantity").fill("3")
    colleagues.get_by_role("button", name="Save window").click()
    expect(colleagues.get_by_role("heading", level=1)).to_contain_text("Capacity of Larkfen")
    page.get_by_label("Quantity").fill("4")
    page.get_by_role("button", name="Save window").click()

    expect(page.get_by_text("Somebody else saved this while you were writing")).to_be_visible()
    expect(page.get_by_label("Quantity")).to_have_value("4")
    page.get_by_role("button", name="Save window").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Capacity of Larkfen")


def test_operator_when_approving_a_sponsor_then_its_owner_invites_a_colleague_who_joins(
    someone: Callable[[], Page],
) -> None:
    operator, owner, colleague = someone(), someone(), someone()
    sign_in(operator, OPERATOR)
    sign_up(owner, "nora@fennmark.example", reader=operator)
    owner.get_by_role("link", name=re.compile("^Apply for")).click()
    owner.get_by_label("Legal name").fill("Fennmark Biologics")
    owner.get_by_label("Country").fill("IE")
    owner.get_by_role("button", name="Send application").click()
    expect(owner.get_by_text("waits for an operator")).to_be_visible()

    operator.goto("/account/organisations/?state=pending")
    operator.get_by_role("link", name="Fennmark Biologics").click()
    operator.get_by_role("button", name="Approve").click()
    owner.goto("/account/members/")
    owner.get_by_label("E-mail", exact=True).fill("ole@fennmark.example")
    owner.get_by_role("button", name="Send invitation").click()
    expect(owner.get_by_text("Invitation sent to ole@fennmark.example")).to_be_visible()

    link = mailed_link(operator, "/invitations/")
    sign_up(colleague, "ole@fennmark.example", reader=operator)
    colleague.goto(link)
    colleague.get_by_role("button", name="Join Fennmark Biologics").click()
    expect(colleague.get_by_text("You are a member of Fennmark Biologics now.")).to_be_visible()
    owner.goto("/account/members/")
    expect(owner.get_by_role("cell", name="ole@fennmark.example", exact=True)).to_be_visible()


def sign_up(page: Page, email: str, *, reader: Page) -> None:
    """By the form and the link in the mail; `reader` is who may see the demo's mails already."""
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Sign Up").click()
    page.goto(mailed_link(reader, "/confirm-email/"))
    page.get_by_role("button", name="Confirm").click()
    sign_in(page, email, PASSWORD)


def mailed_link(page: Page, part: str) -> str:
    pump()
    page.goto("/demo/mails/")
    link = page.get_by_role("main").locator(f"a[href*='{part}']").first.get_attribute("href")
    assert link is not None
    return urlsplit(link).path


def test_newcomer_when_claiming_a_site_by_code_edits_it_and_its_contest_is_answered(portal: Portal) -> None:
    newcomer, operator, keeper = (portal.page_of(email) for email in (NEWCOMER, OPERATOR, CDMO))
    newcomer.goto("/profile/")
    newcomer.get_by_role("link", name="Find your sites").click()
    newcomer.get_by_label("Name, FEI, DUNS or city").fill("free works")
    newcomer.get_by_role("button", name="Search", exact=True).click()
    newcomer.get_by_role("link", name="Claim Free Works, Cork, Ireland").click()
    newcomer.get_by_label("Why this profile is yours").fill("Fay, head of quality.")
    newcomer.get_by_label("Work address that proves it").fill("quality@freeworks.example")
    newcomer.get_by_role("button", name="Send claim").click()
    expect(newcomer.get_by_text("A code is on its way to quality@freeworks.example")).to_be_visible()
    newcomer.get_by_label("Code from the mail").fill(mailed_code(operator))
    newcomer.get_by_role("button", name="Prove").click()
    expect(newcomer.get_by_text("Address at freeworks.example proved")).to_be_visible()

    keeper.goto("/profile/")
    keeper.get_by_role("link", name=re.compile("^Answer about Larkfen Dosage by")).click()
    keeper.get_by_label("The profile is ours").check()
    keeper.get_by_label("What the operator should know").fill("See our licence.")
    keeper.get_by_role("button", name="Send answer").click()
    expect(keeper.get_by_text("Your answer was kept")).to_be_visible()

    operator.goto("/claims/")
    operator.get_by_role("link", name=re.compile("^Decide about Larkfen Dosage")).click()
    expect(operator.get_by_text("The keeper says that it is theirs.")).to_be_visible()
    operator.goto("/claims/")
    operator.get_by_role("link", name=re.compile("^Decide about Free Works,")).click()
    expect(operator.get_by_text("They read mail at freeworks.example")).to_be_visible()
    operator.get_by_label("Accept: the organisation keeps the profile").check()
    operator.get_by_role("button", name="Decide").click()

    newcomer.goto("/profile/")
    sites = newcomer.get_by_role("region", name="Table of sites")
    sites.get_by_role("link", name="Free Works", exact=True).click()
    expect(newcomer.get_by_role("link", name="State a capability").first).to_be_visible()
    newcomer.goto("/events/")
    expect(
        newcomer.get_by_role("row", name=re.compile("An operator of the portal Claim accepted"))
    ).to_have_count(1)
    newcomer.goto("/account/members/leave/")
    expect(newcomer.get_by_text("You are its only owner")).to_be_visible()


def mailed_code(page: Page) -> str:
    pump()
    page.goto("/demo/mails/")
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", page.get_by_role("main").inner_text())
    assert found is not None
    return found[0]


def test_integrator_when_making_a_key_reads_the_matches_of_a_brief_with_it(
    someone: Callable[[], Page], portal: Portal
) -> None:
    page = someone()
    sign_in(page, SPONSOR)
    page.goto("/account/keys/")
    page.get_by_label("Name").fill("Procurement suite")
    page.get_by_role("button", name="Make key").click()
    key = page.locator("pre code").inner_text()

    briefs = call(portal, "/api/v1/briefs/", key)["results"]
    uid = next(each["uid"] for each in briefs if each["title"].startswith("First-in-human capsules"))
    runs = call(portal, f"/api/v1/briefs/{uid}/match-runs/", key)["results"]
    run = call(portal, f"/api/v1/match-runs/{runs[0]['uid']}/", key)

    best = run["eligible"][0] if "eligible" in run else run["result"]["eligible"][0]
    assert best["partner_name"] == "Larkfen Dosage"
    assert round(sum(each["shown"] for each in best["score"]["contributions"]), 1) == best["score"]["shown"]


def call(portal: Portal, path: str, key: str) -> Any:
    """What the API answers: JSON of whatever shape."""
    connection = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=10)
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    assert answer.status == http.client.OK, body
    return body
