"""The sample world's people at their browsers."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from cdmo_portal.accounts.models import User
from partners.sample.people import SAMPLE_PASSWORD
from tests.browser import complaints
from tests.factories.accounts import MemberFactory
from tests.factories.partners import ClaimFactory

SPONSOR = "anna@quillhaven.example"
OTHER_SPONSOR = "anna@solvane.example"
CDMO = "dora@larkfen.example"
OPERATOR = "olga@portal.example"
NEWCOMER = "fay@newcomer.example"
VISITOR = ""
COLLEAGUE, READER = "bram@quillhaven.example", "chloe@quillhaven.example"
PEOPLE = (SPONSOR, COLLEAGUE, READER, OTHER_SPONSOR, CDMO, OPERATOR, NEWCOMER)
UNCLAIMED = "unclaimed-works"
WIDE: ViewportSize = {"width": 1440, "height": 900}


def add_newcomer() -> None:
    """A CDMO's owner without a profile yet, whose claim of an unclaimed one waits for the operator."""
    member = MemberFactory.create(cdmo=True, user__email=NEWCOMER)
    ClaimFactory.create(
        partner__name="Unclaimed Works", partner__slug=UNCLAIMED, organisation=member.organisation
    )


@dataclass
class Portal:
    """`page_of` gives each person one browser of their own, signed in already, for all tests of a module."""

    url: str
    browser: Browser
    sessions: dict[str, str]
    pages: dict[str, Page] = field(default_factory=dict)
    noted: dict[str, list[str]] = field(default_factory=dict)

    def page_of(self, email: str) -> Page:
        if email not in self.pages:
            context = self.new_browser()
            if email:
                context.add_cookies([{"name": "sessionid", "value": self.sessions[email], "url": self.url}])
            self.noted[email] = complaints(context)
            self.pages[email] = context.new_page()
        self.noted[email].clear()
        return self.pages[email]

    def new_browser(self, **more: Any) -> BrowserContext:
        """Options of Playwright's `new_context`; their types are too many to repeat here."""
        context = self.browser.new_context(base_url=self.url, viewport=WIDE, reduced_motion="reduce", **more)
        context.set_default_timeout(15_000)
        return context

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


def session_of(email: str) -> str:
    client = Client()
    client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def sign_in(page: Page, email: str, password: str = SAMPLE_PASSWORD) -> None:
    """By the form, as people do."""
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign In", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)
