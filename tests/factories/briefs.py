from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from matching.models import (
    Brief,
    BriefColleague,
    BriefComment,
    CriterionScore,
    Interest,
    MatchRun,
    Requirement,
    Scorecard,
    ScoringCriterion,
    ScoringRound,
    ShortlistEntry,
    Step,
)
from tests.factories.accounts import MemberFactory, OrganisationFactory, UserFactory
from tests.factories.partners import PartnerFactory
from tests.factories.vocabulary import TermFactory


class BriefFactory(DjangoModelFactory[Brief]):
    """A draft; `open` is one that is matched."""

    class Meta:
        model = Brief

    class Params:
        open = factory.Trait(state=Brief.State.OPEN)
        closed = factory.Trait(state=Brief.State.CLOSED)
        named = factory.Trait(access=Brief.Access.NAMED)
        archived = factory.Trait(archived_at=factory.LazyFunction(timezone.now))
        deleted = factory.Trait(deleted_at=factory.LazyFunction(timezone.now))

    organisation = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda n: f"Brief {n}")


class BriefColleagueFactory(DjangoModelFactory[BriefColleague]):
    class Meta:
        model = BriefColleague

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")
    member = factory.SubFactory(MemberFactory, organisation=factory.SelfAttribute("..brief.organisation"))


class BriefCommentFactory(DjangoModelFactory[BriefComment]):
    class Meta:
        model = BriefComment

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")
    by = factory.SubFactory(UserFactory)
    body = factory.Sequence(lambda n: f"Comment {n}")


class StepFactory(DjangoModelFactory[Step]):
    class Meta:
        model = Step

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")
    kind = Step.Kind.DRUG_PRODUCT


class RequirementFactory(DjangoModelFactory[Requirement]):
    """A must: one term. Traits turn it into an exclusion or a wish."""

    class Meta:
        model = Requirement

    class Params:
        exclusion = factory.Trait(strength=Requirement.Strength.MUST_NOT)
        wish = factory.Trait(strength=Requirement.Strength.PREFER)

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")
    term = factory.SubFactory(TermFactory)
    position = factory.Sequence(lambda n: n % 30_000)


class MatchRunFactory(DjangoModelFactory[MatchRun]):
    """A run that found nothing; what is to be read of its result is given."""

    class Meta:
        model = MatchRun

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")
    brief_version = factory.SelfAttribute("brief.version")
    engine_version = "test"
    asked = factory.Dict({})
    result = factory.Dict({})
    facts_sha256 = ""


class ShortlistEntryFactory(DjangoModelFactory[ShortlistEntry]):
    class Meta:
        model = ShortlistEntry

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")
    partner = factory.SubFactory(PartnerFactory)


class InterestFactory(DjangoModelFactory[Interest]):
    """A question without an answer; traits answer or withdraw it."""

    class Meta:
        model = Interest

    class Params:
        interested = factory.Trait(
            answer=Interest.Answer.INTERESTED, answered_at=factory.LazyFunction(timezone.now)
        )
        declined = factory.Trait(
            answer=Interest.Answer.DECLINED,
            reason=Interest.Reason.TIMING,
            answered_at=factory.LazyFunction(timezone.now),
        )
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(timezone.now))

    brief = factory.SubFactory(BriefFactory, open=True)
    organisation = factory.SelfAttribute("brief.organisation")
    partner = factory.SubFactory(PartnerFactory)
    teaser = factory.LazyFunction(
        lambda: [{"label": "Stage", "value": "Phase II"}, {"label": "Needed by", "value": "Q3 2030"}]
    )


class ScoringRoundFactory(DjangoModelFactory[ScoringRound]):
    """Each scores alone; `open` is one whose scorecards everybody sees."""

    class Meta:
        model = ScoringRound

    class Params:
        open = factory.Trait(opened_at=factory.LazyFunction(timezone.now))

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")


class ScoringCriterionFactory(DjangoModelFactory[ScoringCriterion]):
    class Meta:
        model = ScoringCriterion

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")
    name = factory.Sequence(lambda n: f"Criterion {n}")
    points = Decimal(10)
    position = factory.Sequence(lambda n: n % 30_000)


class ScorecardFactory(DjangoModelFactory[Scorecard]):
    """An evaluator's; `handed_in` is one that was handed in."""

    class Meta:
        model = Scorecard

    class Params:
        handed_in = factory.Trait(handed_in_at=factory.LazyFunction(timezone.now))

    brief = factory.SubFactory(BriefFactory)
    organisation = factory.SelfAttribute("brief.organisation")
    evaluator = factory.SubFactory(UserFactory)


class CriterionScoreFactory(DjangoModelFactory[CriterionScore]):
    class Meta:
        model = CriterionScore

    scorecard = factory.SubFactory(ScorecardFactory)
    brief = factory.SelfAttribute("scorecard.brief")
    organisation = factory.SelfAttribute("scorecard.organisation")
    entry = factory.SubFactory(ShortlistEntryFactory, brief=factory.SelfAttribute("..brief"))
    criterion = factory.SubFactory(ScoringCriterionFactory, brief=factory.SelfAttribute("..brief"))
    value = 5
