"""Scoring alone, then together: criteria, evaluators, handing in, opening, agreeing, and undo of each."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Delivery
from matching.actions import scorecards, scoring_rounds
from matching.actions.agreed_scores import (
    AgreedChangedMeanwhile,
    ScoringIsAlone,
    agree,
    agreed_now,
    agreed_version,
)
from matching.actions.briefs import NotAllowed
from matching.actions.scorecards import (
    Answer,
    NothingToScore,
    ScorecardHandedIn,
    ScorecardIncomplete,
)
from matching.actions.scoring_rounds import (
    AgreedAlready,
    CriteriaChangedMeanwhile,
    CriteriaInUse,
    CriterionGiven,
    ScoringHasNotEnough,
    ScoringIsOpen,
    ScoringNotSetUp,
    criteria_now,
)
from matching.actions.undoing import UndoRefused, undo
from matching.models import (
    Brief,
    CriterionScore,
    Scorecard,
    ScoringCriterion,
    ScoringRound,
    ShortlistChange,
    ShortlistEntry,
)
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, ShortlistEntryFactory

pytestmark = pytest.mark.django_db
GIVEN = [CriterionGiven("Fit", Decimal(60)), CriterionGiven("Quality", Decimal(40), zero="none", ten="all")]


@dataclass(frozen=True)
class Team:
    """An editor who runs the scoring, a viewer who scores, a stranger."""

    editor: Actor
    viewer: Actor
    stranger: Actor
    viewer_member: Member
    brief: Brief
    entry: ShortlistEntry

    @property
    def criteria(self) -> list[ScoringCriterion]:
        return list(self.brief.scoring_criteria.current())

    def save(self, by: Actor, *values: int | None) -> None:
        """None stands for "cannot judge"."""
        answers = {
            row.pk: Answer(value, cannot_judge=value is None)
            for row, value in zip(self.criteria, values, strict=False)
        }
        scorecards.save_scores(by=by, entry=self.entry, answers=answers)

    def hand_in(self, by: Actor, *values: int | None) -> ShortlistChange:
        self.save(by, *values)
        return made(scorecards.hand_in(by=by, brief=self.brief))

    @property
    def is_open(self) -> bool:
        return ScoringRound.objects.get(brief=self.brief).opened_at is not None


def made(change: ShortlistChange | None) -> ShortlistChange:
    assert change is not None
    return change


@pytest.fixture
def team() -> Team:
    editor = MemberFactory.create(editor=True)
    viewer = MemberFactory.create(viewer=True, organisation=editor.organisation)
    brief = BriefFactory.create(organisation=editor.organisation, open=True)
    found = Team(
        actor_of_member(editor),
        actor_of_member(viewer),
        actor_of_member(MemberFactory.create()),
        viewer,
        brief,
        ShortlistEntryFactory.create(brief=brief),
    )
    scoring_rounds.save_criteria(by=found.editor, brief=brief, version=0, criteria=GIVEN)
    return found


def test_criteria_when_saved_stand_in_their_order_and_same_again_is_no_change(team: Team) -> None:
    stands = [
        CriterionGiven(row.name, row.points, row.zero, row.five, row.ten, str(row.uid))
        for row in team.criteria
    ]

    again = scoring_rounds.save_criteria(by=team.editor, brief=team.brief, version=1, criteria=stands)

    assert [row.name for row in team.criteria] == ["Fit", "Quality"]
    assert again is None


def test_criteria_when_a_colleague_saved_first_are_a_conflict(team: Team) -> None:
    with pytest.raises(CriteriaChangedMeanwhile):
        scoring_rounds.save_criteria(by=team.editor, brief=team.brief, version=0, criteria=GIVEN[:1])

    assert len(team.criteria) == 2


def test_criteria_when_cards_are_handed_in_change_only_by_reopening_all(team: Team) -> None:
    team.hand_in(team.viewer, 8, 5)
    only = [CriterionGiven("Fit", Decimal(50), uid=str(team.criteria[0].uid))]

    with pytest.raises(CriteriaInUse):
        scoring_rounds.save_criteria(by=team.editor, brief=team.brief, version=1, criteria=only)
    changed = made(
        scoring_rounds.save_criteria(by=team.editor, brief=team.brief, version=1, criteria=only, reopens=True)
    )

    assert not team.brief.scorecards.handed_in().exists()
    assert CriterionScore.objects.count() == 2
    undo(by=team.editor, change=changed)
    assert [row.name for row in team.criteria] == ["Fit", "Quality"]
    assert made(scorecards.hand_in(by=team.viewer, brief=team.brief)).kind == "handed-in"


def test_criteria_when_changed_again_are_not_undone_over_the_later_change(team: Team) -> None:
    first = made(team.brief.shortlist_changes.first())
    scoring_rounds.save_criteria(by=team.editor, brief=team.brief, version=1, criteria=GIVEN[:1])

    with pytest.raises(UndoRefused) as refused:
        undo(by=team.editor, change=first)

    assert [each["name"] for each in refused.value.stands["criteria"]] == ["Fit"]


def test_scores_when_saved_twice_are_the_last_ones_and_leave_no_line(team: Team) -> None:
    lines = team.brief.shortlist_changes.count()

    team.save(team.viewer, 3, None)
    team.save(team.viewer, 4)

    rows = CriterionScore.objects.order_by("criterion__position").values_list("value", "cannot_judge")
    assert list(rows) == [(4, False), (None, True)]
    assert team.brief.shortlist_changes.count() == lines


def test_scores_when_others_ask_do_not_exist_until_the_round_is_open(team: Team) -> None:
    team.hand_in(team.viewer, 8, 5)
    team.save(team.editor, 2, 2)
    alone = set(CriterionScore.objects.visible_to(team.editor).values_list("value", flat=True))

    scoring_rounds.open_round(by=team.editor, brief=team.brief)

    assert alone == {2}
    seen = CriterionScore.objects.visible_to
    assert set(seen(team.editor).values_list("value", flat=True)) == {2, 5, 8}
    # What was never handed in stays its evaluator's own.
    assert set(seen(team.viewer).values_list("value", flat=True)) == {5, 8}
    assert not seen(team.stranger).exists()


def test_hand_in_when_something_is_not_answered_is_refused(team: Team) -> None:
    with pytest.raises(ScorecardIncomplete, match="2 of 2"):
        scorecards.hand_in(by=team.viewer, brief=team.brief)
    team.save(team.viewer, 8)

    with pytest.raises(ScorecardIncomplete, match="1 of 2"):
        scorecards.hand_in(by=team.viewer, brief=team.brief)


def test_hand_in_when_nobody_is_to_be_scored_is_refused(team: Team) -> None:
    ShortlistEntry.objects.update(stage="long-list")

    with pytest.raises(NothingToScore):
        scorecards.hand_in(by=team.viewer, brief=team.brief)
    with pytest.raises(NothingToScore):
        team.save(team.viewer, 1)


def test_hand_in_when_done_locks_the_card_and_undo_gives_it_back(team: Team) -> None:
    change = team.hand_in(team.viewer, 8, None)

    with pytest.raises(ScorecardHandedIn):
        team.save(team.viewer, 1, 1)
    with pytest.raises(NotAllowed):
        undo(by=team.editor, change=change)
    undone = undo(by=team.viewer, change=change)
    team.save(team.viewer, 9, None)
    undo(by=team.viewer, change=undone)

    card = Scorecard.objects.get(evaluator=team.viewer.user)
    assert card.handed_in_at is not None
    assert set(card.scores.values_list("value", flat=True)) == {9, None}


def test_hand_in_when_the_last_who_was_asked_opens_the_round_and_not_before(team: Team) -> None:
    editor = Member.objects.get(user=team.editor.user)
    for member in (team.viewer_member, editor):
        scoring_rounds.ask(by=team.editor, brief=team.brief, member=member, is_asked=True)

    team.hand_in(team.viewer, 8, 5)
    was_open = team.is_open
    team.hand_in(team.editor, 2, 2)

    assert (was_open, team.is_open) == (False, True)


def test_hand_in_when_somebody_who_was_asked_no_longer_sees_the_brief_does_not_wait_for_them(
    team: Team,
) -> None:
    left = MemberFactory.create(editor=True, organisation=team.brief.organisation)
    for member in (team.viewer_member, left):
        scoring_rounds.ask(by=team.editor, brief=team.brief, member=member, is_asked=True)
    left.user.is_active = False
    left.user.save()

    team.hand_in(team.viewer, 8, 5)

    assert team.is_open


def test_hand_in_when_nobody_was_asked_opens_nothing(team: Team) -> None:
    team.hand_in(team.viewer, 8, 5)

    assert not team.is_open


def test_ask_when_undone_and_asked_again_follows(team: Team) -> None:
    change = made(
        scoring_rounds.ask(by=team.editor, brief=team.brief, member=team.viewer_member, is_asked=True)
    )
    same = scoring_rounds.ask(by=team.editor, brief=team.brief, member=team.viewer_member, is_asked=True)

    undone = undo(by=team.editor, change=change)
    is_asked = Scorecard.objects.get().is_invited
    undo(by=team.editor, change=undone)

    assert same is None
    assert (is_asked, Scorecard.objects.get().is_invited) == (False, True)


def test_ask_when_the_person_left_since_they_were_no_longer_asked_is_not_undone(team: Team) -> None:
    for is_asked in (True, False):
        change = made(
            scoring_rounds.ask(by=team.editor, brief=team.brief, member=team.viewer_member, is_asked=is_asked)
        )
    team.viewer_member.user.delete()

    with pytest.raises(NotAllowed, match="does not see the brief"):
        undo(by=team.editor, change=change)


def test_ask_when_a_colleague_is_asked_mails_them_once_and_oneself_never(team: Team) -> None:
    for member in (team.viewer_member, Member.objects.get(user=team.editor.user)):
        for _ in range(2):
            scoring_rounds.ask(by=team.editor, brief=team.brief, member=member, is_asked=True)

    mail = Delivery.objects.get()
    assert mail.recipient == team.viewer.user
    assert str(team.brief.uid) in mail.body


def test_ask_when_the_person_does_not_see_the_brief_is_refused(team: Team) -> None:
    with pytest.raises(NotAllowed):
        scoring_rounds.ask(by=team.editor, brief=team.brief, member=MemberFactory.create(), is_asked=True)


def test_open_when_nobody_handed_in_is_refused(team: Team) -> None:
    with pytest.raises(ScoringHasNotEnough):
        scoring_rounds.open_round(by=team.editor, brief=team.brief)


def test_open_when_done_locks_all_cards_and_can_be_undone_until_something_is_agreed(team: Team) -> None:
    team.hand_in(team.viewer, 8, 5)
    change = made(scoring_rounds.open_round(by=team.editor, brief=team.brief))

    for act in (
        lambda: team.save(team.editor, 1, 1),
        lambda: scorecards.take_back(by=team.viewer, brief=team.brief),
        lambda: scoring_rounds.save_criteria(by=team.editor, brief=team.brief, version=2, criteria=GIVEN[:1]),
        lambda: scoring_rounds.ask(
            by=team.editor, brief=team.brief, member=team.viewer_member, is_asked=True
        ),
    ):
        with pytest.raises(ScoringIsOpen):
            act()
    undone = undo(by=team.editor, change=change)
    was_open = team.is_open
    again = undo(by=team.editor, change=undone)
    agree(by=team.editor, entry=team.entry, version=0, answers={team.criteria[0].pk: Answer(7)})

    with pytest.raises(AgreedAlready):
        undo(by=team.editor, change=again)
    with pytest.raises(AgreedAlready):
        scoring_rounds.close_round(by=team.editor, brief=team.brief)
    assert (was_open, team.is_open) == (False, True)


def test_agree_when_each_is_still_alone_is_refused(team: Team) -> None:
    with pytest.raises(ScoringIsAlone):
        agree(by=team.editor, entry=team.entry, version=0, answers={team.criteria[0].pk: Answer(7)})


def test_agree_when_entered_changed_and_undone_follows_and_conflicts_lose_nothing(team: Team) -> None:
    team.hand_in(team.viewer, 8, 5)
    scoring_rounds.open_round(by=team.editor, brief=team.brief)
    fit, quality = team.criteria
    agree(by=team.editor, entry=team.entry, version=0, answers={fit.pk: Answer(7), quality.pk: Answer()})
    version = agreed_version(team.entry)

    with pytest.raises(AgreedChangedMeanwhile):
        agree(by=team.editor, entry=team.entry, version=0, answers={fit.pk: Answer(2)})
    second = made(
        agree(by=team.editor, entry=team.entry, version=version, answers={fit.pk: Answer(6, comment="met")})
    )

    assert agreed_now(team.entry)[str(fit.uid)] == {"value": 6, "cannot_judge": False, "comment": "met"}
    undo(by=team.editor, change=second)
    assert agreed_now(team.entry)[str(fit.uid)]["value"] == 7
    with pytest.raises(UndoRefused):
        undo(by=team.editor, change=second)
    same = agree(by=team.editor, entry=team.entry, version=0, answers={fit.pk: Answer(7)})
    assert same is None


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_running_when_reader_or_stranger_is_refused(team: Team, who: str) -> None:
    actor = {"viewer": team.viewer, "stranger": team.stranger}[who]
    acts: list[Callable[[], object]] = [
        lambda: scoring_rounds.save_criteria(by=actor, brief=team.brief, version=1, criteria=GIVEN),
        lambda: scoring_rounds.ask(by=actor, brief=team.brief, member=team.viewer_member, is_asked=True),
        lambda: scoring_rounds.open_round(by=actor, brief=team.brief),
        lambda: agree(by=actor, entry=team.entry, version=0, answers={}),
    ]
    if who == "stranger":
        acts += [
            lambda: team.save(actor, 1, 1),
            lambda: scorecards.hand_in(by=actor, brief=team.brief),
        ]

    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_scoring_when_criteria_were_never_set_says_so(team: Team) -> None:
    other = BriefFactory.create(organisation=team.brief.organisation, open=True)

    with pytest.raises(ScoringNotSetUp):
        scorecards.hand_in(by=team.viewer, brief=other)
    assert criteria_now(other) == []
