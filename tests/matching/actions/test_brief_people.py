"""Naming colleagues on a brief, and whom it is for."""

from importlib import import_module

import pytest
from django.db import connection

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member, Role
from matching.actions import brief_people, briefs
from matching.actions.brief_people import ColleagueNotThere, LastOwnerStays
from matching.actions.briefs import NotAllowed
from matching.models import Brief, BriefChange, BriefColleague
from matching.permissions import role_on
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.briefs import BriefFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> Member:
    return MemberFactory.create(editor=True)


@pytest.fixture
def colleague(author: Member) -> Member:
    return MemberFactory.create(editor=True, organisation=author.organisation)


@pytest.fixture
def by(author: Member) -> Actor:
    return actor_of_member(author)


@pytest.fixture
def brief(by: Actor) -> Brief:
    return briefs.create(by=by, fields={"title": "Tablets"}, steps=[])


def roles(brief: Brief) -> list[str]:
    return list(brief.colleagues.values_list("role", flat=True))


def test_brief_when_written_is_owned_by_who_wrote_it(brief: Brief, author: Member) -> None:
    assert [(row.member, row.role) for row in brief.colleagues.all()] == [(author, Role.OWNER)]


def test_brief_from_before_colleagues_is_owned_by_who_wrote_it_if_they_are_still_there(
    author: Member, colleague: Member
) -> None:
    of = author.organisation
    old = BriefFactory.create(organisation=of, created_by=author.user)
    BriefFactory.create(organisation=of, created_by=UserFactory.create())
    BriefFactory.create(organisation=of)
    statement = import_module("matching.migrations.0008_brief_creators_are_owners").NAME_CREATORS

    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    rows = BriefColleague.objects.all()
    assert [(row.brief, row.member, row.role) for row in rows] == [(old, author, Role.OWNER)]


def test_access_when_narrowed_hides_the_brief_from_all_but_the_named(
    by: Actor, brief: Brief, colleague: Member
) -> None:
    brief_people.set_access(by=by, brief=brief, access=Brief.Access.NAMED)
    before = Brief.objects.visible_to(actor_of_member(colleague)).count()

    brief_people.name_colleague(by=by, brief=brief, member=colleague, role=Role.VIEWER)

    assert (before, Brief.objects.visible_to(actor_of_member(colleague)).count()) == (0, 1)
    assert role_on(actor_of_member(colleague), brief) == Role.VIEWER


def test_people_when_changed_by_no_owner_of_the_brief_are_refused(brief: Brief, colleague: Member) -> None:
    other = actor_of_member(colleague)

    for act in (
        lambda: brief_people.name_colleague(by=other, brief=brief, member=colleague, role=Role.OWNER),
        lambda: brief_people.set_access(by=other, brief=brief, access=Brief.Access.NAMED),
        lambda: brief_people.remove_colleague(by=other, brief=brief, member=colleague),
        lambda: brief_people.change_colleague(by=other, brief=brief, member=colleague, role=Role.OWNER),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert roles(brief) == [Role.OWNER]


def test_member_of_another_organisation_is_never_named(by: Actor, brief: Brief) -> None:
    with pytest.raises(ColleagueNotThere):
        brief_people.name_colleague(by=by, brief=brief, member=MemberFactory.create(), role=Role.VIEWER)


def test_last_owner_when_leaving_or_lowered_stays(
    by: Actor, brief: Brief, author: Member, colleague: Member
) -> None:
    with pytest.raises(LastOwnerStays):
        brief_people.remove_colleague(by=by, brief=brief, member=author)
    with pytest.raises(LastOwnerStays):
        brief_people.change_colleague(by=by, brief=brief, member=author, role=Role.EDITOR)

    brief_people.name_colleague(by=by, brief=brief, member=colleague, role=Role.OWNER)
    brief_people.remove_colleague(by=by, brief=brief, member=author)

    assert roles(brief) == [Role.OWNER]


def test_naming_when_done_twice_is_one_name_with_the_later_role(
    by: Actor, brief: Brief, colleague: Member
) -> None:
    for role in (Role.VIEWER, Role.EDITOR, Role.EDITOR):
        brief_people.name_colleague(by=by, brief=brief, member=colleague, role=role)

    kept = BriefChange.objects.filter(kind=BriefChange.Kind.COLLEAGUE).order_by("pk")
    assert roles(brief) == [Role.OWNER, Role.EDITOR]
    assert [(row.before, row.after) for row in kept] == [(None, "viewer"), ("viewer", "editor")]


def test_colleague_when_not_named_cannot_be_removed(by: Actor, brief: Brief, colleague: Member) -> None:
    with pytest.raises(ColleagueNotThere):
        brief_people.remove_colleague(by=by, brief=brief, member=colleague)
