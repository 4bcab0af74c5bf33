"""The scoring of a shortlist: where it stands, one's own answers, all of them together."""

from typing import Any

from django.utils import timezone

from cdmo_portal.accounts.models import Member
from matching.models import Brief, ScoringCriterion, ScoringRound
from tests.api_matrix.brief_rows import Address, reads, writes
from tests.api_matrix.rows import Row
from tests.api_matrix.world import World
from tests.factories.briefs import CriterionScoreFactory, ScorecardFactory, ScoringCriterionFactory


def scoring(tail: str = "", *, is_open: bool = False, handed_in: bool = False) -> Address:
    """The address once every member has scored the world's entry by one criterion."""

    def address(world: World) -> str:
        Brief.objects.filter(pk=world.brief.pk).update(state=Brief.State.OPEN)
        organisation = world.brief.organisation
        ScoringRound.objects.create(
            brief=world.brief, organisation=organisation, opened_at=timezone.now() if is_open else None
        )
        criterion = ScoringCriterionFactory.create(brief=world.brief, name=world.sponsor_secret)
        for member in Member.objects.filter(organisation=organisation):
            card = ScorecardFactory.create(brief=world.brief, evaluator=member.user, handed_in=handed_in)
            CriterionScoreFactory.create(scorecard=card, entry=world.entry, criterion=criterion)
        return f"/api/v1/briefs/{world.brief.uid}/scoring/{tail.replace('ENTRY', str(world.entry.uid))}"

    return address


def answers(world: World) -> dict[str, Any]:
    criterion = ScoringCriterion.objects.get(brief=world.brief)
    return {"answers": [{"criterion": str(criterion.uid), "value": 7}]}


def evaluator(world: World) -> dict[str, Any]:
    return {"member": str(world.sponsor.uid)}


CRITERIA = {"criteria": [{"name": "Price", "points": 40}]}

ROWS: list[Row] = [
    reads("api-scoring-list", scoring()),
    writes("api-scoring-criteria", "put", scoring("criteria/"), 200, body=CRITERIA),
    writes("api-scoring-evaluators", "post", scoring("evaluators/"), 200, body=evaluator),
    writes("api-scoring-open", "post", scoring("open/", handed_in=True), 200),
    writes("api-scoring-close", "post", scoring("close/", is_open=True), 200),
    reads("api-scoring-together", scoring("together/", is_open=True, handed_in=True)),
    reads("api-own-scores-list", scoring("mine/")),
    reads("api-own-scores-detail", scoring("mine/ENTRY/")),
    writes("api-own-scores-detail", "put", scoring("mine/ENTRY/"), 200, viewer=200, body=answers),
    writes("api-own-scores-hand-in", "post", scoring("mine/hand-in/"), 204, viewer=204),
    writes("api-own-scores-take-back", "post", scoring("mine/take-back/", handed_in=True), 204, viewer=204),
    reads("api-agreed-scores-detail", scoring("agreed/ENTRY/", is_open=True)),
    writes("api-agreed-scores-detail", "put", scoring("agreed/ENTRY/", is_open=True), 200, body=answers),
]
