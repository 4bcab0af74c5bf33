"""docs/api_guide.md, line by line, against the portal with its sample companies."""

import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member
from cdmo_portal.people import keys
from tests.api_guide.running import RUN, Terminal, plain, steps_of

DOCS = Path(settings.BASE_DIR) / "docs"
GUIDE = (DOCS / "api_guide.md").read_text(encoding="utf-8")
READER = "anna@quillhaven.example"
TOOLS = ("bash", "curl")


def key_for_everything() -> str:
    """Made as the page `/account/keys/` makes it."""
    reader = actor_of_member(Member.objects.get(user__email=READER))
    _, whole = keys.make(by=reader, name="Guide", scopes=["read", "write"], days=30)
    return whole


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="bash or curl is not installed")
def test_guide_when_followed_then_every_block_prints_what_stands_below_it(
    live_server: LiveServer, tmp_path: Path
) -> None:
    with override_settings(DEMO=True):
        call_command("load_sample_data", stdout=StringIO())
    address = f"{live_server.url}/api/v1"
    terminal = Terminal(tmp_path, CDMO_API=address, CDMO_KEY=key_for_everything())

    for step in steps_of(GUIDE):
        printed = terminal.printed(step)
        assert plain(printed) == plain(step.shown), f"After\n{step.source}\nit prints\n{printed}"


def test_guide_when_read_then_it_has_blocks_of_both_languages_and_links_that_lead_somewhere() -> None:
    languages = {step.language for step in steps_of(GUIDE)}
    links = re.findall(r"\]\(([^)]+)\)", GUIDE)

    assert languages == set(RUN)
    assert links
    assert all((DOCS / link).is_file() for link in links)


def test_numbers_when_made_plain_then_statuses_and_codes_stay() -> None:
    assert plain("HTTP/1.1 201 Created\r\n12 sites · 84.6 points") == (
        "HTTP/1.1 201 Created\n<number> sites · <number> points"
    )
    assert plain('"status": 412, "code": "stg.phase1", "at": "2026-11-27"') == (
        '"status": 412, "code": "stg.phase1", "at": "<day>"'
    )
