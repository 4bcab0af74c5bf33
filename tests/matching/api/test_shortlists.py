"""Partners that are followed: moved, described, taken off, and all of it undone."""

from typing import Any

import pytest
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from matching.models import Brief, ShortlistChange, ShortlistEntry
from tests.accounts.api.callers import client_of, colleague_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import (
    BriefColleagueFactory,
    BriefFactory,
    RequirementFactory,
    ShortlistEntryFactory,
)
from tests.factories.partners import PartnerFactory
from tests.matching.api.asking import queries, send, with_etag, without_and_with_another_etag

pytestmark = pytest.mark.django_db
ALL = "/api/v1/shortlists/"


@pytest.fixture
def member() -> Member:
    return MemberFactory.create(role=Role.EDITOR)


@pytest.fixture
def client(member: Member) -> Client:
    return client_of(member)


@pytest.fixture
def brief(member: Member) -> Brief:
    return BriefFactory.create(organisation=member.organisation, open=True)


@pytest.fixture
def entry(brief: Brief) -> ShortlistEntry:
    return ShortlistEntryFactory.create(brief=brief, note="Met in May", tags=["eu"])


def listed(brief: Brief) -> str:
    return f"/api/v1/briefs/{brief.uid}/shortlist/"


def address(entry: ShortlistEntry) -> str:
    return f"{listed(entry.brief)}{entry.partner.uid}/"


def changes(brief: Brief) -> str:
    return f"{listed(brief)}changes/"


def test_partner_is_moved_and_described_at_once(client: Client, entry: ShortlistEntry) -> None:
    body = {"stage": "declined", "reason": "No line", "note": "They\nsaid no", "tags": ["EU ", "eu", "late"]}

    answer = with_etag(client, "patch", address(entry), body)

    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["stage"], said["reason"], said["note"]) == ("declined", "No line", "They\nsaid no")
    assert said["tags"] == ["EU", "late"]
    assert said["brief"] == str(entry.brief.uid)
    assert answer["ETag"] == client.get(address(entry))["ETag"]
    kinds = entry.changes.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["described", "moved"]


def test_change_of_the_note_leaves_the_rest(client: Client, entry: ShortlistEntry) -> None:
    before = client.get(address(entry)).json()

    answer = with_etag(client, "patch", address(entry), {"note": "Called"})

    assert answer.json() == {**before, "note": "Called"}


def test_new_stage_leaves_the_reason_of_the_old_one_behind(client: Client, entry: ShortlistEntry) -> None:
    with_etag(client, "patch", address(entry), {"stage": "declined", "reason": "No line"})

    kept = with_etag(client, "patch", address(entry), {"stage": "declined", "note": "Asked again"}).json()
    moved = with_etag(client, "patch", address(entry), {"stage": "contacted"}).json()

    assert (kept["reason"], kept["note"]) == ("No line", "Asked again")
    assert (moved["stage"], moved["reason"]) == ("contacted", "")


def test_reason_of_a_declined_partner_can_be_said_later(client: Client, entry: ShortlistEntry) -> None:
    with_etag(client, "patch", address(entry), {"stage": "declined"})

    answer = with_etag(client, "patch", address(entry), {"reason": "Too far"})

    assert answer.json()["reason"] == "Too far"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"stage": "gone"}, "#/stage"),
        ({"reason": "Because"}, "#/reason"),
        ({"stage": "contacted", "reason": "Because"}, "#/reason"),
        ({"note": "x" * 4001}, "#/note"),
        ({"tags": ["a\nb"]}, "#/tags/0"),
        ({"tags": [f"tag {number}" for number in range(11)]}, "#/tags"),
        ({"version": 1}, "#/version"),
    ],
)
def test_change_that_cannot_be_used_says_where_and_changes_nothing(
    client: Client, entry: ShortlistEntry, body: Any, pointer: str
) -> None:
    answer = with_etag(client, "patch", address(entry), body)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]
    assert ShortlistEntry.objects.get().version == 1


def test_change_and_removal_need_the_present_etag(client: Client, entry: ShortlistEntry) -> None:
    for method in ("patch", "delete"):
        codes = without_and_with_another_etag(client, method, address(entry), {"note": "a"})
        assert codes == [428, 412]

    assert ShortlistEntry.objects.get().note == "Met in May"


def test_partner_that_is_taken_off_comes_back_as_it_was(client: Client, entry: ShortlistEntry) -> None:
    removed = with_etag(client, "delete", address(entry))
    gone = client.get(address(entry))

    back = client.put(address(entry))

    assert [removed.status_code, gone.status_code, back.status_code] == [204, 404, 201]
    assert (back.json()["note"], back.json()["tags"]) == ("Met in May", ["eu"])


def test_partner_starts_in_the_stage_that_is_sent(client: Client, brief: Brief) -> None:
    partner = PartnerFactory.create()

    answers = [
        client.put(f"{listed(brief)}{partner.uid}/", {"stage": stage}, content_type="application/json")
        for stage in ("long-list", "contacted", "gone")
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 400]
    assert [answer.json()["stage"] for answer in answers[:2]] == ["long-list", "long-list"]


def test_history_tells_who_changed_what_without_inner_numbers(
    client: Client, member: Member, entry: ShortlistEntry
) -> None:
    other = MemberFactory.create(organisation=member.organisation)
    with_etag(client, "patch", address(entry), {"note": "Called"})
    ShortlistChange.objects.create(
        organisation=entry.organisation,
        brief=entry.brief,
        kind=ShortlistChange.Kind.EVALUATORS,
        by=member.user,
        before={"evaluator": other.user_id, "is_asked": False},
        after={"evaluator": other.user_id, "is_asked": True},
        version=1,
    )

    asked, described = client.get(changes(entry.brief)).json()["results"]

    assert (described["kind"], described["by"]) == ("described", str(member.user))
    assert described["before"] == {"note": "Met in May"}
    assert described["after"] == {"note": "Called"}
    assert described["partner"]["uid"] == str(entry.partner.uid)
    assert (asked["evaluator"], asked["partner"]) == (str(other.user), None)
    assert asked["after"] == {"is_asked": True}


