"""The portal with its sample world behind a real server, loaded once for the tests of a module."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.journeys.asked import add_interests
from tests.journeys.people import (
    PEOPLE,
    Portal,
    add_change,
    add_newcomer,
    add_report,
    add_search,
    add_tables,
    add_talk,
    add_trial,
    add_upload,
    add_webhooks,
    session_of,
)
from tests.journeys.scored import add_scored_briefs

AS_THE_DEMO = {"DEMO": True, "MAILERS": {"default": {"BACKEND": "cdmo_portal.events.mail.KeepingBackend"}}}


@pytest.fixture(scope="module")
def portal(browser: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Portal]:
    """Tests of one module share what others of it wrote, so each writes things of its own.

    What a test writes by itself, not through the browser, is in a transaction that the server never sees.
    """
    with django_db_blocker.unblock(), override_settings(**AS_THE_DEMO):
        call_command("load_sample_data", stdout=StringIO())
        add_newcomer()
        add_search()
        add_report()
        add_change()
        add_upload()
        add_talk()
        add_trial()
        add_tables()
        add_scored_briefs()
        add_interests()
        add_webhooks()
        server = LiveServer("127.0.0.1")
        open_portal = Portal(server.url, browser, {email: session_of(email) for email in PEOPLE})
        try:
            yield open_portal
        finally:
            open_portal.close()
            server.stop()
            call_command("flush", verbosity=0, interactive=False, allow_cascade=True)
            connection.close()
