"""A CDMO lets a sponsor read more after an agreement, then excludes it; the sponsor sees just that."""

import re

import pytest
from playwright.sync_api import Page, expect

from matching.models import Brief
from partners.models import Audience, Site, Term
from tests.browser import violations
from tests.factories.capabilities import CapabilityFactory
from tests.journeys.people import CDMO, SPONSOR, Portal, outside

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("people"),
]
NAME = "larkfen-dosage-nottingham"
PROFILE, PARTNER = f"/sites/{NAME}/", "Larkfen Dosage"
SECRET = "Told to companies that signed."


def prepare() -> None:
    """A statement for after an agreement."""
    CapabilityFactory.create(
        site=Site.objects.get(slug=NAME),
        term=Term.objects.get(code="op.lyophilisation"),
        audience=Audience.AGREEMENT,
        note=SECRET,
    )


def open_at(portal: Portal, email: str, path: str) -> Page:
    page = portal.page_of(email)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(path)
    return page


def test_sponsor_when_an_agreement_is_stated_reads_more_and_when_excluded_is_not_matched(
    portal: Portal,
) -> None:
    outside(prepare)
    sponsor = open_at(portal, SPONSOR, PROFILE)
    expect(sponsor.get_by_text(SECRET)).to_have_count(0)

    cdmo = open_at(portal, CDMO, "/profile/")
    cdmo.get_by_role("link", name="Readers").click()
    expect(cdmo.get_by_text("this is your own word", exact=False)).to_be_visible()
    agreement = cdmo.locator("form").filter(has=cdmo.get_by_role("heading", name="Add an agreement"))
    agreement.get_by_label("E-mail domain").fill("anna@quillhaven.example")
    agreement.get_by_role("button", name="Add the agreement").click()
    expect(cdmo.get_by_role("row", name=re.compile("^quillhaven.example"))).to_contain_text("an open end")
    assert violations(cdmo) == []

    sponsor.reload()
    expect(sponsor.get_by_text(SECRET)).to_be_visible()
    brief = Brief.objects.get(title__startswith="First-in-human capsules")
    sponsor.goto(f"{brief.get_absolute_url()}matches/")
    expect(sponsor.get_by_role("main")).to_contain_text(PARTNER)

    exclusion = cdmo.locator("form").filter(has=cdmo.get_by_role("heading", name="Exclude a company"))
    exclusion.get_by_label("E-mail domain").fill("quillhaven.example")
    exclusion.get_by_role("button", name="Exclude it").click()
    expect(cdmo.get_by_text("quillhaven.example is excluded.")).to_be_visible()
    assert violations(cdmo) == []

    sponsor.get_by_role("button", name="Match again").click()
    expect(sponsor.get_by_role("heading", level=1)).to_contain_text("Matches for")
    expect(sponsor.get_by_role("main")).not_to_contain_text(PARTNER)
    sponsor.goto(PROFILE)
    expect(sponsor.get_by_role("heading", level=1)).to_contain_text(PARTNER)
    expect(sponsor.get_by_text(SECRET)).to_have_count(0)
    expect(sponsor.get_by_role("main")).not_to_contain_text("exclu")
