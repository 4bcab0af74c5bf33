"""Shortlists with scorecards, which the sample world does not have."""

from decimal import Decimal

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member
from matching.actions import scorecards, scoring_rounds, shortlists
from matching.actions.scorecards import Answer
from matching.actions.scoring_rounds import CriterionGiven
from matching.forms.scorecards import proposed_criteria
from matching.models import Brief, ShortlistEntry
from partners.models import Partner
from tests.factories.briefs import BriefFactory
from tests.journeys.people import SPONSOR

OPEN, ALONE, BEGUN = "Scored together", "Scored alone", "Scored by nobody yet"


def add_scored_briefs() -> None:
    """Where each scores alone, where nobody has begun, and where two evaluators disagree in the open."""
    shortlisted(ALONE)
    shortlisted(BEGUN)
    brief = shortlisted(OPEN)
    for number, evaluator in enumerate(evaluators()[:2]):
        score_all(evaluator, brief, first=4 + 4 * number)
    scoring_rounds.open_round(by=evaluators()[0], brief=brief)


def scored_brief() -> Brief:
    return Brief.objects.get(title=OPEN)


def brief_scored_alone() -> Brief:
    return Brief.objects.get(title=ALONE)


def shortlisted(title: str) -> Brief:
    """An open brief of the sample sponsor whose criteria are set."""
    owner = evaluators()[0]
    brief: Brief = BriefFactory.create(title=title, organisation=owner.organisation, open=True)
    for partner, stage in zip(Partner.objects.order_by("pk"), ShortlistEntry.Stage, strict=False):
        shortlists.add(by=owner, brief=brief, partner=partner, stage=stage)
        entry = brief.shortlist.get(partner=partner)
        shortlists.describe(by=owner, entry=entry, version=1, note="Spoke at a fair", tags=["EU", "QP"])
    proposed = proposed_criteria(brief)
    criteria = [CriterionGiven(each["name"], points=Decimal(each["points"])) for each in proposed]
    scoring_rounds.save_criteria(by=owner, brief=brief, version=0, criteria=criteria)
    return brief


def score_all(by: Actor, brief: Brief, *, first: int) -> None:
    criteria = list(brief.scoring_criteria.current())
    for place, entry in enumerate(brief.shortlist.to_score()):
        answers = {
            row.pk: Answer((first + place + number) % 11, comment="Said so at the audit.")
            for number, row in enumerate(criteria)
        }
        answers[criteria[-1].pk] = Answer(cannot_judge=True)
        scorecards.save_scores(by=by, entry=entry, answers=answers)
    scorecards.hand_in(by=by, brief=brief)


def evaluators() -> list[Actor]:
    """The sample sponsor's owner, editor and viewer."""
    owner = Member.objects.select_related("user", "organisation").get(user__email=SPONSOR)
    rows = Member.objects.filter(organisation=owner.organisation).select_related("user", "organisation")
    return [actor_of_member(member) for member in rows.order_by("pk")]