def test_change_is_undone_and_the_undo_as_well(client: Client, entry: ShortlistEntry) -> None:
    with_etag(client, "patch", address(entry), {"note": "Called"})
    [made] = client.get(changes(entry.brief)).json()["results"]

    undone = client.post(f"{changes(entry.brief)}{made['uid']}/undo/")
    first_note = client.get(address(entry)).json()["note"]
    again = client.post(f"{changes(entry.brief)}{undone.json()['uid']}/undo/")

    assert [undone.status_code, again.status_code] == [201, 201]
    assert undone.json()["undoes"] == made["uid"]
    assert first_note == "Met in May"
    assert client.get(address(entry)).json()["note"] == "Called"
    assert client.get(f"{changes(entry.brief)}{made['uid']}/").json()["is_undone"] is True


def test_undo_that_would_lose_a_later_change_is_refused(client: Client, entry: ShortlistEntry) -> None:
    with_etag(client, "patch", address(entry), {"note": "Called"})
    [made] = client.get(changes(entry.brief)).json()["results"]
    with_etag(client, "patch", address(entry), {"note": "Called twice"})

    answer = client.post(f"{changes(entry.brief)}{made['uid']}/undo/")

    assert answer.status_code == 409
    assert "lose the later change" in answer.json()["detail"]


def test_changes_are_filtered_by_kind_and_partner(client: Client, brief: Brief) -> None:
    partners = [PartnerFactory.create(), PartnerFactory.create()]
    for partner in partners:
        client.put(f"{listed(brief)}{partner.uid}/")

    found = client.get(f"{changes(brief)}?kind=added&partner={partners[0].uid}").json()["results"]

    assert [row["partner"]["uid"] for row in found] == [str(partners[0].uid)]
    assert client.get(f"{changes(brief)}?kind=moved").json()["results"] == []


def test_all_entries_are_those_of_briefs_that_the_caller_sees(
    client: Client, member: Member, entry: ShortlistEntry
) -> None:
    hidden = ShortlistEntryFactory.create(brief__organisation=member.organisation, brief__named=True)
    named = ShortlistEntryFactory.create(brief__organisation=member.organisation, brief__named=True)
    BriefColleagueFactory.create(brief=named.brief, member=member)
    ShortlistEntryFactory.create()

    found = {row["uid"] for row in client.get(ALL).json()["results"]}

    assert found == {str(entry.uid), str(named.uid)}
    assert client.get(f"{ALL}{hidden.uid}/").status_code == 404
    assert client.get(f"{ALL}{entry.uid}/")["ETag"] == client.get(address(entry))["ETag"]


def test_all_entries_are_filtered(client: Client, brief: Brief) -> None:
    here = ShortlistEntryFactory.create(brief=brief, stage="contacted")
    ShortlistEntryFactory.create(brief=brief)
    ShortlistEntryFactory.create(brief__organisation=brief.organisation, stage="contacted")

    def uids(query: str) -> set[str]:
        return {row["uid"] for row in client.get(f"{ALL}?{query}").json()["results"]}

    assert uids(f"brief={brief.uid}&stage=contacted") == {str(here.uid)}
    assert uids(f"partner={here.partner.uid}") == {str(here.uid)}
    assert client.get(f"{ALL}?stage=gone").status_code == 400


@pytest.mark.parametrize("where", ["", "changes/", "all"])
def test_lists_cost_the_same_queries_however_many(client: Client, brief: Brief, where: str) -> None:
    asked = ALL if where == "all" else f"{listed(brief)}{where}"

    def follow(number: int) -> int:
        for partner in PartnerFactory.create_batch(number):
            client.put(f"{listed(brief)}{partner.uid}/")
        return queries(client, asked)

    assert follow(2) == follow(10)


def test_reader_changes_and_undoes_nothing(client: Client, member: Member, entry: ShortlistEntry) -> None:
    with_etag(client, "patch", address(entry), {"note": "Called"})
    [made] = client.get(changes(entry.brief)).json()["results"]
    reader = client_of(colleague_of(member, Role.VIEWER))

    codes = [
        with_etag(reader, "patch", address(entry), {"note": "Mine"}).status_code,
        with_etag(reader, "delete", address(entry)).status_code,
        send(reader, f"{changes(entry.brief)}{made['uid']}/undo/", {}).status_code,
    ]

    assert codes == [403, 403, 403]


def test_brief_and_partner_are_put_where_their_links_stood(client: Client, entry: ShortlistEntry) -> None:
    [row] = client.get(f"{ALL}?expand=brief,partner&fields=uid,brief,partner").json()["results"]

    assert row["uid"] == str(entry.uid)
    assert row["brief"] == client.get(f"/api/v1/briefs/{entry.brief.uid}/").json()
    assert row["partner"] == client.get(f"/api/v1/partners/{entry.partner.uid}/").json()


def test_expanded_entries_cost_the_same_queries_however_many(client: Client, member: Member) -> None:
    def follow(number: int) -> int:
        for _ in range(number):
            brief = BriefFactory.create(organisation=member.organisation)
            RequirementFactory.create(brief=brief)
            ShortlistEntryFactory.create(brief=brief)
        return queries(client, f"{ALL}?expand=brief,partner")

    assert follow(2) == follow(8)
