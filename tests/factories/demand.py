import datetime as dt

import factory
from factory.django import DjangoModelFactory

from matching.models import DemandFigure, Requirement, SiteReason, SiteStanding
from partners.disclosing import FEWEST, last_told
from partners.models import ProfileView
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory


def told_week() -> dt.date:
    """The latest week that may be told today."""
    return last_told(dt.datetime.now(dt.UTC).date())


class DemandFigureFactory(DjangoModelFactory[DemandFigure]):
    """A category as a whole, which may just be told."""

    class Meta:
        model = DemandFigure

    week = factory.LazyFunction(told_week)
    category = "stg.phase1//"
    briefs = 6
    sponsors = FEWEST


class SiteStandingFactory(DjangoModelFactory[SiteStanding]):
    class Meta:
        model = SiteStanding

    week = factory.LazyFunction(told_week)
    category = "stg.phase1//"
    briefs = 6
    sponsors = FEWEST
    site = factory.SubFactory(SiteFactory)
    eligible = 6


class SiteReasonFactory(DjangoModelFactory[SiteReason]):
    class Meta:
        model = SiteReason

    week = factory.LazyFunction(told_week)
    category = "stg.phase1//"
    briefs = 6
    sponsors = FEWEST
    site = factory.SubFactory(SiteFactory)
    kind = Requirement.Kind.TERM
    term = factory.SubFactory(TermFactory)
    verdict = SiteReason.Verdict.UNKNOWN


class ProfileViewFactory(DjangoModelFactory[ProfileView]):
    class Meta:
        model = ProfileView

    site = factory.SubFactory(SiteFactory)
    day = factory.LazyFunction(told_week)
    reader = ProfileView.Reader.SPONSOR
    count = FEWEST
