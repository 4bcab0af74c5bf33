"""Members and invitations over the API: what owners do on the page, and no more."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import APIKey, Invitation, Member, Role
from cdmo_portal.events.models import Delivery
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import InvitationFactory, MemberFactory

pytestmark = pytest.mark.django_db
INVITATIONS = "/api/v1/invitations/"


@pytest.fixture
def owner() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(owner: Member) -> Client:
    return client_of(owner)


def address_of(member: Member) -> str:
    return f"/api/v1/members/{member.uid}/"


def patch(client: Client, member: Member, role: str, etag: str) -> Any:
    headers = {"If-Match": etag} if etag else {}
    return client.patch(address_of(member), {"role": role}, "application/json", headers=headers)


def test_role_when_changed_with_the_etag_that_was_read_is_changed(owner: Member, client: Client) -> None:
    colleague = colleague_of(owner, Role.VIEWER)
    read = client.get(address_of(colleague))

    answer = patch(client, colleague, "editor", read["ETag"])

    assert answer.status_code == 200
    assert answer.json() == {**read.json(), "role": "editor"}
    assert answer["ETag"] == client.get(address_of(colleague))["ETag"] != read["ETag"]


def test_role_when_changed_without_or_with_an_old_etag_stays(owner: Member, client: Client) -> None:
    colleague = colleague_of(owner, Role.VIEWER)
    old = client.get(address_of(colleague))["ETag"]
    Member.objects.filter(pk=colleague.pk).update(role=Role.EDITOR)

    without, stale = patch(client, colleague, "owner", ""), patch(client, colleague, "owner", old)
    gone = client.delete(address_of(colleague), headers={"If-Match": old})

    assert (without.status_code, stale.status_code, gone.status_code) == (428, 412, 412)
    assert Member.objects.get(pk=colleague.pk).role == Role.EDITOR


def test_member_when_renamed_has_another_etag_since_the_answer_shows_the_name(
    owner: Member, client: Client
) -> None:
    before = client.get(address_of(owner))["ETag"]
    owner.user.full_name = "Ada Lark"
    owner.user.save()

    answer = client.get(address_of(owner), headers={"If-None-Match": before})

    assert (answer.status_code, answer.json()["name"]) == (200, "Ada Lark")


def test_last_owner_when_demoted_or_removed_stays(owner: Member, client: Client) -> None:
    demoted = patch(client, owner, "viewer", "*")
    removed = client.delete(address_of(owner), headers={"If-Match": "*"})

    assert (demoted.status_code, removed.status_code) == (409, 409)
    assert Member.objects.get().role == Role.OWNER


@pytest.mark.parametrize("body", [{"role": "emperor"}, {}, {"role": None}])
def test_role_when_it_is_none_names_the_field(owner: Member, client: Client, body: dict[str, Any]) -> None:
    answer = client.patch(address_of(owner), body, "application/json", headers={"If-Match": "*"})

    assert (answer.status_code, pointers(answer)) == (400, ["#/role"])


def test_member_when_removed_is_gone_with_their_keys(owner: Member, client: Client) -> None:
    colleague = colleague_of(owner, Role.EDITOR)
    theirs = client_of(colleague)

    answer = client.delete(address_of(colleague), headers={"If-Match": "*"})

    assert answer.status_code == 204
    assert not APIKey.objects.filter(member_id=colleague.pk).exists()
    assert theirs.get("/api/v1/members/").status_code == 401


def test_viewer_when_leaving_by_key_is_gone_and_changes_nobody_else(owner: Member) -> None:
    viewer = colleague_of(owner, Role.VIEWER)
    client = client_of(viewer)

    assert patch(client, viewer, "owner", "*").status_code == 403
    assert client.delete(address_of(owner), headers={"If-Match": "*"}).status_code == 403
    assert client.delete(address_of(viewer), headers={"If-Match": "*"}).status_code == 204
    assert Member.objects.get() == owner


def test_invitation_when_sent_is_mailed_and_its_link_is_nowhere_in_the_answer(
    owner: Member, client: Client
) -> None:
    body = {"email": "Nora@people.example", "role": "viewer"}
    made = client.post(INVITATIONS, body, "application/json")
    listed = client.get(INVITATIONS).json()["results"]

    assert made.status_code == 201
    assert set(made.json()) == {"uid", "email", "role", "created_at", "expires_at"}
    assert (made.json()["email"], listed) == ("nora@people.example", [made.json()])
    assert Delivery.objects.get().address == "nora@people.example"


def test_invitation_when_withdrawn_is_gone_from_the_list_and_cannot_be_used(
    owner: Member, client: Client
) -> None:
    invitation = InvitationFactory.create(organisation=owner.organisation)
    address = f"{INVITATIONS}{invitation.uid}/"

    without = client.delete(address)
    gone = client.delete(address, headers={"If-Match": client.get(address)["ETag"]})

    assert (without.status_code, gone.status_code) == (428, 204)
    assert client.get(address).status_code == 404
    assert not Invitation.objects.waiting().exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "nobody"}, "#/email"),
        ({"email": "a\x00@b.example"}, "#/email"),
        ({"email": "a@b.example", "role": "emperor"}, "#/role"),
        ({"email": "a@b.example", "days": 3}, "#/days"),
        ({}, "#/email"),
    ],
)
def test_invitation_when_it_cannot_be_used_names_the_field(
    client: Client, body: dict[str, Any], pointer: str
) -> None:
    answer = client.post(INVITATIONS, body, "application/json")

    assert answer.status_code == 400
    assert set(pointers(answer)) == {pointer}


def test_invitation_of_a_member_is_a_conflict(owner: Member, client: Client) -> None:
    answer = client.post(INVITATIONS, {"email": owner.user.email}, "application/json")

    assert answer.status_code == 409


def test_members_when_a_key_has_no_scope_for_them_are_not_read(owner: Member) -> None:
    client = client_of(owner, scopes=["organisations:read"])

    assert client.get("/api/v1/organisations/").status_code == 200
    for address in ("/api/v1/members/", INVITATIONS):
        assert client.get(address).json()["detail"] == "This key lacks the scope members:read."
