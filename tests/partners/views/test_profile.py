import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Audience, FormerSlug, Site
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory, SiteIdentifierFactory
from tests.factories.regulatory import (
    CertificateFactory,
    InspectionFactory,
    InspectionOutcomeFactory,
    RegistrationFactory,
)
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db


def read(client: Client, site: Site) -> str:
    response = client.get(f"/sites/{site.slug}/")
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture
def sponsor(client: Client) -> Client:
    client.force_login(MemberFactory.create().user)
    return client


def test_site_detail_when_nobody_is_signed_in_then_leads_to_sign_in(client: Client) -> None:
    assert client.get(f"/sites/{SiteFactory.create().slug}/").status_code == 302


def test_site_detail_when_a_company_states_things_then_says_so_and_never_verified(sponsor: Client) -> None:
    site = SiteFactory.create(name="Cloonmore")
    today = timezone.localdate()
    term = TermFactory.create(code="op.lyophilisation", label="Lyophilisation")
    refused = TermFactory.create(code="op.bfs", label="Blow-fill-seal")
    capability = CapabilityFactory.create(site=site, term=term, confirmed_on=today - dt.timedelta(days=90))
    CapabilityFactory.create(site=site, term=refused, is_offered=False)
    MeasureFactory.create(
        capability=capability, lo=Decimal(500), hi=Decimal(2000), entered_text="0.5–2", entered_unit="kL"
    )
    HazardFactory.create(site=site, absent=True)

    page = read(sponsor, site)

    assert "Lyophilisation" in page
    assert "0.5–2 kL = 500–2,000" in page
    assert "<td>the company, " in page
    assert "2 months ago" in page
    assert "Not handled" in page
    assert "erified" not in page


def test_site_detail_when_a_register_names_the_site_then_says_what_that_does_not_prove(
    sponsor: Client,
) -> None:
    row = RegistrationFactory.create(site__registered_only=True, operations=["C82401"])
    SiteIdentifierFactory.create(site=row.site, value="3001234567")

    page = read(sponsor, row.site)

    assert "FDA register, snapshot of 5\xa0January\xa02026" in page
    assert "is not being approved by FDA" in page
    assert "absence of a record is not clearance" in page
    assert "3001234567" in page


def test_site_detail_when_certificates_age_then_tells_valid_expired_and_old_apart(sponsor: Client) -> None:
    site, today = SiteFactory.create(), timezone.localdate()
    CertificateFactory.create(site=site, number="A1", expires_on=today + dt.timedelta(days=5))
    CertificateFactory.create(site=site, number="B2", expires_on=today - dt.timedelta(days=5))
    CertificateFactory.create(site=site, number="C3", inspected_on=today - dt.timedelta(days=1200))
    inspection = InspectionFactory.create(site=site, authority_name="Fictional Agency")
    InspectionOutcomeFactory.create(inspection=inspection, outcome="VAI", project_area="Drug quality")

    page = read(sponsor, site)

    for words in (">Valid<", ">Expired<", ">Old: ", "Fictional Agency", "Voluntary action indicated"):
        assert words in page


def test_site_detail_when_capacity_is_for_matching_only_then_no_number_is_shown_but_to_its_owner(
    client: Client,
) -> None:
    member = MemberFactory.create(cdmo=True)
    site = SiteFactory.create(partner__organisation=member.organisation)
    line = LineFactory.create(site=site, name="C1")
    window = CapacityWindowFactory.create(line=line, quantity=Decimal("7.125"), observed_at=timezone.now())
    people = {
        "sponsor": MemberFactory.create().user,
        "own": member.user,
        "rival": MemberFactory.create(cdmo=True).user,
    }

    seen = {}
    for name, user in people.items():
        client.force_login(user)
        seen[name] = read(client, site)

    assert window.audience == Audience.MATCHING
    assert "7.125" not in seen["sponsor"]
    assert "Next open quarter" in seen["sponsor"]
    assert "7.125" in seen["own"]
    assert "7.125" not in seen["rival"]
    assert "Next open quarter" not in seen["rival"]
    assert "Q2 2027" not in seen["rival"]


@pytest.mark.parametrize(("is_rival", "is_shown"), [(False, True), (True, False)])
def test_site_detail_when_sponsors_may_see_capacity_then_another_cdmo_still_may_not(
    client: Client, is_rival: bool, is_shown: bool
) -> None:
    line = LineFactory.create()
    CapacityWindowFactory.create(
        line=line, quantity=Decimal("7.125"), observed_at=timezone.now(), audience=Audience.PUBLIC
    )
    client.force_login(MemberFactory.create(cdmo=is_rival).user)

    page = read(client, line.site)

    assert ("7.125" in page) is is_shown


def test_site_detail_when_capacity_is_old_then_no_next_quarter_is_told(sponsor: Client) -> None:
    line = LineFactory.create()
    CapacityWindowFactory.create(line=line, observed_at=timezone.now() - dt.timedelta(days=70))

    page = read(sponsor, line.site)

    assert "No open quarter is reported that still counts" in page


@pytest.mark.parametrize("audience", [Audience.AGREEMENT, Audience.MATCHING])
def test_site_detail_when_a_statement_is_not_for_readers_then_it_is_not_there(
    sponsor: Client, audience: Audience
) -> None:
    term = TermFactory.create(code="op.secret-step", label="Secret step")
    statement = CapabilityFactory.create(term=term, audience=audience)

    assert "Secret step" not in read(sponsor, statement.site)


def test_site_detail_when_it_has_many_facts_then_queries_stay_bounded(sponsor: Client) -> None:
    site = SiteFactory.create()
    for number in range(8):
        statement = CapabilityFactory.create(site=site, term=TermFactory.create(code=f"op.step-{number}"))
        MeasureFactory.create(capability=statement)
        line = LineFactory.create(site=site)
        CapacityWindowFactory.create(line=line, observed_at=timezone.now(), audience=Audience.SPONSORS)
        inspection = InspectionFactory.create(site=site)
        InspectionOutcomeFactory.create(inspection=inspection)
        CertificateFactory.create(site=site)
        RegistrationFactory.create(site=site)

    with CaptureQueriesContext(connection) as queries:
        read(sponsor, site)

    # Session, user, membership, organisation of the transaction and its savepoint are the first six.
    assert len(queries) <= 6 + 21


def test_site_detail_when_the_slug_is_a_former_one_then_leads_to_the_site(sponsor: Client) -> None:
    site = SiteFactory.create()
    FormerSlug.objects.create(slug="old-name", site=site)

    response = sponsor.get("/sites/old-name/")

    assert response.status_code == 301
    assert response["Location"] == f"/sites/{site.slug}/"
    assert sponsor.get("/sites/never-was/").status_code == 404


def test_partner_detail_when_unclaimed_then_a_cdmo_without_a_profile_may_claim_it(client: Client) -> None:
    partner = PartnerFactory.create(unclaimed=True, is_suggested=True)
    SiteFactory.create(partner=partner, name="Harbour works")
    people = {
        "newcomer": MemberFactory.create(cdmo=True).user,
        "sponsor": MemberFactory.create().user,
        "keeper": MemberFactory.create(organisation=PartnerFactory.create(name="Another").organisation).user,
    }

    seen = {}
    for name, user in people.items():
        client.force_login(user)
        seen[name] = client.get(f"/partners/{partner.slug}/").content.decode()

    assert "Claim this profile" in seen["newcomer"]
    assert "Claim this profile" not in seen["sponsor"]
    assert "Claim this profile" not in seen["keeper"]
    assert "Harbour works" in seen["sponsor"]
    assert "The company has not confirmed it" in seen["sponsor"]
