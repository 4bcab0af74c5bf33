"""What may be done with a brief, by whom, in which state."""

import pytest

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.events.models import Event
from matching.actions import briefs, requirements, shortlists
from matching.actions.briefs import (
    BriefActionRefused,
    BriefChangedMeanwhile,
    BriefHasNothingToMatch,
    BriefNotInState,
    NotAllowed,
)
from matching.models import Brief, Requirement, ShortlistEntry
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> Actor:
    return actor_of_member(MemberFactory.create(editor=True))


def brief_of(actor: Actor, **fields: object) -> Brief:
    return BriefFactory.create(organisation=actor.organisation, **fields)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_create_when_editor_makes_a_draft_with_its_steps_in_order(author: Actor) -> None:
    brief = briefs.create(by=author, fields={"title": "Tablets"}, steps=["drug-product", "packaging"])

    assert (brief.state, brief.organisation) == (Brief.State.DRAFT, author.organisation)
    assert [step.kind for step in brief.steps.all()] == ["drug-product", "packaging"]
    assert kinds() == ["brief.created"]


@pytest.mark.parametrize("trait", ["viewer", "cdmo"])
def test_create_when_viewer_or_cdmo_is_refused(trait: str) -> None:
    actor = actor_of_member(MemberFactory.create(**{trait: True}))

    with pytest.raises(NotAllowed):
        briefs.create(by=actor, fields={"title": "Tablets"}, steps=[])

    assert not Brief.objects.exists()


def test_update_when_a_colleague_saved_first_loses_nothing(author: Actor) -> None:
    brief = brief_of(author, title="First")
    briefs.update(by=author, brief=brief, version=1, fields={"title": "Colleague's"}, steps=[])

    with pytest.raises(BriefChangedMeanwhile):
        briefs.update(by=author, brief=brief, version=1, fields={"title": "Mine"}, steps=[])

    assert Brief.objects.get().title == "Colleague's"


def test_update_when_a_step_goes_away_keeps_its_requirements_for_the_whole_project(author: Actor) -> None:
    brief = brief_of(author)
    requirement = RequirementFactory.create(brief=brief, step=StepFactory.create(brief=brief))

    briefs.update(by=author, brief=brief, version=1, fields={}, steps=["packaging"])

    requirement.refresh_from_db()
    assert requirement.step is None
    assert [step.kind for step in brief.steps.all()] == ["packaging"]


def test_stranger_when_acting_on_the_brief_is_refused_everywhere(author: Actor) -> None:
    brief = brief_of(author)
    requirement = RequirementFactory.create(brief=brief)
    stranger = actor_of_member(MemberFactory.create())

    for act in (
        lambda: briefs.update(by=stranger, brief=brief, version=1, fields={}, steps=[]),
        lambda: briefs.open_brief(by=stranger, brief=brief),
        lambda: briefs.close(by=stranger, brief=brief),
        lambda: requirements.change_requirement(by=stranger, requirement=requirement, version=1),
        lambda: requirements.remove_requirement(by=stranger, requirement=requirement, version=1),
        lambda: requirements.add_requirement(by=stranger, brief=brief, requirement=Requirement()),
        lambda: shortlists.add(by=stranger, brief=brief, partner=PartnerFactory.create()),
        lambda: shortlists.remove(by=stranger, brief=brief, partner=PartnerFactory.create()),
    ):
        with pytest.raises(NotAllowed):
            act()

    brief.refresh_from_db()
    assert (brief.version, brief.state, kinds()) == (1, Brief.State.DRAFT, [])


def test_open_when_only_wishes_are_asked_is_refused(author: Actor) -> None:
    brief = brief_of(author)
    RequirementFactory.create(brief=brief, wish=True)

    with pytest.raises(BriefHasNothingToMatch):
        briefs.open_brief(by=author, brief=brief)


def test_reopen_when_nothing_is_left_to_match_is_refused(author: Actor) -> None:
    brief = brief_of(author, closed=True)
    RequirementFactory.create(brief=brief, wish=True)

    with pytest.raises(BriefHasNothingToMatch):
        briefs.reopen(by=author, brief=brief)


def test_brief_when_opened_closed_and_opened_again_records_each_step(author: Actor) -> None:
    brief = brief_of(author)
    RequirementFactory.create(brief=brief)

    briefs.open_brief(by=author, brief=brief)
    with pytest.raises(BriefNotInState):
        briefs.open_brief(by=author, brief=brief)
    briefs.close(by=author, brief=brief)
    with pytest.raises(BriefActionRefused):
        briefs.update(by=author, brief=brief, version=brief.version, fields={"title": "x"}, steps=[])
    briefs.reopen(by=author, brief=brief)

    assert brief.state == Brief.State.OPEN
    assert kinds() == ["brief.opened", "brief.closed", "brief.reopened"]


def test_shortlist_when_added_twice_and_removed_twice_is_one_entry_and_two_events(author: Actor) -> None:
    brief, partner = brief_of(author), PartnerFactory.create()

    first = shortlists.add(by=author, brief=brief, partner=partner)
    second = shortlists.add(by=author, brief=brief, partner=partner)
    shortlists.remove(by=author, brief=brief, partner=partner)
    shortlists.remove(by=author, brief=brief, partner=partner)

    assert first is not None
    assert second is None
    assert not ShortlistEntry.objects.exists()
    assert kinds() == ["shortlist.added", "shortlist.removed"]


def test_visible_to_when_stranger_cdmo_or_operator_asks_is_empty(author: Actor) -> None:
    brief_of(author)
    strangers = [
        actor_of_member(MemberFactory.create()),
        actor_of_member(MemberFactory.create(cdmo=True)),
        Actor(user=MemberFactory.create(user__is_operator=True).user),
        Actor(),
    ]

    assert Brief.objects.visible_to(author).count() == 1
    assert [Brief.objects.visible_to(actor).count() for actor in strangers] == [0, 0, 0, 0]
