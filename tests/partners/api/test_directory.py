"""Reading the directory: what stands in an answer, who sees it, and at what cost."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.models import Member
from partners import searching
from partners.models import Audience, InspectionOutcome, Site, SiteIdentifier
from tests.accounts.api.callers import client_of, parameters, partner_of, staff_of
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory, SiteIdentifierFactory
from tests.factories.regulatory import (
    CertificateFactory,
    InspectionFactory,
    InspectionOutcomeFactory,
    RegistrationFactory,
)
from tests.factories.vocabulary import FacetFactory, TermFactory

pytestmark = pytest.mark.django_db
# Key, its use, savepoint, organisation of the transaction: what every call costs.
FIXED = 5


@pytest.fixture
def client() -> Client:
    client = client_of(MemberFactory.create())
    client.get("/api/v1/organisations/")  # its first use is noted
    return client


def results(client: Client, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_terms_are_read_by_code_with_units_and_parents(client: Client) -> None:
    TermFactory.create(code="op.drying", facet__code="unit_operation")
    measure = TermFactory.create(code="sc.bioreactor-l", measure=True)
    measure.unit_factors = {"mL": "0.001", "L": "1"}
    measure.save()

    answer = client.get("/api/v1/vocabulary/terms/sc.bioreactor-l/").json()

    assert answer["facet"] == "scale"
    assert answer["base_unit"] == "L"
    assert answer["unit_factors"] == {"mL": 0.001, "L": 1.0}


def test_terms_are_filtered_by_facet(client: Client) -> None:
    TermFactory.create(code="op.drying", facet__code="unit_operation")
    TermFactory.create(code="haz.cytotoxic", hazard=True)

    found = results(client, "/api/v1/vocabulary/terms/?facet=hazard")

    assert [row["code"] for row in found] == ["haz.cytotoxic"]


def test_terms_are_found_by_what_they_are_called(client: Client) -> None:
    TermFactory.create(code="op.lyophilisation", label="Lyophilisation", facet__code="unit_operation")
    TermFactory.create(code="op.drying", label="Drying", facet__code="unit_operation")

    found = [
        [row["code"] for row in results(client, f"/api/v1/vocabulary/terms/?{query}")]
        for query in ("q=lyoph", "q=op.drying", "q=dry&facet=hazard", "is_retired=true")
    ]

    assert found == [["op.lyophilisation"], ["op.drying"], [], []]


def test_facets_are_listed_by_code(client: Client) -> None:
    FacetFactory.create(code="scale")
    FacetFactory.create(code="hazard")

    found = results(client, "/api/v1/vocabulary/facets/")

    assert [row["code"] for row in found] == ["hazard", "scale"]


def test_partner_is_read_with_its_sites(client: Client) -> None:
    site = SiteFactory.create()

    answer = client.get(f"/api/v1/partners/{partner_of(site).uid}/").json()

    assert answer["is_claimed"] is True
    assert [row["uid"] for row in answer["sites"]] == [str(site.uid)]
    assert "id" not in answer


def test_partners_are_filtered_by_claim(client: Client) -> None:
    claimed, free = PartnerFactory.create(), PartnerFactory.create(unclaimed=True)

    assert [row["uid"] for row in results(client, "/api/v1/partners/?is_claimed=true")] == [str(claimed.uid)]
    assert [row["uid"] for row in results(client, "/api/v1/partners/?is_claimed=false")] == [str(free.uid)]


def test_site_is_read_with_its_register_facts_apart(client: Client) -> None:
    site = SiteFactory.create()
    SiteIdentifierFactory.create(site=site, value="3001234567")
    RegistrationFactory.create(site=site, operations=["C82401"], first_seen__snapshot_on=dt.date(2026, 1, 5))

    answer = client.get(f"/api/v1/sites/{site.uid}/").json()

    assert answer["is_profiled"] is True
    assert answer["identifiers"] == [{"scheme": "fei", "value": "3001234567"}]
    assert answer["registrations"][0]["operations"] == ["C82401"]
    assert answer["registrations"][0]["as_of"] == "2026-01-05"
    assert answer["next_open_quarter"] is None


def test_sites_take_the_filters_of_the_directory(client: Client) -> None:
    here = SiteFactory.create(country="IE", name="Marram Sterile")
    there = SiteFactory.create(country="DE", name="Tolvern Dosage")
    searching.rebuild([here.pk, there.pk])

    assert [row["uid"] for row in results(client, "/api/v1/sites/?country=DE")] == [str(there.uid)]
    assert len(results(client, "/api/v1/sites/?country=DE&country=IE")) == 2
    assert [row["uid"] for row in results(client, f"/api/v1/sites/?q={here.name}")] == [str(here.uid)]
    assert [row["uid"] for row in results(client, f"/api/v1/sites/?partner={partner_of(here).uid}")] == [
        str(here.uid)
    ]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("country=XX", "country"),
        ("sort=name", "sort"),
        ("partner=5", "partner"),
        ("q=" + "a" * 5_000, "q"),
        ("profile=maybe", "profile"),
        ("measure=sc.bioreactor-l", "measure"),
        ("value=5", "measure"),
    ],
)
def test_filter_that_cannot_be_used_is_named(client: Client, query: str, wrong: str) -> None:
    answer = client.get(f"/api/v1/sites/?{query}")

    assert answer.status_code == 400
    assert parameters(answer) == [wrong]


@pytest.mark.parametrize("value", ["%00", "a%00", "x", "999999999999999999999", "🧪", "0000-01-01"])
@pytest.mark.parametrize(
    "parameter", ["site", "partner", "line", "term", "is_offered", "ends_after", "state", "authority", "kind"]
)
def test_no_value_of_a_filter_makes_the_server_fail(client: Client, parameter: str, value: str) -> None:
    for address in ("capabilities", "capacity-windows", "certificates", "inspections", "lines", "events"):
        answer = client.get(f"/api/v1/{address}/?{parameter}={value}")

        assert answer.status_code in {200, 400}


NUMBERS = [
    ("fei", "fei", "3001234567"),
    ("duns", "duns", "123456789"),
    ("oms_org", "oms-org", "ORG-100001234"),
    ("oms_loc", "oms-loc", "LOC-100001234"),
]


@pytest.mark.parametrize(("parameter", "scheme", "value"), NUMBERS)
def test_partners_and_sites_are_found_by_their_numbers(
    client: Client, parameter: str, scheme: str, value: str
) -> None:
    site = SiteFactory.create()
    SiteIdentifierFactory.create(site=site, scheme=scheme, value=value)
    SiteIdentifierFactory.create(scheme=SiteIdentifier.Scheme.FEI, value="1")
    searching.rebuild(list(Site.objects.values_list("pk", flat=True)))
    query = f"?{parameter}={value}"

    (row,) = results(client, f"/api/v1/sites/{query}")

    assert row["uid"] == str(site.uid)
    assert row["identifiers"] == [{"scheme": scheme, "value": value}]
    assert [row["uid"] for row in results(client, f"/api/v1/partners/{query}")] == [str(partner_of(site).uid)]


@pytest.mark.parametrize(("parameter", "value"), [(name, value) for name, _scheme, value in NUMBERS])
def test_number_that_nothing_carries_finds_nothing(client: Client, parameter: str, value: str) -> None:
    for noun in ("sites", "partners"):
        assert results(client, f"/api/v1/{noun}/?{parameter}={value}") == []


@pytest.mark.parametrize("value", ["x", "12345678901", "ORG-1", "LOC-1", "%F0%9F%A7%AA"])
@pytest.mark.parametrize("parameter", [name for name, _scheme, _value in NUMBERS])
def test_number_of_another_shape_is_refused(client: Client, parameter: str, value: str) -> None:
    for noun in ("sites", "partners"):
        answer = client.get(f"/api/v1/{noun}/?{parameter}={value}")

        assert answer.status_code == 400
        assert parameters(answer) == [parameter]


def test_capability_is_read_with_numbers_and_units(client: Client) -> None:
    capability = CapabilityFactory.create()
    MeasureFactory.create(capability=capability, term__base_unit="L")

    (row,) = results(client, f"/api/v1/capabilities/?site={capability.site.uid}")

    assert row["term"]["code"] == capability.term.code
    assert row["measures"][0]["lo"] == 50
    assert row["measures"][0]["hi"] == 2000
    assert row["measures"][0]["unit"] == "L"
    assert row["measures"][0]["entered_text"] == "50–2,000"


def seen_by(member: Member) -> set[str]:
    return {row["audience"] for row in results(client_of(member), "/api/v1/capabilities/")}


def test_capabilities_are_shown_to_their_audience() -> None:
    site = SiteFactory.create()
    for audience in Audience.values:
        CapabilityFactory.create(site=site, audience=audience)
    owner = MemberFactory.create(organisation=partner_of(site).organisation)

    assert seen_by(MemberFactory.create()) == {"public", "sponsors"}
    assert seen_by(MemberFactory.create(cdmo=True)) == {"public"}
    assert seen_by(owner) == set(Audience.values)


def test_statement_that_may_not_be_seen_answers_404(client: Client) -> None:
    capability = CapabilityFactory.create(audience=Audience.MATCHING)

    answer = client.get(f"/api/v1/capabilities/{capability.uid}/")

    assert answer.status_code == 404


def test_certificates_and_inspections_keep_their_origin_and_dates(client: Client) -> None:
    CertificateFactory.create(origin="regulator", inspected_on=dt.date(2025, 1, 2))
    outcome = InspectionOutcomeFactory.create(outcome=InspectionOutcome.Outcome.VAI)

    (certificate,) = results(client, "/api/v1/certificates/?origin=regulator")
    (inspection,) = results(client, f"/api/v1/inspections/?site={outcome.inspection.site.uid}")

    assert certificate["inspected_on"] == "2025-01-02"
    assert inspection["outcomes"] == [{"project_area": "", "outcome": "VAI"}]


def test_capacity_of_a_line_is_shown_to_its_audience() -> None:
    site = SiteFactory.create()
    LineFactory.create(site=site, nominal_per_quarter=Decimal(12), lead_time_weeks=Decimal("9.5"))
    owner = staff_of(site)
    sponsor = client_of(MemberFactory.create())

    (hidden,), (shown,) = results(sponsor, "/api/v1/lines/"), results(owner, "/api/v1/lines/")

    assert hidden["capacity"] is None
    assert shown["capacity"]["nominal_per_quarter"] == 12
    assert shown["capacity"]["lead_time_weeks"] == 9.5
    assert shown["capacity"]["unit"] == "batches"


def test_public_capacity_of_a_line_is_hidden_from_other_cdmos() -> None:
    LineFactory.create(capacity_audience=Audience.PUBLIC, nominal_per_quarter=Decimal(12))

    (row,) = results(client_of(MemberFactory.create(cdmo=True)), "/api/v1/lines/")

    assert row["capacity"] is None


def make_rows(number: int) -> None:
    for _ in range(number):
        site = SiteFactory.create()
        MeasureFactory.create(capability__site=site)
        LineFactory.create(site=site)
        CertificateFactory.create(site=site)
        InspectionOutcomeFactory.create(inspection=InspectionFactory.create(site=site))
        searching.rebuild([site.pk])


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("partners/", FIXED + 2),
        ("sites/", FIXED + 5),
        ("capabilities/", FIXED + 3),
        ("certificates/", FIXED + 1),
        ("inspections/", FIXED + 2),
        ("lines/", FIXED + 1),
        ("capacity-windows/", FIXED + 1),
        ("vocabulary/terms/", FIXED + 1),
    ],
)
def test_list_costs_the_same_queries_however_long(
    client: Client, address: str, queries: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_rows(5)

    with django_assert_max_num_queries(queries):
        client.get(f"/api/v1/{address}")


def test_site_costs_the_same_queries_however_much_is_known(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    site = SiteFactory.create()
    for _ in range(4):
        SiteIdentifierFactory.create(site=site)
        RegistrationFactory.create(site=site)

    with django_assert_num_queries(FIXED + 7):
        client.get(f"/api/v1/sites/{site.uid}/")
