"""What a person may do with a brief, by their role in the organisation and on the brief."""

from typing import Any

import pytest
from django.apps import apps

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.people import joining
from matching.models import Brief, BriefChange, BriefColleague, BriefNotice, BriefWatch, ShortlistChange, Step
from matching.permissions import (
    can_comment,
    can_edit_brief,
    can_own_brief,
    can_reopen_brief,
    can_run_scoring,
    can_score,
    can_shortlist,
    owned_among,
    role_on,
)
from tests.factories.accounts import APIKeyFactory, MemberFactory
from tests.factories.briefs import (
    BriefColleagueFactory,
    BriefCommentFactory,
    BriefFactory,
    CriterionScoreFactory,
    InterestFactory,
    MatchRunFactory,
    RequirementFactory,
    ScorecardFactory,
    ScoringRoundFactory,
)

pytestmark = pytest.mark.django_db
NAMED, ORGANISATION = Brief.Access.NAMED, Brief.Access.ORGANISATION
OWN, EDIT, VIEW = Role.OWNER, Role.EDITOR, Role.VIEWER

READS = (can_comment, can_score)
EDITS = (can_edit_brief, can_reopen_brief, can_shortlist, can_run_scoring)

# Role in the organisation, access, role on the brief or none, and what follows.
ROLES = [
    (OWN, ORGANISATION, None, OWN),
    (OWN, NAMED, None, OWN),
    (OWN, NAMED, VIEW, OWN),
    (EDIT, ORGANISATION, None, EDIT),
    (EDIT, ORGANISATION, VIEW, VIEW),
    (EDIT, ORGANISATION, OWN, OWN),
    (EDIT, NAMED, None, None),
    (EDIT, NAMED, VIEW, VIEW),
    (EDIT, NAMED, EDIT, EDIT),
    (EDIT, NAMED, OWN, OWN),
    (VIEW, ORGANISATION, None, VIEW),
    (VIEW, ORGANISATION, OWN, VIEW),
    (VIEW, NAMED, None, None),
    (VIEW, NAMED, EDIT, VIEW),
]


@pytest.mark.parametrize(("own", "access", "named", "expected"), ROLES)
def test_role_when_named_or_not_follows_from_organisation_access_and_name(
    own: Role, access: str, named: Role | None, expected: Role | None
) -> None:
    member = MemberFactory.create(role=own)
    brief = BriefFactory.create(organisation=member.organisation, access=access)
    if named is not None:
        BriefColleagueFactory.create(brief=brief, member=member, role=named)
    actor = actor_of_member(member)

    assert role_on(actor, brief) == expected
    assert Brief.objects.visible_to(actor).exists() == (expected is not None)
    assert {may(actor, brief) for may in READS} == {expected is not None}
    assert {may(actor, brief) for may in EDITS} == {expected in {EDIT, OWN}}
    assert can_own_brief(actor, brief) == (expected == OWN)
    assert owned_on(actor, brief) == (expected == OWN)


def test_key_when_it_acts_is_its_member_and_no_more() -> None:
    key = APIKeyFactory.create(member__role=EDIT)
    brief = BriefFactory.create(organisation=key.organisation, access=NAMED)
    reader = actor_of_member(key.member, can_write=False, key=key)
    writer = actor_of_member(key.member, key=key)
    assert role_on(writer, brief) is None

    BriefColleagueFactory.create(brief=brief, member=key.member, role=OWN)

    assert (role_on(writer, brief), role_on(reader, brief)) == (OWN, VIEW)
    assert not can_comment(reader, brief)


def rows_of_briefs() -> list[Any]:
    """Their managers have no common type that knows `visible_to`, hence Any. Steps are never listed."""
    models = apps.get_app_config("matching").get_models()
    return [each for each in models if each is not Step and "brief" in {f.name for f in each._meta.fields}]


def write_all(brief: Brief) -> None:
    """A row of everything that hangs on a brief."""
    of = {"organisation": brief.organisation, "brief": brief}
    RequirementFactory.create(brief=brief)
    MatchRunFactory.create(brief=brief)
    BriefCommentFactory.create(brief=brief)
    ScoringRoundFactory.create(brief=brief, open=True)
    CriterionScoreFactory.create(scorecard=ScorecardFactory.create(brief=brief, handed_in=True))
    InterestFactory.create(brief=brief)
    named = BriefColleagueFactory.create(brief=brief)
    BriefNotice.objects.create(**of, member=named.member)
    BriefWatch.objects.create(**of)
    ShortlistChange.objects.create(**of, kind=ShortlistChange.Kind.OPENED, version=1)
    BriefChange.objects.create(**of, kind=BriefChange.Kind.CREATED)


def test_rows_of_a_brief_when_it_is_not_for_the_actor_do_not_exist() -> None:
    member = MemberFactory.create(editor=True)
    brief = BriefFactory.create(organisation=member.organisation, access=NAMED)
    write_all(brief)
    actor = actor_of_member(member)
    kinds = rows_of_briefs()

    before = [kind.objects.visible_to(actor).count() for kind in kinds]
    BriefColleagueFactory.create(brief=brief, member=member, role=VIEW)

    assert before == [0] * len(kinds)
    assert 0 not in [kind.objects.visible_to(actor).count() for kind in kinds]


def test_member_when_removed_and_invited_again_has_no_right_left() -> None:
    owner = MemberFactory.create()
    member = MemberFactory.create(organisation=owner.organisation, editor=True)
    brief = BriefFactory.create(organisation=owner.organisation, access=NAMED)
    BriefColleagueFactory.create(brief=brief, member=member, role=OWN)

    joining.remove(by=actor_of_member(owner), member=member)
    again = Member.objects.create(organisation=owner.organisation, user=member.user, role=EDIT)

    assert role_on(actor_of_member(again), brief) is None
    assert not BriefColleague.objects.exists()


def test_brief_when_archived_or_deleted_is_not_written_any_more() -> None:
    actor = actor_of_member(MemberFactory.create())
    archived = BriefFactory.create(organisation=actor.organisation, archived=True)
    deleted = BriefFactory.create(organisation=actor.organisation, deleted=True)

    for brief, role in ((archived, OWN), (deleted, None)):
        assert role_on(actor, brief) == role
        assert not any(may(actor, brief) for may in (*READS, *EDITS))
    assert owned_on(actor, deleted)
    assert list(Brief.objects.visible_to(actor)) == [archived]
    assert list(Brief.objects.deleted_for(actor)) == [deleted]


def test_strangers_when_they_ask_have_no_role() -> None:
    brief = BriefFactory.create()
    cdmo = actor_of_member(MemberFactory.create(cdmo=True))

    for actor in (Actor(), cdmo, actor_of_member(MemberFactory.create())):
        assert role_on(actor, brief) is None
        assert not any(may(actor, brief) for may in (*READS, *EDITS, can_own_brief, owned_on))


def owned_on(actor: Actor, brief: Brief) -> bool:
    return bool(owned_among(actor, [brief]))
