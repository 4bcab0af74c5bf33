"""A sponsor keeps a search, hears of what is new, and stops that again, in a real browser."""

import re
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cdmo_portal.events.tasks import pump_deliveries
from partners import searching
from partners.alert_tasks import tell_alerts
from partners.changes import mark_changed
from partners.models import SearchWatch
from tests.factories.partners import SiteFactory
from tests.journeys.people import OPERATOR, SPONSOR, Portal, outside

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]


def add_site(name: str) -> None:
    def add() -> None:
        mark_changed(SiteFactory.create(name=name, slug=name.lower().replace(" ", "-"), partner=None))
        searching.catch_up()

    outside(add)


def pump() -> None:
    def work() -> None:
        SearchWatch.objects.update(next_due_at=timezone.now())
        tell_alerts()
        pump_deliveries()

    outside(work)


def save_search(page: Page, name: str, mails: str) -> None:
    page.goto("/sites/?country=IE")
    page.get_by_text("Save this search").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Mail me news").select_option(label=mails)
    page.get_by_role("button", name="Save search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_saved_search_when_a_new_site_matches_is_told_by_a_mail_that_one_click_stops(portal: Portal) -> None:
    page = portal.page_of(SPONSOR)
    save_search(page, "Irish sites", "At once, every 15 minutes at most")
    expect(page.get_by_text("Nothing new: you have seen every site")).to_be_visible()
    shown = page.get_by_role("button", name=re.compile(r"^Show \d+ sites$"))
    before = re.findall(r"\d+", shown.inner_text())[0]

    add_site("Fernhollow Works")
    pump()

    page.goto("/searches/")
    row = page.get_by_role("row", name=re.compile("^Irish sites"))
    expect(row).to_contain_text("1 new")
    row.get_by_role("link", name="Irish sites", exact=True).click()
    expect(page.get_by_text(re.compile(r"Told on .*: 1 new site$"))).to_be_visible()
    expect(page.get_by_role("link", name="Fernhollow Works").first).to_be_visible()
    page.get_by_role("button", name=f"Show {int(before) + 1} sites").click()
    expect(page).to_have_url(re.compile(r"/sites/\?country=IE$"))
    expect(page.locator("#results-title")).to_have_text(f"{int(before) + 1} sites")
    page.goto("/searches/")
    expect(row).not_to_contain_text("1 new")

    stop = link_of_mail(portal, "Irish sites: 1 new site")
    visitor = portal.new_browser().new_page()
    visitor.goto(stop)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Stop these mails?")
    page.reload()
    expect(row).to_contain_text("At once")
    visitor.get_by_role("button", name="Stop these mails").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("No more mails")
    visitor.context.close()
    page.reload()
    expect(row).to_contain_text("No mails")
    assert portal.noted[SPONSOR] == []


def link_of_mail(portal: Portal, subject: str) -> str:
    reader = portal.page_of(OPERATOR)
    reader.goto("/demo/mails/")
    mail = reader.get_by_role("article", name=subject)
    expect(mail).to_contain_text("Fernhollow Works, Cork, Ireland")
    link = mail.get_by_role("link", name="Unsubscribe").get_attribute("href")
    assert link is not None
    return urlsplit(link).path


def test_saved_search_when_renamed_deleted_and_undone_keeps_its_query(portal: Portal) -> None:
    page = portal.page_of(SPONSOR)
    save_search(page, "To be renamed", "Once a day at most")

    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Save changes").click()
    expect(page).to_have_title(re.compile("^Error:"))
    page.get_by_label("Name", exact=True).fill("Renamed")
    page.get_by_label("Shared with colleagues").check()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Renamed")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Renamed” was deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo deleting Renamed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Renamed")
    expect(page.get_by_text("Shared with colleagues")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show")).click()

    expect(page).to_have_url(re.compile(r"/sites/\?country=IE$"))
    assert portal.noted[SPONSOR] == []


def test_saved_search_when_saved_after_a_swap_keeps_the_query_that_is_shown(portal: Portal) -> None:
    page = portal.page_of(SPONSOR)
    page.goto("/sites/")
    page.get_by_role("checkbox", name=re.compile("^Germany")).check()
    expect(page).to_have_url(re.compile("country=DE"))

    page.get_by_text("Save this search").click()
    page.get_by_label("Name", exact=True).fill("German sites")
    page.get_by_role("button", name="Save search").click()

    expect(page.get_by_role("definition").filter(has_text="Germany")).to_be_visible()
    assert portal.noted[SPONSOR] == []


def test_saved_search_without_javascript_is_saved_opened_and_deleted(portal: Portal) -> None:
    context = portal.new_browser(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": portal.sessions[SPONSOR], "url": portal.url}])
    page = context.new_page()

    save_search(page, "By hand", "No mails")
    page.goto("/searches/")
    page.get_by_role("button", name="Delete By hand").click()
    page.get_by_role("button", name="Undo deleting By hand").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("By hand")
    context.close()
