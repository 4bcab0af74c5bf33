"""A big profile stays small to send and to ask for; what machines read of it holds nothing hidden."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cdmo_portal.events.models import Event
from partners.models import Audience, Site
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory, SiteIdentifierFactory
from tests.factories.regulatory import CertificateFactory, InspectionFactory, InspectionOutcomeFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import signed_in

pytestmark = pytest.mark.django_db
LARGEST = 150_000


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def count(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, path)
    return len(queries)


def changed(site: Site, number: int) -> None:
    Event.objects.create(
        kind="line.changed",
        object_kind="partners.line",
        object_id=LineFactory.create(site=site, name=f"Filling line {number}").pk,
        data={"site": site.pk},
    )


def one_of_each(site: Site, number: int) -> None:
    """An inspection, a certificate, a change, and a line with capacity."""
    InspectionOutcomeFactory.create(inspection=InspectionFactory.create(site=site))
    CertificateFactory.create(site=site)
    changed(site, number)
    line_with_capacity(site, number)


def line_with_capacity(site: Site, number: int) -> None:
    line = LineFactory.create(site=site, name=f"Aseptic suite {number}, isolator with lyophilisers")
    CapacityWindowFactory.create(line=line, observed_at=timezone.now(), audience=Audience.SPONSORS)


def statement(site: Site, number: int) -> None:
    term = TermFactory.create(
        code=f"op.step-{number}",
        label=f"Aseptic filling of liquids, way {number}",
        facet__code=f"f{number % 6}",
    )
    capability = CapabilityFactory.create(
        site=site, term=term, source="Sample profile (fictional)", stages=["st.phase-1", "st.phase-3"]
    )
    MeasureFactory.create(capability=capability, entered_text="0.05–2", entered_unit="kL")


def test_site_detail_when_it_has_300_capabilities_and_40_lines_then_it_stays_small_and_asks_no_more() -> None:
    site, client = SiteFactory.create(), signed_in(MemberFactory.create())
    statement(site, 0)
    HazardFactory.create(site=site)
    one_of_each(site, 0)
    page(client, site.get_absolute_url())
    few = count(client, site.get_absolute_url())
    for number in range(1, 300):
        statement(site, number)
    for number in range(1, 6):
        one_of_each(site, number)
    for number in range(6, 40):
        line_with_capacity(site, number)

    # Also reads the new terms into the process.
    size = len(page(client, site.get_absolute_url()).encode())

    assert count(client, site.get_absolute_url()) == few <= 6 + 21
    assert size < LARGEST


def test_partner_detail_and_history_when_there_are_many_sites_then_they_ask_no_more() -> None:
    partner, client = PartnerFactory.create(), signed_in(MemberFactory.create())
    site = SiteFactory.create(partner=partner)
    one_of_each(site, 0)
    paths = (partner.get_absolute_url(), f"{site.get_absolute_url()}history/")
    for path in paths:
        page(client, path)
    few = [count(client, path) for path in paths]
    for number in range(1, 60):
        one_of_each(SiteFactory.create(partner=partner), number)
        changed(site, number)

    assert [count(client, path) for path in paths] == few
    assert max(few) <= 6 + 12
    assert "Page </span>2" in page(client, paths[1])


def data_of(markup: str) -> dict[str, Any]:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', markup, re.S)
    found: dict[str, Any] = json.loads(block)
    return found


def test_structured_data_when_read_then_names_place_numbers_and_public_offers_only() -> None:
    partner = PartnerFactory.create(website="https://larch.example/")
    site = SiteFactory.create(
        partner=partner,
        name="Harbour </script><script>alert(1)</script> & works",
        street="1 Quay",
        latitude=51.9,
        longitude=-8.5,
    )
    SiteIdentifierFactory.create(site=site, value="3001234567")
    today = timezone.localdate()
    statements: dict[str, dict[str, object]] = {
        "Open": {},
        "Sponsors": {"audience": Audience.SPONSORS},
        "Hidden": {"audience": Audience.MATCHING},
        "Refused": {"is_offered": False},
        "Old": {"confirmed_on": today.replace(year=today.year - 3, day=1)},
    }
    for label, fields in statements.items():
        CapabilityFactory.create(site=site, term=TermFactory.create(label=label), **fields)

    shown = page(signed_in(MemberFactory.create()), site.get_absolute_url())

    data = data_of(shown)
    assert data["@type"] == ["Organization", "Place"]
    assert data["name"] == site.name
    assert data["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "1 Quay",
        "addressLocality": "Cork",
        "addressCountry": "IE",
    }
    assert data["geo"] == {"@type": "GeoCoordinates", "latitude": 51.9, "longitude": -8.5}
    assert [each["value"] for each in data["identifier"]] == ["3001234567"]
    assert [each["name"] for each in data["makesOffer"]["itemOffered"]] == ["Open"]
    assert data["parentOrganization"]["sameAs"] == "https://larch.example/"
    assert "<script>alert" not in shown
    of_partner = data_of(page(signed_in(MemberFactory.create()), partner.get_absolute_url()))
    assert [place["name"] for place in of_partner["location"]] == [site.name]
