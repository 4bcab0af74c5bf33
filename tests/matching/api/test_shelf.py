"""Copying briefs, putting them away, getting them back, and lists by state."""

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from matching.models import Brief
from tests.accounts.api.callers import client_of, colleague_of, parameters, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, ShortlistEntryFactory
from tests.matching.api.asking import send, with_etag, without_and_with_another_etag

pytestmark = pytest.mark.django_db
BRIEFS = "/api/v1/briefs/"


@pytest.fixture
def owner() -> Member:
    return MemberFactory.create()


@pytest.fixture
def client(owner: Member) -> Client:
    return client_of(owner)


@pytest.fixture
def brief(owner: Member) -> Brief:
    return BriefFactory.create(organisation=owner.organisation, title="Fill and finish")


def address(brief: Brief, tail: str = "") -> str:
    return f"{BRIEFS}{brief.uid}/{tail}"


def test_copy_is_a_draft_that_asks_the_same_without_the_shortlist(client: Client, brief: Brief) -> None:
    RequirementFactory.create(brief=brief)
    ShortlistEntryFactory.create(brief=brief)

    answer = send(client, address(brief, "duplicate/"), {})

    assert answer.status_code == 201
    body = answer.json()
    assert (body["title"], body["state"], len(body["requirements"])) == (
        "Copy of Fill and finish",
        "draft",
        1,
    )
    assert client.get(f"{BRIEFS}{body['uid']}/")["ETag"] == answer["ETag"]
    assert client.get(f"{BRIEFS}{body['uid']}/shortlist/").json()["results"] == []


def test_archived_brief_is_not_changed_until_it_is_restored(client: Client, brief: Brief) -> None:
    archived = send(client, address(brief, "archive/"), {})
    refused = with_etag(client, "patch", address(brief), {"title": "Other"})
    twice = send(client, address(brief, "archive/"), {})
    restored = send(client, address(brief, "restore/"), {})

    codes = [answer.status_code for answer in (archived, refused, twice, restored)]
    assert codes == [200, 403, 409, 200]
    assert archived.json()["archived_at"]
    assert restored.json()["archived_at"] is None
    assert with_etag(client, "patch", address(brief), {"title": "Other"}).status_code == 200


def test_draft_is_deleted_and_got_back(client: Client, brief: Brief) -> None:
    deleted = with_etag(client, "delete", address(brief))
    gone = client.get(address(brief))
    listed = client.get(f"{BRIEFS}?state=deleted").json()["results"]
    back = send(client, address(brief, "undelete/"), {})

    assert [deleted.status_code, gone.status_code, back.status_code] == [204, 404, 200]
    assert [row["uid"] for row in listed] == [str(brief.uid)]
    assert back.json()["title"] == "Fill and finish"
    assert client.get(f"{BRIEFS}?state=deleted").json()["results"] == []
    assert send(client, address(brief, "undelete/"), {}).status_code == 404


def test_brief_that_was_opened_is_not_deleted(client: Client, brief: Brief) -> None:
    Brief.objects.update(state=Brief.State.OPEN)

    answer = with_etag(client, "delete", address(brief))

    assert answer.status_code == 409
    assert Brief.objects.get().deleted_at is None


def test_deletion_and_access_need_the_present_etag(client: Client, brief: Brief) -> None:
    assert without_and_with_another_etag(client, "delete", address(brief)) == [428, 412]
    asked = without_and_with_another_etag(client, "put", address(brief, "access/"), {"access": "named"})
    assert asked == [428, 412]


def test_access_is_said_for_the_whole_brief(client: Client, owner: Member, brief: Brief) -> None:
    other = client_of(colleague_of(owner, Role.EDITOR))
    assert other.get(address(brief)).status_code == 200

    answer = with_etag(client, "put", address(brief, "access/"), {"access": "named"}, read=address(brief))
    wrong = with_etag(client, "put", address(brief, "access/"), {"access": "all"}, read=address(brief))

    assert answer.status_code == 200
    assert answer.json()["access"] == "named"
    assert answer["ETag"] == client.get(address(brief))["ETag"]
    assert pointers(wrong) == ["#/access"]
    assert other.get(address(brief)).status_code == 404


@pytest.mark.parametrize("tail", ["archive/", "restore/", "undelete/"])
def test_editor_who_owns_no_brief_puts_none_away(owner: Member, brief: Brief, tail: str) -> None:
    if tail == "restore/":
        Brief.objects.update(archived_at=brief.created_at)
    if tail == "undelete/":
        Brief.objects.update(deleted_at=brief.created_at)

    assert send(client_of(colleague_of(owner, Role.EDITOR)), address(brief, tail), {}).status_code == 403


def test_briefs_are_listed_by_state(client: Client, owner: Member, brief: Brief) -> None:
    made = {
        "draft": brief,
        "open": BriefFactory.create(organisation=owner.organisation, open=True),
        "closed": BriefFactory.create(organisation=owner.organisation, closed=True),
        "archived": BriefFactory.create(organisation=owner.organisation, open=True, archived=True),
        "deleted": BriefFactory.create(organisation=owner.organisation, deleted=True),
    }
    BriefFactory.create(deleted=True)

    def uids(query: str) -> set[str]:
        return {row["uid"] for row in client.get(f"{BRIEFS}{query}").json()["results"]}

    for state, one in made.items():
        assert uids(f"?state={state}") == {str(one.uid)}
    assert uids("?state=current") == {str(made[state].uid) for state in ("draft", "open", "closed")}
    assert len(uids("")) == 4


def test_briefs_changed_since_a_moment_are_listed(client: Client, brief: Brief) -> None:
    later = brief.updated_at.replace(year=brief.updated_at.year + 1).isoformat().replace("+", "%2B")
    before = brief.updated_at.isoformat().replace("+", "%2B")

    assert client.get(f"{BRIEFS}?changed_since={later}").json()["results"] == []
    assert len(client.get(f"{BRIEFS}?changed_since={before}").json()["results"]) == 1
    assert parameters(client.get(f"{BRIEFS}?state=gone&changed_since=x")) == ["state", "changed_since"]
