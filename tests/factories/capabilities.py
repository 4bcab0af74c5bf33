from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from partners.models import Capability, Hazard, Measure
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory


class CapabilityFactory(DjangoModelFactory[Capability]):
    """A stated yes of a site; `refused` is a stated no. Give `line` with its own `site`."""

    class Meta:
        model = Capability

    class Params:
        refused = factory.Trait(is_offered=False)

    site = factory.SubFactory(SiteFactory)
    term = factory.SubFactory(TermFactory)


class MeasureFactory(DjangoModelFactory[Measure]):
    class Meta:
        model = Measure

    capability = factory.SubFactory(CapabilityFactory)
    term = factory.SubFactory(TermFactory, code="sc.bioreactor-l", measure=True)
    lo = Decimal(50)
    hi = Decimal(2000)
    entered_text = "50–2,000"
    entered_unit = "L"


class HazardFactory(DjangoModelFactory[Hazard]):
    """A hazard that a site handles; `absent` is a stated no."""

    class Meta:
        model = Hazard

    class Params:
        absent = factory.Trait(is_present=False)

    site = factory.SubFactory(SiteFactory)
    term = factory.SubFactory(TermFactory, code="haz.cytotoxic", hazard=True)
    is_present = True
