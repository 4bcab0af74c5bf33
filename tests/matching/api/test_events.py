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
from tests.factories.briefs import BriefColleagueFactory, BriefFactory, MatchRunFactory

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
