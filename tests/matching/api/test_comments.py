"""Comments on a brief over the API."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cdmo_portal.accounts.models import Member, Role
from matching.models import Brief, BriefComment, BriefNotice
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefCommentFactory, BriefFactory, RequirementFactory
from tests.matching.api.asking import queries, send, with_etag, without_and_with_another_etag

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Member:
    return MemberFactory.create(role=Role.EDITOR)


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def brief(member: Member) -> Brief:
    return BriefFactory.create(organisation=member.organisation)


def address(brief: Brief, uid: object = "") -> str:
    listed = f"/api/v1/briefs/{brief.uid}/comments/"
    return f"{listed}{uid}/" if uid else listed


def test_comment_about_a_requirement_is_kept(client: Client, member: Member, brief: Brief) -> None:
    row = RequirementFactory.create(brief=brief, label="Freeze-drying")

    answer = send(client, address(brief), {"body": "Is this\nfirm?", "requirement": str(row.uid)})

    assert answer.status_code == 201
    said = answer.json()
    assert (said["body"], said["about"], said["by"]) == ("Is this\nfirm?", "Freeze-drying", str(member.user))
    assert said["requirement"] == str(row.uid)
    assert client.get(address(brief)).json()["results"] == [said]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/body"),
        ({"body": " "}, "#/body"),
        ({"body": "x" * 4001}, "#/body"),
        ({"body": "a", "requirement": "0199a1de-0000-7000-8000-000000000000"}, "#/requirement"),
        ({"body": "a", "about": "b"}, "#/about"),
    ],
)
def test_comment_that_cannot_be_used_says_where(
    client: Client, brief: Brief, body: Any, pointer: str
) -> None:
    assert pointers(send(client, address(brief), body)) == [pointer]


def test_own_comment_is_put_right_within_half_an_hour(client: Client, member: Member, brief: Brief) -> None:
    young = BriefCommentFactory.create(brief=brief, by=member.user)
    late = timezone.now() - dt.timedelta(hours=1)
    old = BriefCommentFactory.create(brief=brief, by=member.user, written_at=late)
    others = BriefCommentFactory.create(brief=brief)

    answers = [
        with_etag(client, "patch", address(brief, row.uid), {"body": "Better"})
        for row in (young, old, others)
    ]

    assert [answer.status_code for answer in answers] == [200, 409, 403]
    assert answers[0].json()["body"] == "Better"
    assert answers[0].json()["edited_at"]
    assert answers[0]["ETag"] == client.get(address(brief, young.uid))["ETag"]


def test_of_a_removed_comment_only_that_it_was_there_is_told(
    client: Client, member: Member, brief: Brief
) -> None:
    comment = BriefCommentFactory.create(brief=brief, by=member.user, body="Not so")

    answer = with_etag(client, "delete", address(brief, comment.uid))

    assert answer.status_code == 204
    said = client.get(address(brief, comment.uid)).json()
    assert (said["body"], said["removed_by"]) == ("", str(member.user))
    assert with_etag(client, "patch", address(brief, comment.uid), {"body": "a"}).status_code == 412


def test_comment_of_somebody_else_is_removed_by_owners_of_the_brief_alone(
    client: Client, member: Member, brief: Brief
) -> None:
    comment = BriefCommentFactory.create(brief=brief)
    owner = client_of(colleague_of(member, Role.OWNER))

    codes = [with_etag(each, "delete", address(brief, comment.uid)).status_code for each in (client, owner)]

    assert codes == [403, 204]


def test_changes_need_the_present_etag(client: Client, member: Member, brief: Brief) -> None:
    comment = BriefCommentFactory.create(brief=brief, by=member.user)

    for method in ("patch", "delete"):
        codes = without_and_with_another_etag(client, method, address(brief, comment.uid), {"body": "a"})
        assert codes == [428, 412]

    assert BriefComment.objects.get().version == 1


def test_mails_are_stopped_and_come_again(client: Client, member: Member, brief: Brief) -> None:
    def muted() -> bool:
        return BriefNotice.objects.filter(member=member, is_muted=True).exists()

    codes, found = [], []
    for verb in ("mute", "unmute"):
        codes.append(client.post(f"{address(brief)}{verb}/").status_code)
        found.append(muted())

    assert (codes, found) == ([204, 204], [True, False])


def test_archived_brief_takes_no_comment(client: Client, brief: Brief) -> None:
    Brief.objects.update(archived_at=timezone.now())

    assert send(client, address(brief), {"body": "Late"}).status_code == 403


def test_comments_stand_in_the_order_in_which_they_were_said(client: Client, brief: Brief) -> None:
    said = [str(BriefCommentFactory.create(brief=brief).uid) for _ in range(3)]

    assert [row["uid"] for row in client.get(address(brief)).json()["results"]] == said


def test_comments_cost_the_same_queries_however_many(client: Client, brief: Brief) -> None:
    BriefCommentFactory.create_batch(2, brief=brief)
    few = queries(client, address(brief))
    BriefCommentFactory.create_batch(10, brief=brief)

    assert queries(client, address(brief)) == few
