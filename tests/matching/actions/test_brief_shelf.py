"""Copying a brief, putting it away, deleting a draft, and each of them back."""

import pytest

from cdmo_portal.accounts.actors import Actor, actor_of_member
from matching.actions import brief_shelf, requirements
from matching.actions.briefs import BriefNotInState, NotAllowed
from matching.models import Brief, BriefWatch, Requirement
from matching.plain_briefs import requirement_values, values_of
from matching.watching import follow_open_briefs
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import (
    BriefColleagueFactory,
    BriefCommentFactory,
    BriefFactory,
    RequirementFactory,
    ShortlistEntryFactory,
    StepFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return actor_of_member(MemberFactory.create())


@pytest.fixture
def other(by: Actor) -> Actor:
    return actor_of_member(MemberFactory.create(organisation=by.organisation, editor=True))


def test_copy_when_made_asks_the_same_and_is_a_draft_of_its_maker(by: Actor, other: Actor) -> None:
    brief = BriefFactory.create(
        organisation=by.organisation, title="x" * 200, open=True, weights={"fit": 1.0, "quality": 2.0}
    )
    row = RequirementFactory.create(brief=brief, step=StepFactory.create(brief=brief), alternative="a")
    ShortlistEntryFactory.create(brief=brief)
    BriefCommentFactory.create(brief=brief)

    copy = brief_shelf.duplicate(by=other, brief=brief)

    assert (copy.state, copy.created_by, copy.title) == ("draft", other.user, f"Copy of {'x' * 192}")
    assert {**values_of(copy), "title": brief.title} == values_of(brief)
    assert [requirement_values(each) for each in copy.requirements.all()] == [requirement_values(row)]
    assert copy.requirements.get().uid != row.uid
    assert (copy.shortlist.count(), copy.comments.count(), copy.match_runs.count()) == (0, 0, 0)
    assert [each.member.user for each in copy.colleagues.all()] == [other.user]


def test_copy_of_a_brief_of_named_colleagues_is_no_more_open(by: Actor, other: Actor) -> None:
    brief = BriefFactory.create(organisation=by.organisation, named=True)
    with pytest.raises(NotAllowed):
        brief_shelf.duplicate(by=other, brief=brief)

    copy = brief_shelf.duplicate(by=by, brief=brief)

    assert not Brief.objects.visible_to(other).filter(pk=copy.pk).exists()


def test_archived_brief_when_restored_is_written_again(by: Actor) -> None:
    brief = BriefFactory.create(organisation=by.organisation, open=True)
    row = RequirementFactory.create(brief=brief)
    brief_shelf.archive(by=by, brief=brief)
    with pytest.raises(NotAllowed):
        requirements.remove_requirement(by=by, requirement=row, version=1)
    with pytest.raises(BriefNotInState):
        brief_shelf.archive(by=by, brief=brief)

    brief_shelf.restore(by=by, brief=brief)
    requirements.remove_requirement(by=by, requirement=row, version=1)

    assert not Requirement.objects.exists()
    with pytest.raises(BriefNotInState):
        brief_shelf.restore(by=by, brief=brief)


def test_background_when_a_brief_is_archived_lets_it_rest_until_it_is_restored(by: Actor) -> None:
    brief = BriefFactory.create(organisation=by.organisation, open=True)
    BriefWatch.objects.create(organisation=brief.organisation, brief=brief)
    states = []

    for act in (brief_shelf.archive, brief_shelf.restore):
        act(by=by, brief=brief)
        follow_open_briefs()
        states.append(BriefWatch.objects.get().state)

    assert states == ["resting", "active"]


def test_draft_when_deleted_does_not_exist_until_it_is_taken_back(by: Actor) -> None:
    brief = BriefFactory.create(organisation=by.organisation)
    brief_shelf.delete_draft(by=by, brief=brief)
    gone = Brief.objects.visible_to(by).count()

    brief_shelf.undelete(by=by, brief=brief)

    assert (gone, Brief.objects.visible_to(by).count()) == (0, 1)
    with pytest.raises(BriefNotInState):
        brief_shelf.undelete(by=by, brief=brief)


def test_brief_that_was_opened_is_never_deleted(by: Actor) -> None:
    brief = BriefFactory.create(organisation=by.organisation, open=True)

    with pytest.raises(BriefNotInState):
        brief_shelf.delete_draft(by=by, brief=brief)


def test_editor_when_not_owner_of_the_brief_puts_nothing_away(by: Actor, other: Actor) -> None:
    brief = BriefFactory.create(organisation=by.organisation)
    deleted = BriefFactory.create(organisation=by.organisation, deleted=True)

    for act in (brief_shelf.archive, brief_shelf.delete_draft):
        with pytest.raises(NotAllowed):
            act(by=other, brief=brief)
    with pytest.raises(NotAllowed):
        brief_shelf.undelete(by=other, brief=deleted)
    BriefColleagueFactory.create(brief=brief, member__user=other.user, member=member_of(other), role="owner")
    brief_shelf.archive(by=other, brief=brief)

    assert Brief.objects.get(pk=brief.pk).is_archived


def member_of(actor: Actor) -> object:
    return actor.user.memberships.get() if actor.user else None
