"""`fields` and `expand`: less of an answer, and more behind a link, within what the asker may read."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdmo_portal.accounts.models import Member
from partners import searching
from partners.models import Partner, Site
from tests.accounts.api.callers import client_of, colleague_of, parameters, staff_of
from tests.api_matrix.rows import Row
from tests.api_matrix.test_matrix import all_rows
from tests.api_matrix.world import make_world
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import CapacityWindowFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.regulatory import CertificateFactory

pytestmark = pytest.mark.django_db
SITES = "/api/v1/sites/"
SHAPED = [row for row in all_rows() if row.method == "get" and row.name.endswith(("-list", "-detail"))]


@pytest.fixture
def client() -> Client:
    return client_of(MemberFactory.create())


def rows_of(answer: Any) -> list[dict[str, Any]]:
    told = answer.json()
    found: list[dict[str, Any]] = told if isinstance(told, list) else told.get("results", [told])
    return found


def with_fields(address: str, names: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}fields={names}"


def make_findable(site: Site) -> None:
    searching.rebuild([site.pk])


def test_only_the_fields_that_are_named_are_told(client: Client) -> None:
    make_findable(SiteFactory.create(name="Cork"))

    answer = client.get(SITES, {"fields": "name,partner.name"})

    (row,) = rows_of(answer)
    assert row["name"] == "Cork"
    assert set(row) == {"name", "partner"}
    assert set(row["partner"]) == {"name"}
    assert set(answer.json()) == {"next", "previous", "results"}


def test_naming_a_thing_and_a_part_of_it_tells_the_whole(client: Client) -> None:
    site = SiteFactory.create()
    whole = client.get(f"{SITES}{site.uid}/").json()["partner"]

    for fields in ("partner,partner.name", "partner.name,partner"):
        assert client.get(f"{SITES}{site.uid}/", {"fields": fields}).json() == {"partner": whole}


def test_link_that_leads_nowhere_stays_null(client: Client) -> None:
    site = SiteFactory.create(partner=None)

    answer = client.get(f"{SITES}{site.uid}/", {"fields": "partner.name", "expand": "partner"})

    assert answer.json() == {"partner": None}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"fields": "nonsense"}, "fields"),
        ({"fields": "uid,partner.nonsense"}, "fields"),
        ({"fields": "uid.nonsense"}, "fields"),
        ({"fields": "uid,"}, "fields"),
        ({"fields": "name.."}, "fields"),
        ({"fields": "partner.website"}, "fields"),
        ({"fields": ""}, "fields"),
        ({"expand": "identifiers"}, "expand"),
        ({"expand": "partner.sites"}, "expand"),
        ({"expand": ""}, "expand"),
    ],
)
def test_name_that_is_none_answers_400(client: Client, query: dict[str, str], named: str) -> None:
    answer = client.get(SITES, query)

    assert answer.status_code == 400
    assert parameters(answer) == [named]


def test_refusal_says_which_name_was_meant(client: Client) -> None:
    answer = client.get(SITES, {"fields": "uid,nonsense"})

    assert "“nonsense”" in answer.json()["errors"][0]["detail"]


def test_writes_take_no_shape() -> None:
    row = CapabilityFactory.create()
    staff, address = staff_of(row.site), f"/api/v1/capabilities/{row.uid}/"

    answer = staff.patch(
        f"{address}?fields=uid",
        {"note": "New"},
        content_type="application/json",
        headers={"If-Match": staff.get(address)["ETag"]},
    )

    assert answer.status_code == 400
    assert parameters(answer) == ["fields"]
    row.refresh_from_db()
    assert row.note != "New"


EXPANSIONS = [
    ("capabilities", CapabilityFactory, "site", "sites"),
    ("capabilities", CapabilityFactory, "term", "vocabulary/terms"),
    ("certificates", CertificateFactory, "site", "sites"),
    ("capacity-windows", CapacityWindowFactory, "site", "sites"),
    ("capacity-windows", CapacityWindowFactory, "line", "lines"),
    ("sites", SiteFactory, "partner", "partners"),
]


@pytest.mark.parametrize(("noun", "factory", "field", "target"), EXPANSIONS)
def test_expanded_link_is_what_its_own_address_answers(
    noun: str, factory: Any, field: str, target: str
) -> None:
    row = factory.create()
    staff = staff_of(row if noun == "sites" else row.site)
    make_findable(row if noun == "sites" else row.site)
    address = f"/api/v1/{noun}/{row.uid}/"
    link = staff.get(address).json()[field]

    own = staff.get(f"/api/v1/{target}/{link.get('code') or link['uid']}/").json()

    assert staff.get(address, {"expand": field}).json()[field] == own
    assert rows_of(staff.get(f"/api/v1/{noun}/", {"expand": field}))[0][field] == own


def test_expanded_thing_can_be_asked_for_in_part(client: Client) -> None:
    site = SiteFactory.create(partner=PartnerFactory.create(website="https://cork.example"))

    answer = client.get(f"{SITES}{site.uid}/", {"expand": "partner", "fields": "partner.website"})

    assert answer.json() == {"partner": {"website": "https://cork.example"}}


@pytest.mark.parametrize(("noun", "factory", "field", "target"), EXPANSIONS)
def test_expanding_costs_the_same_queries_for_any_number_of_rows(
    noun: str, factory: Any, field: str, target: str
) -> None:
    first = factory.create()
    staff = staff_of(first if noun == "sites" else first.site)
    address, costs = f"/api/v1/{noun}/?expand={field}", []
    staff.get(address)
    for number in (1, 10):
        for _ in range(number):
            more = {"line__site": first.site} if noun == "capacity-windows" else {}
            made = factory.create(**more)
            make_findable(made if noun == "sites" else made.site)
        with CaptureQueriesContext(connection) as queries:
            staff.get(address)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_tag_of_an_expanded_answer_tells_of_what_is_within(client: Client) -> None:
    site = SiteFactory.create()
    address = f"{SITES}{site.uid}/?expand=partner"
    tag = client.get(address)["ETag"]
    Partner.objects.filter(sites=site).update(summary="New")

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_expanding_a_capacity_line_keeps_what_its_audience_leaves_out(client: Client) -> None:
    window = CapacityWindowFactory.create(audience="public", line__capacity_audience="private")
    own = client.get(f"/api/v1/lines/{window.line.uid}/").json()

    for row in rows_of(client.get("/api/v1/capacity-windows/", {"expand": "line"})):
        assert row["line"] == own
        assert row["line"]["capacity"] is None


@pytest.mark.parametrize("row", SHAPED, ids=str)
def test_every_list_and_every_one_thing_can_be_cut_and_expanded(row: Row) -> None:
    world = make_world()
    member: Member = getattr(world, row.side)
    client, address = client_of(colleague_of(member, "viewer")), row.address_in(world)
    whole = client.get(address)
    names = list(rows_of(whole)[0]) if rows_of(whole) else []

    refused = client.get(with_fields(address, "nonsense"))

    assert refused.status_code == 400
    for name in names:
        for one in rows_of(client.get(with_fields(address, name))):
            assert list(one) == [name]
