"""People of two organisations sign in through their own servers, one of them on another site."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cdmo_portal.accounts.models import Member
from tests.browser import OF_COLOUR_AND_SIZE, complaints, violations
from tests.factories.accounts import OrganisationDomainFactory
from tests.sign_on.oidc_server import OIDCServer
from tests.sign_on.organisations import acme_at, saltmere_with
from tests.sign_on.saml_server import SAMLServer, sent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("sign on"),
]


@pytest.fixture
def saml(live_server: LiveServer) -> Iterator[tuple[SAMLServer, str]]:
    """Saltmere's server and its origin: `localhost` is another site than `127.0.0.1`."""
    organisation = SAMLServer(f"{live_server.url}/account/sign-on/saltmere/answer/")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fields = sent(organisation.response(organisation.request_id(self.path)))
            inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
            page = (
                "<!doctype html><link rel=icon href=data:,><title>Saltmere</title><h1>Saltmere</h1>"
                f'<form method="post" action="{organisation.portal}">{inputs}<button>I am Bea</button></form>'
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args: object) -> None:
            """Silent: pytest shows enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield organisation, f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def oidc(live_server: LiveServer, saml: tuple[SAMLServer, str], settings: Settings) -> Iterator[OIDCServer]:
    """Acme's server, beside Saltmere's; the portal knows both."""
    organisation, origin = saml
    with OIDCServer().running() as server:
        settings.PUBLIC_URL = live_server.url
        settings.OUTGOING_ALLOW_LIST = [server.place]
        settings.SSO_PROVIDERS = (acme_at(server), saltmere_with(organisation, origin))
        settings.SECURE_CSP = {**settings.SECURE_CSP, "form-action": ["'self'", server.url, origin]}
        cache.clear()
        OrganisationDomainFactory.create(
            domain="acme.example", verified_at=timezone.now(), organisation__name="Acme Therapeutics"
        )
        yield server


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign In", exact=True)).to_be_visible()


def test_people_when_they_sign_in_by_their_organisations_then_arrive_where_they_were_going(
    page: Page, live_server: LiveServer, oidc: OIDCServer
) -> None:
    errors = complaints(page)
    page.goto(f"{live_server.url}/briefs/")
    page.get_by_label("Email").fill("anna@acme.example")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Password", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Continue to Acme").click()
    page.get_by_role("link", name="I am Anna").click()

    expect(page).to_have_url(f"{live_server.url}/briefs/")
    page.get_by_role("button", name="Account menu").click()
    expect(page.get_by_text("Acme Therapeutics, viewer")).to_be_visible()
    page.keyboard.press("Escape")
    assert Member.objects.get().user.email == "anna@acme.example"

    sign_out(page)
    page.get_by_role("button", name="Sign in with Saltmere").click()
    page.get_by_role("button", name="I am Bea").click()

    expect(page.get_by_role("heading", name="Your organisations")).to_be_visible()
    assert errors == []


def test_page_when_the_address_is_changed_then_follows_it(
    page: Page, live_server: LiveServer, oidc: OIDCServer
) -> None:
    page.goto(f"{live_server.url}/account/login/")
    address, password = page.get_by_label("Email"), page.get_by_label("Password", exact=True)
    address.fill("bea@saltmere.example")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Continue to Saltmere")).to_be_visible()

    address.fill("carl@elsewhere.example")
    page.keyboard.press("Tab")

    expect(password).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Continue"))).to_have_count(0)
    address.fill("dora@elsewhere.example")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Forgot your password?")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("heron")
    expect(password).to_have_value("heron")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_of_sign_on_when_opened_then_are_accessible_and_never_scroll_sideways(
    page: Page, live_server: LiveServer, oidc: OIDCServer, scheme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("Email").fill("anna@acme.example")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Continue to Acme")).to_be_visible()
    found = violations(page, (*OF_COLOUR_AND_SIZE, "label", "button-name", "heading-order"))
    oidc.claims["email"] = "anna@elsewhere.example"
    page.get_by_role("button", name="Continue to Acme").click()
    page.get_by_role("link", name="I am Anna").click()

    expect(page.get_by_role("heading", name="Acme cannot sign you in here")).to_be_visible()
    assert found + violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
