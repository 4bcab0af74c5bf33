"""A machine lists keys, makes narrower ones, and replaces its own before it ends."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.models import APIKey, Member, Organisation, Role
from tests.accounts.api.callers import client_of, client_with, colleague_of, key_of, pointers
from tests.factories.accounts import APIKeyFactory, MemberFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/api-keys/"
SITES = "/api/v1/sites/"
NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def member() -> Member:
    return MemberFactory.create(editor=True)


def post(client: Client, address: str, body: dict[str, Any]) -> Any:
    return client.post(address, body, "application/json")


def address_of(key: APIKey, tail: str = "") -> str:
    return f"{ADDRESS}{key.uid}/{tail}"


@time_machine.travel(NOW, tick=False)
def test_key_when_made_is_answered_whole_once_and_works(member: Member) -> None:
    client = client_of(member)

    made = post(client, ADDRESS, {"name": "ERP", "scopes": ["sites:read"], "expires_in_days": 30})
    told = made.json()
    later = client.get(f"{ADDRESS}{told['uid']}/")

    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    assert told["key"].startswith(f"{told['prefix']}.")
    assert (told["scopes"], told["state"], told["member"]) == (["sites:read"], "working", str(member.uid))
    assert told["expires_at"] == "2026-12-02T09:30:00Z"
    assert later.json() == {name: value for name, value in told.items() if name != "key"}
    assert client_with(told["key"]).get(SITES).status_code == 200
    assert client_with(told["key"]).get("/api/v1/partners/").status_code == 403


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("sent", "expires_at"),
    [
        ({}, "2027-11-02T09:30:00Z"),
        ({"expires_in_days": None}, None),
        ({"expires_in_days": 730}, "2028-11-01T09:30:00Z"),
    ],
)
def test_key_when_made_lasts_a_year_unless_said_otherwise(
    member: Member, sent: dict[str, Any], expires_at: str | None
) -> None:
    answer = post(client_of(member), ADDRESS, {"name": "ERP", "scopes": ["read"], **sent})

    assert answer.json()["expires_at"] == expires_at


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"scopes": []}, "#/scopes"),
        ({"scopes": ["everything"]}, "#/scopes/0"),
        ({"scopes": ["briefs"]}, "#/scopes/0"),
        ({"scopes": "read"}, "#/scopes"),
        ({"scopes": [None]}, "#/scopes/0"),
        ({"name": ""}, "#/name"),
        ({"name": "x" * 81}, "#/name"),
        ({"name": "a\nb"}, "#/name"),
        ({"expires_in_days": 0}, "#/expires_in_days"),
        ({"expires_in_days": 731}, "#/expires_in_days"),
        ({"can_write": True}, "#/can_write"),
    ],
)
def test_key_when_the_body_cannot_be_used_names_the_field(
    member: Member, sent: dict[str, Any], pointer: str
) -> None:
    answer = post(client_of(member), ADDRESS, {"name": "ERP", "scopes": ["read"], **sent})

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert APIKey.objects.count() == 1


def test_key_when_it_asks_for_more_than_it_has_is_refused(member: Member) -> None:
    client = client_of(member, scopes=["api-keys:write", "sites:read"])

    refused = post(client, ADDRESS, {"name": "ERP", "scopes": ["sites:read", "briefs:read"]})
    made = post(client, ADDRESS, {"name": "ERP", "scopes": ["sites:read", "api-keys:read"]})

    assert (refused.status_code, made.status_code) == (403, 201)
    assert refused.json()["detail"] == "A key makes no key that may more than itself."


def test_keys_when_listed_are_the_organisations_newest_first_without_what_is_secret(member: Member) -> None:
    older = APIKeyFactory.create(member=member, revoked_at=timezone.now())
    newer = APIKeyFactory.create(member=colleague_of(member, "owner"), replaces=older)
    APIKeyFactory.create()

    answer = client_of(colleague_of(member, Role.VIEWER), can_write=False).get(ADDRESS)
    rows = answer.json()["results"]

    assert [row["uid"] for row in rows[1:]] == [str(newer.uid), str(older.uid)]
    assert [row["state"] for row in rows] == ["working", "working", "revoked"]
    assert (rows[1]["replaces"], rows[2]["replaced_by"]) == (str(older.uid), str(newer.uid))
    assert newer.secret_sha256 not in answer.content.decode()
    assert all("key" not in row for row in rows)


@pytest.mark.parametrize("count", [2, 12])
def test_keys_when_listed_take_as_many_queries_however_many_they_are(
    member: Member, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        APIKeyFactory.create(
            member=colleague_of(member, "editor"), replaces=APIKeyFactory.create(member=member)
        )
    client = client_of(member, scopes=["api-keys:read"])
    client.get(ADDRESS)

    with django_assert_num_queries(5):
        client.get(ADDRESS)


@time_machine.travel(NOW, tick=False)
def test_key_when_it_rotates_itself_hands_over_within_the_overlap(member: Member) -> None:
    plain = key_of(member, scopes=["api-keys:write", "sites:read"], created_at=NOW)
    key = APIKey.objects.get()

    answer = post(client_with(plain), address_of(key, "rotate/"), {"overlap_s": 3600})
    told = answer.json()
    old = client_with(told["key"]).get(address_of(key)).json()

    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    assert (told["replaces"], old["replaced_by"]) == (str(key.uid), told["uid"])
    assert (old["state"], old["expires_at"]) == ("working", "2026-11-02T10:30:00Z")
    assert client_with(plain).get(SITES).status_code == 200
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        assert client_with(plain).get(SITES).status_code == 401
        assert client_with(told["key"]).get(SITES).status_code == 200


def test_key_when_rotated_without_overlap_stops_at_once_and_a_second_time_is_a_conflict(
    member: Member,
) -> None:
    plain, client = key_of(member), client_of(member)
    key = APIKey.objects.earliest("pk")

    first = post(client, address_of(key, "rotate/"), {"overlap_s": 0})
    second = post(client, address_of(key, "rotate/"), {})

    assert (first.status_code, second.status_code) == (201, 409)
    assert client_with(plain).get(SITES).status_code == 401


@pytest.mark.parametrize("overlap", [-1, 7 * 86400 + 1, "a day", None])
def test_key_when_the_overlap_is_out_of_bounds_is_not_rotated(member: Member, overlap: object) -> None:
    client = client_of(member)

    answer = post(client, address_of(APIKey.objects.get(), "rotate/"), {"overlap_s": overlap})

    assert (answer.status_code, pointers(answer)) == (400, ["#/overlap_s"])


def test_key_when_revoked_by_itself_stops_at_once(member: Member) -> None:
    client = client_of(member, scopes=["api-keys:write"])

    answer = client.delete(address_of(APIKey.objects.get()))

    assert answer.status_code == 204
    assert client.get(ADDRESS).status_code == 401


def test_key_when_revoked_by_a_viewer_whose_own_it_is_stops(member: Member) -> None:
    viewer = colleague_of(member, Role.VIEWER)
    own, others = APIKeyFactory.create(member=viewer), APIKeyFactory.create(member=member)
    client = client_of(viewer)

    assert client.delete(address_of(own)).status_code == 204
    assert client.delete(address_of(others)).status_code == 403
    assert post(client, ADDRESS, {"name": "ERP", "scopes": ["read"]}).status_code == 403


def test_key_when_its_member_leaves_answers_401(member: Member) -> None:
    client = client_of(member)

    colleague = client_of(colleague_of(member, Role.OWNER))
    gone = colleague.delete(f"/api/v1/members/{member.uid}/", headers={"If-Match": "*"})

    assert gone.status_code == 204
    assert client.get(SITES).status_code == 401


def test_key_when_its_organisation_is_suspended_and_approved_again_stops_and_works(member: Member) -> None:
    client = client_of(member)
    codes = []
    for state in (Organisation.State.SUSPENDED, Organisation.State.APPROVED):
        Organisation.objects.filter(pk=member.organisation_id).update(state=state)
        codes.append(client.get(SITES).status_code)

    assert codes == [403, 200]


def test_answer_with_a_key_is_repeated_to_who_may_as_much_and_to_nobody_else(member: Member) -> None:
    body = {"name": "ERP", "scopes": ["briefs:write"]}
    sent: dict[str, Any] = {"content_type": "application/json", "headers": {"Idempotency-Key": "one"}}

    first, again = (client_of(member).post(ADDRESS, body, **sent) for _ in range(2))
    lesser = client_of(member, scopes=["api-keys:write"]).post(ADDRESS, body, **sent)

    assert (first.status_code, lesser.status_code) == (201, 422)
    assert again.json() == first.json()
    assert "no-store" in again["Cache-Control"]
    assert first.json()["key"] not in lesser.content.decode()
