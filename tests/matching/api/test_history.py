"""The history of a brief over the API, and giving a value its old one back."""

import pytest
from django.test import Client

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member, Role
from matching.actions.brief_people import name_colleague
from matching.models import Brief, BriefChange
from tests.accounts.api.callers import client_of, colleague_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.matching.api.asking import queries, with_etag

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(owner: Member) -> Client:
    return client_of(owner)


@pytest.fixture
def brief(owner: Member) -> Brief:
    return BriefFactory.create(organisation=owner.organisation, title="First")


def address(brief: Brief, tail: str = "") -> str:
    return f"/api/v1/briefs/{brief.uid}/history/{tail}"


def rename(client: Client, brief: Brief, title: str) -> None:
    answer = with_etag(client, "patch", f"/api/v1/briefs/{brief.uid}/", {"title": title})
    assert answer.status_code == 200


def test_what_is_typed_in_one_sitting_is_one_change(client: Client, owner: Member, brief: Brief) -> None:
    rename(client, brief, "Second")
    rename(client, brief, "Third")

    [change] = client.get(address(brief)).json()["results"]

    assert (change["kind"], change["subject"], change["by"]) == ("field", "title", str(owner.user))
    assert (change["before"], change["after"]) == ("First", "Third")
    assert client.get(address(brief, f"{change['uid']}/")).json() == change


def test_value_is_taken_back_and_so_is_that(client: Client, brief: Brief) -> None:
    rename(client, brief, "Second")
    [change] = client.get(address(brief)).json()["results"]

    back = client.post(address(brief, f"{change['uid']}/take-back/"))
    title = Brief.objects.get().title
    again = client.post(address(brief, f"{back.json()['uid']}/take-back/"))

    assert [back.status_code, again.status_code] == [201, 201]
    assert (back.json()["takes_back"], back.json()["after"]) == (change["uid"], "First")
    assert title == "First"
    assert Brief.objects.get().title == "Second"


def test_value_that_was_changed_again_since_is_not_taken_back(
    client: Client, owner: Member, brief: Brief
) -> None:
    rename(client, brief, "Second")
    [change] = client.get(address(brief)).json()["results"]
    rename(client_of(colleague_of(owner, Role.EDITOR)), brief, "Third")

    answer = client.post(address(brief, f"{change['uid']}/take-back/"))

    assert answer.status_code == 409
    assert "changed again since" in answer.json()["detail"]


def test_removed_requirement_comes_back(client: Client, brief: Brief) -> None:
    row = RequirementFactory.create(brief=brief, kind="place", term=None, places=["CH"])
    with_etag(client, "delete", f"/api/v1/briefs/{brief.uid}/requirements/{row.uid}/")
    [change] = client.get(address(brief, f"?kind=requirement&subject={row.uid}")).json()["results"]

    answer = client.post(address(brief, f"{change['uid']}/take-back/"))

    assert answer.status_code == 201
    assert change["before"]["places"] == ["CH"]
    assert change["after"] is None
    assert brief.requirements.get().uid == row.uid


def test_colleague_is_named_and_never_numbered(client: Client, owner: Member, brief: Brief) -> None:
    member = MemberFactory.create(organisation=owner.organisation, user__full_name="")
    name_colleague(by=actor_of_member(owner), brief=brief, member=member, role=Role.EDITOR)

    [change] = client.get(address(brief, "?kind=colleague")).json()["results"]

    assert (change["person"], change["subject"]) == (member.user.email, "")
    assert (change["before"], change["after"]) == (None, "editor")
    assert client.get(address(brief, f"?subject={member.user_id}")).json()["results"] == []
    assert client.post(address(brief, f"{change['uid']}/take-back/")).status_code == 409


def test_history_costs_the_same_queries_however_long(client: Client, brief: Brief) -> None:
    def add(number: int) -> int:
        for place in range(number):
            RequirementFactory.create(brief=brief, position=place)
            BriefChange.objects.create(
                brief=brief, organisation=brief.organisation, kind="requirement", subject=str(place)
            )
        return queries(client, address(brief))

    assert add(2) == add(10)
