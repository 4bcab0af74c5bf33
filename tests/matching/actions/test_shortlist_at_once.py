"""Two colleagues at the same moment, each with a connection of their own."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from cdmo_portal.accounts.actors import Actor, actor_of_member
from matching.actions import scorecards, shortlists
from matching.actions.scorecards import Answer
from matching.actions.shortlist_changes import ShortlistChangedMeanwhile
from matching.models import CriterionScore, ScoringCriterion, ShortlistChange, ShortlistEntry
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import (
    BriefFactory,
    ScoringCriterionFactory,
    ScoringRoundFactory,
    ShortlistEntryFactory,
)
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editors() -> list[Actor]:
    first = MemberFactory.create(editor=True)
    more = MemberFactory.create_batch(3, editor=True, organisation=first.organisation)
    return [actor_of_member(member) for member in (first, *more)]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act answered or raised; they start together."""
    start, found = threading.Barrier(len(acts), timeout=20), list[object]()

    def work(act: Callable[[], object]) -> None:
        try:
            start.wait()
            found.append(act())
        except ShortlistChangedMeanwhile as refusal:
            found.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found


def test_add_when_four_add_the_same_partner_is_one_entry_with_one_line(editors: list[Actor]) -> None:
    brief = BriefFactory.create(organisation=editors[0].organisation)
    partner = PartnerFactory.create()

    found = at_once(*(lambda by=by: shortlists.add(by=by, brief=brief, partner=partner) for by in editors))

    assert len(found) == 4
    assert ShortlistEntry.ever.count() == 1
    assert ShortlistChange.objects.count() == 1


def test_move_when_two_move_the_same_card_one_wins_and_the_other_is_told(editors: list[Actor]) -> None:
    entry = ShortlistEntryFactory.create(brief__organisation=editors[0].organisation)
    targets = (ShortlistEntry.Stage.SELECTED, ShortlistEntry.Stage.DECLINED)

    found = at_once(
        *(
            lambda by=by, stage=stage: shortlists.move(by=by, entry=entry, version=1, stage=stage)
            for by, stage in zip(editors, targets, strict=False)
        )
    )

    assert sorted(type(each).__name__ for each in found) == ["ShortlistChange", "ShortlistChangedMeanwhile"]
    won = next(each for each in found if isinstance(each, ShortlistChange))
    entry.refresh_from_db()
    assert entry.stage == won.after["stage"]


def test_scores_when_four_score_the_same_partner_never_collide(editors: list[Actor]) -> None:
    brief = BriefFactory.create(organisation=editors[0].organisation)
    ScoringRoundFactory.create(brief=brief)
    ScoringCriterionFactory.create_batch(3, brief=brief)
    entry = ShortlistEntryFactory.create(brief=brief)
    keys = list(ScoringCriterion.objects.values_list("pk", flat=True))

    def score(by: Actor, value: int) -> None:
        for key in keys:
            scorecards.save_scores(by=by, entry=entry, answers={key: Answer(value)})
        scorecards.hand_in(by=by, brief=brief)

    at_once(*(lambda by=by, value=value: score(by, value) for value, by in enumerate(editors)))

    values = CriterionScore.objects.order_by("value").values_list("value", flat=True)
    assert list(values) == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert brief.scorecards.handed_in().count() == 4
