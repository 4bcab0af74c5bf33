"""An entry of a shortlist moved and described at once, and taken off by who knows how it stands."""

import pytest

from cdmo_portal.accounts.actors import Actor, actor_of_member
from matching.actions import shortlists
from matching.actions.briefs import NotAllowed
from matching.actions.shortlist_changes import ShortlistChangedMeanwhile
from matching.actions.shortlists import ReasonHasNoPlace
from matching.models import ShortlistEntry
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, ShortlistEntryFactory

pytestmark = pytest.mark.django_db
Stage = ShortlistEntry.Stage


@pytest.fixture
def actor() -> Actor:
    return actor_of_member(MemberFactory.create(editor=True))


@pytest.fixture
def entry(actor: Actor) -> ShortlistEntry:
    brief = BriefFactory.create(organisation=actor.organisation, open=True)
    return ShortlistEntryFactory.create(brief=brief, note="Met in May", tags=["eu"])


def stands(entry: ShortlistEntry) -> tuple[str, str, str, list[str], int]:
    now = ShortlistEntry.ever.get(pk=entry.pk)
    return now.stage, now.reason, now.note, now.tags, now.version


def test_revise_when_all_is_said_then_moves_and_describes(actor: Actor, entry: ShortlistEntry) -> None:
    shortlists.revise(
        by=actor, entry=entry, version=1, stage=Stage.DECLINED, reason="Far", note="Called", tags=[]
    )

    assert stands(entry) == ("declined", "Far", "Called", [], 3)


def test_revise_when_nothing_is_said_then_writes_nothing(actor: Actor, entry: ShortlistEntry) -> None:
    shortlists.revise(by=actor, entry=entry, version=1)

    assert stands(entry) == ("shortlist", "", "Met in May", ["eu"], 1)


def test_revise_when_the_stage_takes_no_reason_then_refuses_it(actor: Actor, entry: ShortlistEntry) -> None:
    with pytest.raises(ReasonHasNoPlace):
        shortlists.revise(by=actor, entry=entry, version=1, reason="Far")


def test_revise_when_a_colleague_wrote_the_note_meanwhile_then_moves_nothing_either(
    actor: Actor, entry: ShortlistEntry
) -> None:
    shortlists.describe(by=actor, entry=entry, version=1, note="Theirs", tags=["eu"])

    with pytest.raises(ShortlistChangedMeanwhile):
        shortlists.revise(by=actor, entry=entry, version=1, stage=Stage.CONTACTED, note="Mine")

    assert stands(entry) == ("shortlist", "", "Theirs", ["eu"], 2)


def test_revise_when_the_role_only_reads_then_is_refused(entry: ShortlistEntry) -> None:
    reader = MemberFactory.create(organisation=entry.organisation, viewer=True)

    with pytest.raises(NotAllowed):
        shortlists.revise(by=actor_of_member(reader), entry=entry, version=1, note="Mine")


def test_remove_when_the_entry_was_changed_since_then_keeps_it(actor: Actor, entry: ShortlistEntry) -> None:
    shortlists.describe(by=actor, entry=entry, version=1, note="Theirs", tags=["eu"])

    with pytest.raises(ShortlistChangedMeanwhile):
        shortlists.remove(by=actor, brief=entry.brief, partner=entry.partner, version=1)

    assert shortlists.remove(by=actor, brief=entry.brief, partner=entry.partner, version=2) is not None
