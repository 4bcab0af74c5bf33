"""Scorecards over the API: each alone until they are open to everybody, then side by side."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from matching.models import Brief, CriterionScore, ShortlistEntry
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, ShortlistEntryFactory
from tests.matching.api.asking import JSON, queries, send, with_etag, without_and_with_another_etag

pytestmark = pytest.mark.django_db
CRITERIA: dict[str, Any] = {
    "criteria": [
        {"name": "Price", "points": 60, "ten": "The cheapest"},
        {"name": "Quality", "points": 40.5},
    ]
}
SECRET = "Their head of quality left in May"


@pytest.fixture
def member() -> Member:
    return MemberFactory.create(role=Role.EDITOR, user__full_name="Ada")


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def other(member: Member) -> Client:
    colleague = colleague_of(member, Role.EDITOR)
    colleague.user.full_name = "Bela"
    colleague.user.save()
    return client_of(colleague)


@pytest.fixture
def brief(member: Member) -> Brief:
    return BriefFactory.create(organisation=member.organisation, open=True)


@pytest.fixture
def entry(brief: Brief) -> ShortlistEntry:
    return ShortlistEntryFactory.create(brief=brief)


def address(brief: Brief, tail: str = "") -> str:
    return f"/api/v1/briefs/{brief.uid}/scoring/{tail}"


def mine(entry: ShortlistEntry) -> str:
    return address(entry.brief, f"mine/{entry.uid}/")


def set_criteria(client: Client, brief: Brief) -> list[str]:
    answer = with_etag(client, "put", address(brief, "criteria/"), CRITERIA, read=address(brief))
    assert answer.status_code == 200, answer.content
    return [each["uid"] for each in answer.json()["criteria"]]


def said(uids: list[str], *values: int | None, comment: str = "") -> dict[str, Any]:
    """Scores in the order of the criteria; None for what one cannot judge."""
    return {
        "answers": [
            {"criterion": uid, "value": value, "cannot_judge": value is None, "comment": comment}
            for uid, value in zip(uids, values, strict=False)
        ]
    }


def hand_in(client: Client, entry: ShortlistEntry, body: dict[str, Any]) -> None:
    assert with_etag(client, "put", mine(entry), body).status_code == 200
    assert client.post(address(entry.brief, "mine/hand-in/")).status_code == 204


def test_criteria_are_set_with_their_shares(client: Client, brief: Brief) -> None:
    uids = set_criteria(client, brief)

    stands = client.get(address(brief)).json()
    assert [(each["name"], each["points"], each["ten"]) for each in stands["criteria"]] == [
        ("Price", 60, "The cheapest"),
        ("Quality", 40.5, ""),
    ]
    assert sum(each["share_percent"] for each in stands["criteria"]) == 100
    kept = {"criteria": [{"uid": uids[1], "name": "Quality first", "points": 1}]}
    changed = with_etag(client, "put", address(brief, "criteria/"), kept, read=address(brief))
    assert [(each["uid"], each["name"]) for each in changed.json()["criteria"]] == [
        (uids[1], "Quality first")
    ]


@pytest.mark.parametrize(
    ("criteria", "pointer"),
    [
        ([], "#/criteria"),
        ([{"name": "Price", "points": 0}], "#/criteria"),
        ([{"name": "Price", "points": 1}, {"name": " price", "points": 2}], "#/criteria"),
        ([{"name": "Price", "points": 101}], "#/criteria/0/points"),
        ([{"points": 1}], "#/criteria/0/name"),
    ],
)
def test_criteria_that_cannot_be_used_say_where(
    client: Client, brief: Brief, criteria: Any, pointer: str
) -> None:
    answer = with_etag(
        client, "put", address(brief, "criteria/"), {"criteria": criteria}, read=address(brief)
    )

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


def test_scores_are_their_evaluators_alone_until_all_are_open(
    client: Client, other: Client, entry: ShortlistEntry
) -> None:
    uids = set_criteria(client, entry.brief)
    hand_in(client, entry, said(uids, 8, None, comment=SECRET))
    with_etag(other, "put", mine(entry), said(uids, 3, 4))

    addresses = ["", "mine/", f"mine/{entry.uid}/", "together/", f"agreed/{entry.uid}/"]
    alone = {tail: other.get(address(entry.brief, tail)) for tail in addresses}

    assert [alone[tail].status_code for tail in addresses] == [200, 200, 200, 409, 404]
    assert [tail for tail in addresses if SECRET in alone[tail].content.decode()] == []
    own = alone[f"mine/{entry.uid}/"].json()
    assert [each["value"] for each in own["answers"]] == [3, 4]
    people = {each["member"]["name"]: each for each in alone[""].json()["evaluators"]}
    assert people["Ada"]["handed_in_at"]
    assert people["Bela"]["handed_in_at"] is None


def test_scorecards_stand_side_by_side_once_they_are_open(
    client: Client, other: Client, entry: ShortlistEntry
) -> None:
    uids = set_criteria(client, entry.brief)
    hand_in(client, entry, said(uids, 8, None, comment=SECRET))
    hand_in(other, entry, said(uids, 3, 4))

    opened = client.post(address(entry.brief, "open/"))
    table = other.get(address(entry.brief, "together/")).json()

    assert opened.json()["is_open"] is True
    assert table["evaluators"] == ["Ada", "Bela"]
    [partner] = table["partners"]
    assert partner["uid"] == str(entry.uid)
    assert partner["place"] == {"rank": 1, "is_tied": False}
    price, quality = partner["criteria"]
    assert [each["value"] for each in price["given"]] == [8, 3]
    assert (price["spread"]["mean"], price["spread"]["is_disagreement"]) == (5.5, True)
    assert quality["given"][0] == {"evaluator": "Ada", "value": None, "cannot_judge": True}
    assert quality["comments"] == [{"evaluator": "Ada", "comment": SECRET}]
    assert [each["total"]["judged_percent"] for each in partner["totals"]][1] == 100
    refused = with_etag(client, "put", mine(entry), said(uids, 1, 1))
    assert refused.status_code == 409


def test_scores_are_agreed_on_and_then_the_round_stays_open(client: Client, entry: ShortlistEntry) -> None:
    uids = set_criteria(client, entry.brief)
    hand_in(client, entry, said(uids, 8, 6))
    client.post(address(entry.brief, "open/"))
    agreed = address(entry.brief, f"agreed/{entry.uid}/")

    answer = with_etag(client, "put", agreed, said(uids, 7, 6))

    assert answer.status_code == 200, answer.content
    assert answer["ETag"] == client.get(agreed)["ETag"]
    assert [each["value"] for each in answer.json()["answers"]] == [7, 6]
    assert client.get(address(entry.brief, "together/")).json()["partners"][0]["agreed_place"]["rank"] == 1
    assert client.post(address(entry.brief, "close/")).status_code == 409
    assert without_and_with_another_etag(client, "put", agreed, said(uids, 7, 6)) == [428, 412]


def test_own_answers_are_replaced_as_a_whole(client: Client, entry: ShortlistEntry) -> None:
    uids = set_criteria(client, entry.brief)
    with_etag(client, "put", mine(entry), said(uids, 8, 6))

    answer = with_etag(client, "put", mine(entry), said(uids, 9))

    assert answer.json()["missing"] == 1
    assert [each["value"] for each in answer.json()["answers"]] == [9, None]
    assert answer.json()["total"]["high"] > answer.json()["total"]["low"]
    assert without_and_with_another_etag(client, "put", mine(entry), said(uids, 1)) == [428, 412]
    assert CriterionScore.objects.filter(value=9).count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"value": 11}, "#/answers/0/value"),
        ({"value": 5, "cannot_judge": True}, "#/answers/0/value"),
        ({"criterion": "0199a1de-0000-7000-8000-000000000000"}, "#/answers/0/criterion"),
        ({"comment": "x" * 301}, "#/answers/0/comment"),
        ({"weight": 1}, "#/answers/0/weight"),
    ],
)
def test_answer_that_cannot_be_used_says_where(
    client: Client, entry: ShortlistEntry, change: dict[str, Any], pointer: str
) -> None:
    uids = set_criteria(client, entry.brief)

    answer = with_etag(client, "put", mine(entry), {"answers": [{"criterion": uids[0], **change}]})

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


def test_criterion_that_stands_twice_is_refused(client: Client, entry: ShortlistEntry) -> None:
    uids = set_criteria(client, entry.brief)

    answer = with_etag(client, "put", mine(entry), said([uids[0], uids[0]], 1, 2))

    assert pointers(answer) == ["#/answers/1/criterion"]


def test_scorecard_is_handed_in_when_whole_and_taken_back(client: Client, entry: ShortlistEntry) -> None:
    uids = set_criteria(client, entry.brief)
    early = client.post(address(entry.brief, "mine/hand-in/"))
    hand_in(client, entry, said(uids, 8, 6))
    shut = with_etag(client, "put", mine(entry), said(uids, 1, 1))

    back = client.post(address(entry.brief, "mine/take-back/"))

    assert [early.status_code, shut.status_code, back.status_code] == [409, 409, 204]
    assert with_etag(client, "put", mine(entry), said(uids, 1, 1)).status_code == 200


def test_criteria_in_use_are_changed_only_by_reopening(client: Client, entry: ShortlistEntry) -> None:
    uids = set_criteria(client, entry.brief)
    hand_in(client, entry, said(uids, 8, 6))
    other = {"criteria": [{"name": "Distance", "points": 1}]}

    def put(body: Any) -> int:
        tag = client.get(address(entry.brief))["ETag"]
        where = address(entry.brief, "criteria/")
        code: int = client.put(where, body, JSON, headers={"If-Match": tag}).status_code
        return code

    assert [put(other), put({**other, "reopens": True})] == [409, 200]


def test_colleague_is_asked_to_score(client: Client, member: Member, brief: Brief) -> None:
    set_criteria(client, brief)
    stranger = MemberFactory.create()

    asked = send(client, address(brief, "evaluators/"), {"member": str(member.uid)})
    unknown = send(client, address(brief, "evaluators/"), {"member": str(stranger.uid)})

    assert [each["is_asked"] for each in asked.json()["evaluators"]] == [True]
    assert pointers(unknown) == ["#/member"]
    body = {"member": str(member.uid), "is_asked": False}
    assert send(client, address(brief, "evaluators/"), body).json()["evaluators"][0]["is_asked"] is False


def test_scoring_without_criteria_is_refused(client: Client, brief: Brief) -> None:
    answers = [client.post(address(brief, tail)) for tail in ("open/", "mine/hand-in/")]

    assert [answer.status_code for answer in answers] == [409, 409]


def test_partner_on_the_long_list_is_not_scored(client: Client, brief: Brief) -> None:
    entry = ShortlistEntryFactory.create(brief=brief, stage="long-list")

    assert client.get(mine(entry)).status_code == 404
    assert client.get(address(brief, "mine/")).json()["results"] == []


@pytest.mark.parametrize("tail", ["", "mine/", "together/"])
def test_scoring_costs_the_same_queries_however_many(client: Client, brief: Brief, tail: str) -> None:
    first = ShortlistEntryFactory.create(brief=brief)
    uids = set_criteria(client, brief)
    hand_in(client, first, said(uids, 8, 6))
    client.post(address(brief, "open/"))
    ShortlistEntryFactory.create(brief=brief)
    few = queries(client, address(brief, tail))
    ShortlistEntryFactory.create_batch(10, brief=brief)
    MemberFactory.create_batch(10, organisation=brief.organisation)

    assert queries(client, address(brief, tail)) == few
