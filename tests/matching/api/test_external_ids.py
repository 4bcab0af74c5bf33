"""What a sponsor's own systems call its briefs and the entries of its shortlists."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Event
from matching.models import Brief, ShortlistEntry
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, ShortlistEntryFactory

pytestmark = pytest.mark.django_db
BRIEFS, SHORTLISTS = "/api/v1/briefs/", "/api/v1/shortlists/"


@pytest.fixture
def member() -> Member:
    return MemberFactory.create(role=Role.EDITOR)


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def brief(member: Member) -> Brief:
    return BriefFactory.create(organisation=member.organisation)


@pytest.fixture
def entry(brief: Brief) -> ShortlistEntry:
    return ShortlistEntryFactory.create(brief=brief)


def put(client: Client, address: str, ids: Any) -> Any:
    body = {"external_ids": ids}
    return client.put(f"{address}external-ids/", body, "application/json", headers={"If-Match": "*"})


def uids(client: Client, address: str) -> list[str]:
    return [row["uid"] for row in client.get(address).json()["results"]]


def test_brief_has_the_ids_of_its_organisations_systems(client: Client, brief: Brief) -> None:
    other = BriefFactory.create(organisation=brief.organisation)
    own = f"{BRIEFS}{brief.uid}/"

    answer = put(client, own, {"ariba": "RFX-1", "sap": "77"})

    assert answer.status_code == 200, answer.content
    assert client.get(own).json()["external_ids"] == {"ariba": "RFX-1", "sap": "77"}
    assert uids(client, f"{BRIEFS}?external_id=ariba:RFX-1") == [str(brief.uid)]
    assert uids(client, f"{BRIEFS}?external_id=ariba:77") == []
    assert client.get(f"{BRIEFS}{other.uid}/").json()["external_ids"] == {}


def test_entry_of_a_shortlist_has_ids_wherever_it_is_read(client: Client, entry: ShortlistEntry) -> None:
    answer = put(client, f"{SHORTLISTS}{entry.uid}/", {"ariba": "S-1"})

    assert answer.status_code == 200, answer.content
    nested = f"{BRIEFS}{entry.brief.uid}/shortlist/{entry.partner.uid}/"
    for address in (f"{SHORTLISTS}{entry.uid}/", nested):
        assert client.get(address).json()["external_ids"] == {"ariba": "S-1"}
    assert uids(client, f"{SHORTLISTS}?external_id=ariba:S-1") == [str(entry.uid)]


def test_id_names_one_brief(client: Client, brief: Brief) -> None:
    other = BriefFactory.create(organisation=brief.organisation)
    put(client, f"{BRIEFS}{brief.uid}/", {"ariba": "RFX-1"})

    answer = put(client, f"{BRIEFS}{other.uid}/", {"ariba": "RFX-1"})

    assert answer.status_code == 400
    assert pointers(answer) == ["#/external_ids/ariba"]


def test_event_about_an_entry_of_a_hidden_brief_is_told_to_those_who_see_it(
    client: Client, member: Member, entry: ShortlistEntry
) -> None:
    put(client, f"{SHORTLISTS}{entry.uid}/", {"ariba": "S-1"})
    Brief.objects.update(access=Brief.Access.NAMED)
    owner = client_of(colleague_of(member, Role.OWNER))

    assert Event.objects.get(kind="external_id.replaced").object_id == entry.pk
    kinds = [
        {row["kind"] for row in each.get("/api/v1/events/").json()["results"]} for each in (client, owner)
    ]
    assert kinds == [set(), {"external_id.replaced"}]
