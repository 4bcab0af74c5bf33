"""Ids of an organisation's own systems: kept whole, found again, and seen by nobody else."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Event
from partners.models import Partner, PartnerExternalId, Site
from tests.accounts.api.callers import client_of, colleague_of, parameters, partner_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.partners import SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def partner() -> Partner:
    return partner_of(SiteFactory.create())


def address_of(partner: Partner) -> str:
    return f"/api/v1/partners/{partner.uid}/external-ids/"


def put(client: Client, partner: Partner, ids: Any, tag: str = "*") -> Any:
    body = {"external_ids": ids}
    return client.put(address_of(partner), body, "application/json", headers={"If-Match": tag})


def test_map_is_replaced_as_a_whole(client: Client, partner: Partner) -> None:
    put(client, partner, {"ariba": "V-1", "sap": "100"})

    answer = put(client, partner, {"ariba": "V-2", "qms": "q 7"})

    assert answer.status_code == 200, answer.content
    assert answer.json() == {"external_ids": {"ariba": "V-2", "qms": "q 7"}}
    read = client.get(address_of(partner))
    assert read.json() == answer.json()
    assert read["ETag"] == answer["ETag"]
    assert (
        client.get(f"/api/v1/partners/{partner.uid}/").json()["external_ids"] == answer.json()["external_ids"]
    )


def test_site_and_partner_have_maps_of_their_own(client: Client) -> None:
    site = SiteFactory.create()
    put(client, partner_of(site), {"ariba": "V-1"})

    answer = client.put(
        f"/api/v1/sites/{site.uid}/external-ids/",
        {"external_ids": {"ariba": "V-1"}},
        "application/json",
        headers={"If-Match": "*"},
    )

    assert answer.status_code == 200, answer.content
    assert client.get(f"/api/v1/sites/{site.uid}/").json()["external_ids"] == {"ariba": "V-1"}


def test_event_holds_no_id_of_their_systems(client: Client, partner: Partner) -> None:
    put(client, partner, {"ariba": "V-1"})
    put(client, partner, {"ariba": "V-1"})

    event = Event.objects.get(kind="external_id.replaced")

    assert (event.object_kind, event.object_id) == ("partners.partner", partner.pk)
    assert event.data == {"changed": 1}


@pytest.mark.parametrize(
    ("ids", "pointer"),
    [
        ({"Ariba": "V-1"}, "#/external_ids/Ariba"),
        ({"a" * 41: "V-1"}, "#/external_ids/" + "a" * 41),
        ({"": "V-1"}, "#/external_ids/"),
        ({"ariba": ""}, "#/external_ids/ariba"),
        ({"ariba": 5}, "#/external_ids/ariba"),
        ({"ariba": None}, "#/external_ids/ariba"),
        ({"ariba": "a\x00"}, "#/external_ids/ariba"),
        ({"ariba": "a" * 121}, "#/external_ids/ariba"),
        ({f"s{number}": "1" for number in range(21)}, "#/external_ids"),
        (["ariba"], "#/external_ids"),
        (None, "#/external_ids"),
    ],
)
def test_map_that_cannot_be_used_is_refused_at_its_place(
    client: Client, partner: Partner, ids: Any, pointer: str
) -> None:
    answer = put(client, partner, ids)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert not PartnerExternalId.objects.exists()


def test_id_of_another_partner_is_refused_where_it_stands(client: Client, partner: Partner) -> None:
    put(client, partner_of(SiteFactory.create()), {"ariba": "V-1"})

    answer = put(client, partner, {"sap": "7", "ariba": "V-1"})

    assert answer.status_code == 400
    assert pointers(answer) == ["#/external_ids/ariba"]
    assert PartnerExternalId.objects.count() == 1


def test_ids_may_change_places_between_systems(client: Client, partner: Partner) -> None:
    put(client, partner, {"ariba": "1", "sap": "2"})

    answer = put(client, partner, {"ariba": "2", "sap": "1"})

    assert answer.json() == {"external_ids": {"ariba": "2", "sap": "1"}}


def test_old_map_is_not_written_over(client: Client, partner: Partner) -> None:
    tag = client.get(address_of(partner))["ETag"]
    put(client, partner, {"ariba": "V-1"})

    stale = put(client, partner, {"ariba": "V-2"}, tag)
    unasked = client.put(address_of(partner), {"external_ids": {}}, "application/json")

    assert (stale.status_code, unasked.status_code) == (412, 428)
    assert PartnerExternalId.objects.get().value == "V-1"


def test_colleagues_share_the_map_and_viewers_only_read_it(
    client: Client, member: Member, partner: Partner
) -> None:
    put(client, partner, {"ariba": "V-1"})
    viewer = client_of(colleague_of(member, Role.VIEWER))

    assert viewer.get(address_of(partner)).json() == {"external_ids": {"ariba": "V-1"}}
    assert put(viewer, partner, {}).status_code == 403


def test_nobody_else_sees_the_ids(client: Client, partner: Partner) -> None:
    put(client, partner, {"ariba": "V-1"})
    keeper = client_of(MemberFactory.create(organisation=partner.organisation))

    for stranger in (client_of(MemberFactory.create()), client_of(MemberFactory.create(cdmo=True)), keeper):
        for address in (address_of(partner), f"/api/v1/partners/{partner.uid}/"):
            assert stranger.get(address).json()["external_ids"] == {}
        assert stranger.get("/api/v1/partners/?external_id=ariba:V-1").json()["results"] == []


def test_keeper_and_reader_may_use_the_same_id(client: Client, partner: Partner) -> None:
    put(client, partner, {"ariba": "V-1"})
    keeper = client_of(MemberFactory.create(organisation=partner.organisation))

    assert put(keeper, partner, {"ariba": "V-1"}).status_code == 200


def test_lists_are_narrowed_by_the_own_id(client: Client) -> None:
    here, _there = SiteFactory.create(), SiteFactory.create()
    put(client, partner_of(here), {"ariba": "V:1"})

    found = client.get("/api/v1/partners/?external_id=ariba:V:1").json()["results"]

    assert [row["uid"] for row in found] == [str(partner_of(here).uid)]
    assert found[0]["external_ids"] == {"ariba": "V:1"}
    assert client.get("/api/v1/partners/?external_id=ariba:V-2").json()["results"] == []


@pytest.mark.parametrize("value", ["ariba", ":V-1", "ariba:", "Ariba:V-1"])
@pytest.mark.parametrize("noun", ["partners", "sites"])
def test_filter_that_is_no_system_and_id_is_refused(client: Client, noun: str, value: str) -> None:
    answer = client.get(f"/api/v1/{noun}/?external_id={value}")

    assert answer.status_code == 400
    assert parameters(answer) == ["external_id"]


@pytest.mark.parametrize("noun", ["partners", "sites"])
def test_list_costs_the_same_queries_however_many_ids(client: Client, noun: str) -> None:
    costs = []
    for number in (2, 10):
        for _ in range(number):
            site = SiteFactory.create()
            subject: Partner | Site = site if noun == "sites" else partner_of(site)
            client.put(
                f"/api/v1/{noun}/{subject.uid}/external-ids/",
                {"external_ids": {"ariba": str(subject.uid)}},
                "application/json",
                headers={"If-Match": "*"},
            )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/api/v1/{noun}/")
        costs.append(len(queries))

    assert costs[0] == costs[1]
