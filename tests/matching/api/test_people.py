"""Who works on a brief, over the API."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from matching.models import Brief, BriefColleague
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefColleagueFactory, BriefFactory
from tests.matching.api.asking import queries, send, with_etag, without_and_with_another_etag

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(owner: Member) -> Client:
    return client_of(owner)


@pytest.fixture
def brief(owner: Member) -> Brief:
    return BriefFactory.create(organisation=owner.organisation, named=True)


@pytest.fixture
def colleague(owner: Member) -> Member:
    return colleague_of(owner, Role.EDITOR)


def address(brief: Brief, uid: object = "") -> str:
    listed = f"/api/v1/briefs/{brief.uid}/people/"
    return f"{listed}{uid}/" if uid else listed


def test_colleague_who_is_named_sees_the_brief(client: Client, brief: Brief, colleague: Member) -> None:
    theirs = client_of(colleague)
    assert theirs.get(address(brief)).status_code == 404

    answer = send(client, address(brief), {"member": str(colleague.uid), "role": "editor"})

    assert answer.status_code == 201
    body = answer.json()
    assert body["member"] == {
        "uid": str(colleague.uid),
        "name": colleague.user.full_name,
        "email": colleague.user.email,
    }
    assert theirs.get(address(brief)).json()["results"] == [body]


def test_role_is_changed_and_the_last_owner_stays(client: Client, brief: Brief, colleague: Member) -> None:
    BriefColleagueFactory.create(brief=brief, member=colleague)
    one = address(brief, colleague.uid)

    raised = with_etag(client, "patch", one, {"role": "owner"})
    lowered = with_etag(client, "patch", one, {"role": "viewer"})
    removed = with_etag(client, "delete", one)

    assert raised.json()["role"] == "owner"
    assert raised["ETag"] == client.get(one)["ETag"]
    assert [lowered.status_code, removed.status_code] == [409, 409]


def test_name_is_taken_off(client: Client, brief: Brief, colleague: Member) -> None:
    BriefColleagueFactory.create(brief=brief, member=colleague)

    answer = with_etag(client, "delete", address(brief, colleague.uid))

    assert answer.status_code == 204
    assert client_of(colleague).get(address(brief)).status_code == 404
    assert client.get(address(brief, colleague.uid)).status_code == 404


@pytest.mark.parametrize("change", ["stranger", "unknown", "role", "twice"])
def test_name_that_cannot_be_used_says_where(
    client: Client, brief: Brief, colleague: Member, change: str
) -> None:
    BriefColleagueFactory.create(brief=brief, member=colleague)
    bodies: dict[str, dict[str, Any]] = {
        "stranger": {"member": str(MemberFactory.create().uid)},
        "unknown": {"member": "x"},
        "twice": {"member": str(colleague.uid)},
        "role": {"member": str(MemberFactory.create(organisation=brief.organisation).uid), "role": "boss"},
    }

    answer = send(client, address(brief), bodies[change])

    assert answer.status_code == 400
    assert pointers(answer) == ["#/role" if change == "role" else "#/member"]


def test_changes_need_the_present_etag(client: Client, brief: Brief, colleague: Member) -> None:
    BriefColleagueFactory.create(brief=brief, member=colleague)
    one = address(brief, colleague.uid)

    for method in ("patch", "delete"):
        assert without_and_with_another_etag(client, method, one, {"role": "viewer"}) == [428, 412]

    assert BriefColleague.objects.get().role == Role.EDITOR


def test_etag_tells_no_inner_number_and_changes_with_the_role(
    client: Client, brief: Brief, colleague: Member
) -> None:
    row = BriefColleagueFactory.create(brief=brief, member=colleague)
    one = address(brief, colleague.uid)
    before = client.get(one)["ETag"]

    after = with_etag(client, "patch", one, {"role": "viewer"})["ETag"]

    assert before != after
    assert f"-{row.pk}-" not in before


def test_colleague_who_is_no_owner_of_the_brief_names_nobody(brief: Brief, colleague: Member) -> None:
    BriefColleagueFactory.create(brief=brief, member=colleague)
    other = MemberFactory.create(organisation=brief.organisation)

    answer = send(client_of(colleague), address(brief), {"member": str(other.uid)})

    assert answer.status_code == 403


def test_owner_of_the_brief_who_goes_is_answered(owner: Member, brief: Brief) -> None:
    mine, other = (BriefColleagueFactory.create(brief=brief, role=Role.OWNER) for _ in range(2))
    Member.objects.filter(pk__in=[mine.member_id, other.member_id]).update(role=Role.EDITOR)
    client = client_of(Member.objects.get(pk=mine.member_id))

    answer = with_etag(client, "delete", address(brief, mine.member.uid))

    assert answer.status_code == 204
    assert client.get(address(brief)).status_code == 404


def test_people_cost_the_same_queries_however_many(client: Client, brief: Brief) -> None:
    BriefColleagueFactory.create_batch(2, brief=brief)
    few = queries(client, address(brief))
    BriefColleagueFactory.create_batch(10, brief=brief)

    assert queries(client, address(brief)) == few
