"""The event log over the API: nothing of briefs that do not exist for the caller."""

from typing import Any

import pytest

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Event
from cdmo_portal.events.recording import record
from matching.models import Brief
from tests.accounts.api.callers import client_of
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefColleagueFactory, BriefFactory, MatchRunFactory, ShortlistEntryFactory
from tests.matching.api.asking import queries

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/events/"


@pytest.fixture
def owner() -> Member:
    return MemberFactory.create()


@pytest.fixture(params=["named", "named and deleted"])
def hidden(request: Any, owner: Member) -> Brief:
    """A brief for named colleagues, with an event about it and one about a match run of it."""
    is_deleted = request.param == "named and deleted"
    brief = BriefFactory.create(organisation=owner.organisation, named=True, deleted=is_deleted)
    by = actor_of_member(owner)
    record("brief.created", by=by, about=brief)
    record("match_run.made", by=by, about=MatchRunFactory.create(brief=brief))
    return brief


def editor_of(owner: Member) -> Member:
    return MemberFactory.create(organisation=owner.organisation, editor=True)


def kinds(member: Member) -> list[str]:
    return [row["kind"] for row in client_of(member).get(EVENTS).json()["results"]]


def codes(member: Member) -> list[int]:
    client = client_of(member)
    return [client.get(f"{EVENTS}{event.uid}/").status_code for event in Event.objects.all()]


def test_events_of_a_brief_when_it_is_for_others_do_not_exist(owner: Member, hidden: Brief) -> None:
    editor = editor_of(owner)

    assert (kinds(editor), codes(editor)) == ([], [404, 404])


def test_events_of_a_brief_for_named_colleagues_are_told_to_those_and_to_owners(
    owner: Member, hidden: Brief
) -> None:
    named = editor_of(owner)
    BriefColleagueFactory.create(brief=hidden, member=named)

    for reader in (named, owner):
        assert kinds(reader) == ["match_run.made", "brief.created"]
        assert codes(reader) == [200, 200]
    assert kinds(MemberFactory.create()) == []


def test_events_of_other_things_with_the_same_number_as_a_hidden_brief_are_told(
    owner: Member, hidden: Brief
) -> None:
    Event.objects.create(
        kind="member.joined",
        organisation_id=owner.organisation_id,
        object_kind="accounts.member",
        object_id=hidden.pk,
    )
    Event.objects.create(kind="key.made", organisation_id=owner.organisation_id)

    assert kinds(editor_of(owner)) == ["key.made", "member.joined"]


def test_event_says_in_words_what_was_done_and_where_it_is(owner: Member) -> None:
    brief = BriefFactory.create(organisation=owner.organisation, title="Ours")
    entry = ShortlistEntryFactory.create(brief=brief)
    for about in (brief, MatchRunFactory.create(brief=brief), entry):
        record("brief.created", by=actor_of_member(owner), about=about)

    rows = client_of(owner).get(EVENTS).json()["results"]

    assert [row["object_url"] for row in rows] == [
        f"/api/v1/shortlists/{entry.uid}/",
        f"/api/v1/match-runs/{brief.match_runs.get().uid}/",
        f"/api/v1/briefs/{brief.uid}/",
    ]
    told = rows[-1]
    assert (told["object_uid"], told["by"], told["about"]) == (str(brief.uid), str(owner.user), "Ours")
    assert told["summary"] == "Brief created"
    assert client_of(owner).get(f"{EVENTS}{told['uid']}/").json() == told


def test_names_in_events_are_for_owners(owner: Member) -> None:
    brief = BriefFactory.create(organisation=owner.organisation, title="Ours")
    record("brief.created", by=actor_of_member(owner), about=brief)

    [told] = client_of(editor_of(owner)).get(EVENTS).json()["results"]

    assert (told["by"], told["about"]) == ("", "")
    assert told["object_uid"] == str(brief.uid)


def test_what_is_gone_or_of_another_organisation_has_no_address(owner: Member) -> None:
    by = actor_of_member(owner)
    gone = BriefFactory.create(organisation=owner.organisation, deleted=True)
    for about in (gone, BriefFactory.create(), MemberFactory.create()):
        record("brief.created", by=by, about=about)

    rows = client_of(owner).get(EVENTS).json()["results"]

    assert {(row["object_uid"], row["object_url"]) for row in rows} == {(None, None)}


def test_events_are_filtered_by_what_they_are_about_and_by_time(owner: Member) -> None:
    by = actor_of_member(owner)
    first = record("brief.created", by=by, about=BriefFactory.create(organisation=owner.organisation))
    second = record("member.joined", by=by, about=owner)
    client = client_of(owner)

    def uids(query: str) -> list[str]:
        return [row["uid"] for row in client.get(f"{EVENTS}?{query}").json()["results"]]

    until = second.at.isoformat().replace("+", "%2B")
    assert uids("object_kind=brief") == [str(Event.objects.get(pk=first.pk).uid)]
    assert uids("object_kind=rief") == []
    assert uids(f"until={until}") == uids("object_kind=brief")


def test_events_cost_the_same_queries_however_many(owner: Member) -> None:
    def add(number: int) -> int:
        for brief in BriefFactory.create_batch(number, organisation=owner.organisation):
            record("brief.created", by=actor_of_member(owner), about=brief)
        return queries(client_of(owner), EVENTS)

    assert add(2) == add(10)
