"""The event log as a page: for owners, in words, with names of their own people only."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.actors import NOBODY, Actor, actor_of_member
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.recording import record
from cdmo_portal.people import joining
from matching.event_log import entries, log_events
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.partners import ClaimFactory

pytestmark = pytest.mark.django_db
LOG = reverse("matching:event_list")


def page_of(member: Member, query: str = "") -> str:
    client = Client()
    client.force_login(member.user)
    answer = client.get(LOG + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def owner() -> Member:
    member: Member = MemberFactory.create(cdmo=True, user__full_name="Dora Owner")
    return member


def test_log_when_members_come_change_and_go_then_it_says_who_did_what_to_whom(owner: Member) -> None:
    by = actor_of_member(owner)
    colleague = MemberFactory.create(organisation=owner.organisation, user__full_name="Emil Colleague")
    joining.invite(by=by, organisation=owner.organisation, email="nora@people.example", role=Role.EDITOR)
    joining.change_role(by=by, member=colleague, role=Role.VIEWER)
    colleague.refresh_from_db()
    joining.remove(by=by, member=colleague)

    page = page_of(owner)

    for said in ("Invitation sent", "nora@people.example", "Role changed", "now viewer", "Member removed"):
        assert said in page
    assert page.count("Emil Colleague") == 2
    assert page.index("Member removed") < page.index("Invitation sent")


def test_log_when_others_acted_then_their_names_are_not_told(owner: Member) -> None:
    operator = UserFactory.create(operator=True, full_name="Olga Operator")
    rival = MemberFactory.create(cdmo=True, user__full_name="Rita Rival")
    claim = ClaimFactory.create(contest=True, keeper=owner.organisation, organisation=rival.organisation)
    for kind, by in (
        ("profile.contested", actor_of_member(rival)),
        ("profile.contest_refused", Actor(user=operator)),
    ):
        record(kind, by=by, about=claim, organisation_id=owner.organisation_id)

    page = page_of(owner)

    assert "Olga" not in page
    assert "Rita" not in page
    assert "An operator of the portal" in page
    assert "Somebody of another organisation" in page
    assert claim.subject.name in page


def test_log_when_narrowed_then_only_what_was_asked_for_stands_in_it(owner: Member) -> None:
    by = actor_of_member(owner)
    colleague = MemberFactory.create(organisation=owner.organisation, editor=True)
    record("claim.made", by=by)
    record("feed.created", by=actor_of_member(colleague))
    record("feed.refreshed", by=NOBODY, organisation_id=owner.organisation_id)

    def kinds(**narrowed: object) -> list[str]:
        return [event.kind for event in log_events(by, **narrowed)]  # type: ignore[arg-type]

    assert kinds() == ["feed.created", "claim.made"]
    assert kinds(by_itself=True) == ["feed.refreshed", "feed.created", "claim.made"]
    assert kinds(group="claims") == ["claim.made"]
    assert kinds(user_id=colleague.user_id) == ["feed.created"]
    page = page_of(owner, f"?group=capacity&person={colleague.uid}&by_itself=on")
    assert "Feed created" in page
    assert "Profile claimed" not in page


def test_log_is_for_owners_and_strangers_read_their_own(owner: Member) -> None:
    record("claim.made", by=actor_of_member(owner))
    client = Client()
    for role in (Role.EDITOR, Role.VIEWER):
        client.force_login(MemberFactory.create(organisation=owner.organisation, role=role).user)
        assert client.get(LOG).status_code == 403
    client.force_login(UserFactory.create(operator=True))
    assert client.get(LOG).status_code == 302

    assert "Profile claimed" not in page_of(MemberFactory.create())
    assert "Profile claimed" in page_of(owner)


@pytest.mark.parametrize("query", ["?group=nonsense", "?person=nonsense", "?person=1"])
def test_log_when_asked_nonsense_says_which_field_is_wrong(owner: Member, query: str) -> None:
    client = Client()
    client.force_login(owner.user)

    answer = client.get(LOG + query)

    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()


def test_entries_when_there_are_more_then_they_take_no_more_queries(
    owner: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    by = actor_of_member(owner)
    for _claim in range(3):
        record("claim.made", by=by, about=ClaimFactory.create(organisation=owner.organisation))
    events = list(log_events(by))

    with django_assert_num_queries(4):
        assert len(entries(events, by)) == 3
