"""Adding, moving, describing and taking off partners of a shortlist; conflicts; the history; undo."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.events.models import Event
from matching.actions import shortlists
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.actions.shortlist_changes import ShortlistChangedMeanwhile
from matching.actions.shortlists import ShortlistFull
from matching.actions.undoing import UndoRefused, undo
from matching.models import Brief, ShortlistChange, ShortlistEntry
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, CriterionScoreFactory, ShortlistEntryFactory
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db
Stage = ShortlistEntry.Stage


@pytest.fixture
def author() -> Actor:
    return actor_of_member(MemberFactory.create(editor=True))


@pytest.fixture
def colleague(author: Actor) -> Actor:
    return actor_of_member(MemberFactory.create(editor=True, organisation=author.organisation))


@pytest.fixture
def brief(author: Actor) -> Brief:
    return BriefFactory.create(organisation=author.organisation, open=True)


@pytest.fixture
def entry(author: Actor, brief: Brief) -> ShortlistEntry:
    change = shortlists.add(by=author, brief=brief, partner=PartnerFactory.create(name="Larkfen"))
    assert change is not None
    assert change.entry is not None
    return change.entry


def latest(brief: Brief) -> ShortlistChange:
    change = brief.shortlist_changes.first()
    assert change is not None
    return change


def facts(entry: ShortlistEntry) -> tuple[object, ...]:
    entry.refresh_from_db()
    return (entry.stage, entry.reason, entry.note, entry.tags, entry.removed_at is None)


def test_move_when_made_notes_who_moved_what_and_when_it_came_there(
    author: Actor, entry: ShortlistEntry
) -> None:
    before = entry.stage_since

    change = shortlists.move(by=author, entry=entry, version=1, stage=Stage.DECLINED, reason="Too small")

    entry.refresh_from_db()
    assert change is not None
    assert (entry.stage, entry.reason, entry.version) == ("declined", "Too small", 2)
    assert entry.stage_since > before
    assert (change.by, change.entry, change.kind) == (author.user, entry, "moved")
    assert (change.before["stage"], change.after["stage"]) == ("shortlist", "declined")


def test_move_when_made_leaves_only_ids_in_the_event(author: Actor, entry: ShortlistEntry) -> None:
    change = shortlists.move(by=author, entry=entry, version=1, stage=Stage.DECLINED, reason="Too small")

    event = Event.objects.first()
    assert event is not None
    assert change is not None
    assert event.kind == "shortlist.moved"
    assert event.data == {"change": change.pk, "partner": entry.partner_id}


def test_move_when_reason_stands_where_none_belongs_drops_it(author: Actor, entry: ShortlistEntry) -> None:
    shortlists.move(by=author, entry=entry, version=1, stage=Stage.CONTACTED, reason="nowhere to stand")

    assert facts(entry)[:2] == ("contacted", "")


def test_move_when_a_colleague_moved_it_first_is_a_conflict_that_loses_nothing(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    shortlists.move(by=colleague, entry=entry, version=1, stage=Stage.SELECTED)

    with pytest.raises(ShortlistChangedMeanwhile) as refused:
        shortlists.move(by=author, entry=entry, version=1, stage=Stage.DECLINED)

    assert facts(entry)[0] == "selected"
    assert [change.by for change in refused.value.changes] == [colleague.user]


def test_move_when_a_colleague_only_wrote_a_note_goes_through(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    shortlists.describe(by=colleague, entry=entry, version=1, note="Good", tags=["EU"])

    shortlists.move(by=author, entry=entry, version=1, stage=Stage.CONTACTED)

    assert facts(entry) == ("contacted", "", "Good", ["EU"], True)


def test_move_when_both_want_the_same_is_one_change(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    shortlists.move(by=colleague, entry=entry, version=1, stage=Stage.CONTACTED)

    again = shortlists.move(by=author, entry=entry, version=1, stage=Stage.CONTACTED)

    assert again is None
    assert entry.changes.filter(kind="moved").count() == 1


@pytest.mark.parametrize("version", [0, -1, 999])
def test_move_when_the_version_never_was_counts_as_not_having_seen_it(
    author: Actor, colleague: Actor, entry: ShortlistEntry, version: int
) -> None:
    shortlists.move(by=colleague, entry=entry, version=1, stage=Stage.SELECTED)

    with pytest.raises(ShortlistChangedMeanwhile):
        shortlists.move(by=author, entry=entry, version=version, stage=Stage.DECLINED)


def test_move_when_it_was_taken_off_meanwhile_is_a_conflict(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    shortlists.remove(by=colleague, brief=entry.brief, partner=entry.partner)

    with pytest.raises(ShortlistChangedMeanwhile):
        shortlists.move(by=author, entry=entry, version=1, stage=Stage.DECLINED)


def test_describe_when_a_colleague_described_it_first_is_a_conflict(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    shortlists.describe(by=colleague, entry=entry, version=1, note="Theirs", tags=[])

    with pytest.raises(ShortlistChangedMeanwhile):
        shortlists.describe(by=author, entry=entry, version=1, note="Mine", tags=[])

    assert facts(entry)[2] == "Theirs"


@pytest.mark.parametrize("stage", [Stage.CONTACTED, Stage.DECLINED])
def test_describe_when_a_colleague_only_moved_it_goes_through_and_keeps_their_reason(
    author: Actor, colleague: Actor, entry: ShortlistEntry, stage: ShortlistEntry.Stage
) -> None:
    shortlists.move(by=colleague, entry=entry, version=1, stage=stage, reason="Far")

    shortlists.describe(by=author, entry=entry, version=1, note="Mine", tags=[])

    assert facts(entry)[:3] == (stage, "Far" if stage == Stage.DECLINED else "", "Mine")


def test_describe_when_a_colleague_changed_something_else_of_the_form_keeps_both(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    shortlists.move(by=author, entry=entry, version=1, stage=Stage.DECLINED, reason="Far")
    shortlists.describe(by=colleague, entry=entry, version=2, note="", tags=["EU"], reason="Too far")

    shortlists.describe(by=author, entry=entry, version=2, note="Mine", tags=[], reason="Far")

    assert facts(entry)[1:4] == ("Too far", "Mine", ["EU"])


def test_describe_when_the_reason_was_typed_for_a_stage_that_it_left_is_a_conflict(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    shortlists.move(by=author, entry=entry, version=1, stage=Stage.DECLINED, reason="Far")
    shortlists.move(by=colleague, entry=entry, version=2, stage=Stage.CONTACTED)

    with pytest.raises(ShortlistChangedMeanwhile) as refused:
        shortlists.describe(by=author, entry=entry, version=2, note="", tags=[], reason="Very far")

    assert refused.value.merged.conflicts == ("reason",)
    shortlists.describe(by=author, entry=entry, version=3, note="Mine", tags=[], reason="Nowhere to stand")
    assert facts(entry)[:3] == ("contacted", "", "Mine")


def test_describe_when_it_was_taken_off_is_a_conflict_unless_it_brings_it_back(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    shortlists.remove(by=colleague, brief=entry.brief, partner=entry.partner)
    with pytest.raises(ShortlistChangedMeanwhile):
        shortlists.describe(by=author, entry=entry, version=1, note="Mine", tags=[])

    shortlists.describe(by=author, entry=entry, version=1, note="Mine", tags=[], brings_back=True)

    assert facts(entry) == ("shortlist", "", "Mine", [], True)
    assert [change.kind for change in entry.changes.all()[:2]] == ["described", "added"]


def test_add_and_remove_when_nothing_is_to_be_done_say_so(author: Actor, entry: ShortlistEntry) -> None:
    again = shortlists.add(by=author, brief=entry.brief, partner=entry.partner)
    removed = shortlists.remove(by=author, brief=entry.brief, partner=entry.partner)
    gone = shortlists.remove(by=author, brief=entry.brief, partner=entry.partner)

    assert (again, gone) == (None, None)
    assert removed == latest(entry.brief)


def test_describe_when_only_tags_differ_notes_only_them(author: Actor, entry: ShortlistEntry) -> None:
    shortlists.describe(by=author, entry=entry, version=1, note="", tags=["EU"])
    same = shortlists.describe(by=author, entry=entry, version=2, note="", tags=["EU"])

    assert latest(entry.brief).after == {"tags": ["EU"]}
    assert same is None


def test_remove_when_added_again_brings_everything_back(author: Actor, entry: ShortlistEntry) -> None:
    shortlists.describe(by=author, entry=entry, version=1, note="Good", tags=["EU"])
    shortlists.move(by=author, entry=entry, version=2, stage=Stage.CONTACTED)
    CriterionScoreFactory.create(scorecard__brief=entry.brief, entry=entry)
    before = facts(entry)

    shortlists.remove(by=author, brief=entry.brief, partner=entry.partner)
    is_gone = not entry.brief.shortlist.exists()
    shortlists.add(by=author, brief=entry.brief, partner=entry.partner)

    assert is_gone
    again = entry.brief.shortlist.get()
    assert (again.pk, facts(again), again.scores.count()) == (entry.pk, before, 1)


def test_add_when_the_list_is_full_is_refused_but_not_for_one_that_is_on_it(
    author: Actor, brief: Brief, entry: ShortlistEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortlists, "MOST_ENTRIES", 1)

    with pytest.raises(ShortlistFull):
        shortlists.add(by=author, brief=brief, partner=PartnerFactory.create())

    assert shortlists.add(by=author, brief=brief, partner=entry.partner) is None
    assert brief.shortlist.get() == entry


@pytest.mark.parametrize("trait", ["viewer", "stranger", "closed"])
def test_changes_when_reader_stranger_or_brief_closed_are_refused(
    author: Actor, entry: ShortlistEntry, trait: str
) -> None:
    actor = author
    if trait == "viewer":
        actor = actor_of_member(MemberFactory.create(viewer=True, organisation=author.organisation))
    if trait == "stranger":
        actor = actor_of_member(MemberFactory.create())
    if trait == "closed":
        entry.brief.state = Brief.State.CLOSED
        entry.brief.save()
    change = latest(entry.brief)

    for act in (
        lambda: shortlists.move(by=actor, entry=entry, version=1, stage=Stage.DECLINED),
        lambda: shortlists.describe(by=actor, entry=entry, version=1, note="x", tags=[]),
        lambda: shortlists.remove(by=actor, brief=entry.brief, partner=entry.partner),
        lambda: undo(by=actor, change=change),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert facts(entry) == ("shortlist", "", "", [], True)


def move(by: Actor, entry: ShortlistEntry) -> None:
    shortlists.move(by=by, entry=entry, version=entry.version, stage=Stage.SELECTED, reason="The best")


def describe(by: Actor, entry: ShortlistEntry) -> None:
    shortlists.describe(by=by, entry=entry, version=entry.version, note="New", tags=["x"])


def remove(by: Actor, entry: ShortlistEntry) -> None:
    shortlists.remove(by=by, brief=entry.brief, partner=entry.partner)


@pytest.mark.parametrize("act", [move, describe, remove])
def test_undo_when_nothing_came_after_brings_all_back_and_can_be_undone(
    author: Actor, entry: ShortlistEntry, act: Callable[[Actor, ShortlistEntry], None]
) -> None:
    shortlists.describe(by=author, entry=entry, version=1, note="Old", tags=["EU", "QP"])
    entry.refresh_from_db()
    before, since = facts(entry), entry.stage_since
    act(author, entry)
    changed = facts(entry)

    undone = undo(by=author, change=latest(entry.brief))

    assert facts(entry) == before
    assert entry.stage_since == since
    undo(by=author, change=undone)
    assert facts(entry) == changed


def test_undo_when_an_addition_is_taken_back_and_that_too(author: Actor, entry: ShortlistEntry) -> None:
    undone = undo(by=author, change=latest(entry.brief))
    is_gone = not entry.brief.shortlist.exists()

    undo(by=author, change=undone)

    assert is_gone
    assert facts(entry) == ("shortlist", "", "", [], True)


def test_undo_when_a_later_change_would_be_lost_is_refused_with_both(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    mine = shortlists.move(by=author, entry=entry, version=1, stage=Stage.CONTACTED)
    shortlists.move(by=colleague, entry=entry, version=2, stage=Stage.SELECTED, reason="Signed")
    assert mine is not None

    with pytest.raises(UndoRefused) as refused:
        undo(by=author, change=mine)

    assert refused.value.restores == {"stage": "shortlist", "reason": ""}
    assert refused.value.stands == {"stage": "selected", "reason": "Signed"}
    assert facts(entry)[0] == "selected"


def test_undo_when_something_else_of_the_card_was_changed_goes_through(
    author: Actor, colleague: Actor, entry: ShortlistEntry
) -> None:
    mine = shortlists.move(by=author, entry=entry, version=1, stage=Stage.CONTACTED)
    shortlists.describe(by=colleague, entry=entry, version=2, note="Theirs", tags=[])
    assert mine is not None

    undo(by=author, change=mine)

    assert facts(entry)[:3] == ("shortlist", "", "Theirs")


def test_undo_when_done_twice_or_taken_off_since_is_refused(author: Actor, entry: ShortlistEntry) -> None:
    mine = shortlists.move(by=author, entry=entry, version=1, stage=Stage.CONTACTED)
    assert mine is not None
    shortlists.remove(by=author, brief=entry.brief, partner=entry.partner)
    removed = latest(entry.brief)
    with pytest.raises(UndoRefused, match="taken off"):
        undo(by=author, change=mine)
    undo(by=author, change=removed)
    undo(by=author, change=mine)

    with pytest.raises(BriefActionRefused):
        undo(by=author, change=mine)

    assert facts(entry)[0] == "shortlist"


def test_history_when_the_application_would_change_a_line_is_refused_by_the_database(
    author: Actor, entry: ShortlistEntry
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE matching_shortlistchange SET after = '{}'")


def test_history_when_a_person_is_erased_keeps_the_line_without_a_name(
    author: Actor, entry: ShortlistEntry
) -> None:
    assert author.user is not None
    author.user.delete()

    assert latest(entry.brief).by is None


def test_rows_when_another_organisation_asks_do_not_exist(author: Actor, entry: ShortlistEntry) -> None:
    stranger = actor_of_member(MemberFactory.create())
    gone = ShortlistEntryFactory.create(brief=entry.brief)
    shortlists.remove(by=author, brief=entry.brief, partner=gone.partner)

    assert list(ShortlistEntry.objects.visible_to(author)) == [entry]
    assert ShortlistEntry.ever.visible_to(author).count() == 2
    assert not ShortlistEntry.objects.visible_to(stranger).exists()
    assert not ShortlistChange.objects.visible_to(stranger).exists()
