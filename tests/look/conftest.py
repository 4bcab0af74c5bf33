"""The style guide in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser import complaints


@pytest.fixture
def styleguide_page(page: Page, live_server: LiveServer) -> Iterator[Page]:
    """The style guide, opened; a page that logs an error (a breach of the CSP, for one) fails its test."""
    seen = complaints(page)
    page.goto(f"{live_server.url}/styleguide/")
    yield page
    assert seen == []
