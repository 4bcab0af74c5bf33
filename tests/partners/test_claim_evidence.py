"""What the operator is shown of a claim: what speaks for it, what against it, what is open."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from partners.claim_evidence import Side, cases_of
from partners.company_names import telling_words
from partners.mail_domains import host_of_website, is_domain_of
from partners.models import Claim
from tests.factories.accounts import MemberFactory, OrganisationFactory
from tests.factories.partners import ClaimFactory, PartnerFactory, SiteFactory
from tests.factories.regulatory import RegistrationFactory


def points(claim: Claim) -> dict[Side, str]:
    (case,) = cases_of(Claim.objects.with_subjects().filter(pk=claim.pk))
    return {side: " ".join(point.text for point in case.points if point.side == side) for side in Side}


@pytest.mark.django_db
def test_points_when_everything_agrees_then_nothing_speaks_against_it() -> None:
    member = MemberFactory.create(organisation=OrganisationFactory.create(cdmo=True, name="Larkfen Ltd"))
    partner = PartnerFactory.create(
        unclaimed=True, name="LARKFEN PHARMA INC", website="https://www.larkfen.example/"
    )
    SiteFactory.create(partner=partner, country="IE")
    claim = ClaimFactory.create(
        partner=partner,
        organisation=member.organisation,
        made_by=member.user,
        proved_domain="mail.larkfen.example",
        proved_at=timezone.now(),
    )

    told = points(claim)

    assert told[Side.AGAINST] == ""
    assert "mail.larkfen.example" in told[Side.FOR]
    assert "larkfen" in told[Side.FOR]
    assert "Ireland" in told[Side.FOR]


@pytest.mark.django_db
def test_points_when_names_countries_and_domains_differ_then_each_is_said() -> None:
    organisation = OrganisationFactory.create(cdmo=True, name="Fernlow GmbH", country="DE")
    partner = PartnerFactory.create(unclaimed=True, name="Larkfen Pharma", website="https://larkfen.example")
    SiteFactory.create(partner=partner, country="IE", name="Larkfen Cork")
    claim = ClaimFactory.create(
        partner=partner, organisation=organisation, proved_domain="fernlow.example", made_by=None
    )

    against = points(claim)[Side.AGAINST]

    for said in ("larkfen.example", "Germany", "Ireland", "no word", "no member"):
        assert said in against


@pytest.mark.django_db
def test_points_when_the_register_prints_another_name_then_it_counts() -> None:
    organisation = OrganisationFactory.create(cdmo=True, name="Old Mill Sterile")
    site = SiteFactory.create(registered_only=True, name="Larkfen")
    RegistrationFactory.create(site=site, firm_name="OLD MILL STERILE LTD")

    told = points(ClaimFactory.create(partner=None, site=site, organisation=organisation))

    assert "mill" in told[Side.FOR]


@pytest.mark.django_db
def test_points_when_rivals_claim_or_it_was_refused_before_then_both_are_said() -> None:
    claim = ClaimFactory.create()
    rival = ClaimFactory.create(partner=claim.partner)
    ClaimFactory.create(
        partner=claim.partner,
        organisation=claim.organisation,
        state=Claim.State.REFUSED,
        made_at=claim.made_at.replace(year=2025),
    )

    against = points(claim)[Side.AGAINST]

    assert rival.organisation.name in against
    assert "Refused to the same organisation before" in against


@pytest.mark.django_db
def test_cases_when_there_are_more_then_they_take_no_more_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _claim in range(3):
        SiteFactory.create(partner=ClaimFactory.create().partner)
        ClaimFactory.create(of_site=True)

    with django_assert_num_queries(6):
        assert len(cases_of(Claim.objects.with_subjects())) == 6


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Larkfen Pharmaceuticals GmbH & Co. KG", ["larkfen"]),
        ("Old Mill Laboratories, Inc.", ["old", "mill"]),
        ("Pharma Ltd", ["pharma", "ltd"]),
        ("", []),
    ],
)
def test_telling_words_leave_legal_forms_and_words_of_the_trade_out(name: str, words: list[str]) -> None:
    assert telling_words(name) == words


@pytest.mark.parametrize(
    ("domain", "website", "agrees"),
    [
        ("larkfen.example", "https://www.larkfen.example/about", True),
        ("uk.larkfen.example", "http://larkfen.example", True),
        ("larkfen.example", "https://larkfen.example.evil.example", False),
        ("evillarkfen.example", "https://larkfen.example", False),
        ("example", "https://larkfen.example", False),
        ("larkfen.example", "", False),
        ("larkfen.example", "not a website", False),
    ],
)
def test_domain_of_mail_is_the_companys_only_where_the_website_says_so(
    domain: str, website: str, agrees: bool
) -> None:
    assert is_domain_of(domain, host_of_website(website)) is agrees
