import factory
from factory.django import DjangoModelFactory

from partners.models import Site
from tests.factories.partners import PartnerFactory


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    partner = factory.SubFactory(PartnerFactory)
    name = factory.Sequence(lambda n: f"Site {n}")
    slug = factory.Sequence(lambda n: f"site-{n}")
    city = "Waterford"
    country = "IE"
    is_profiled = True

    class Params:
        unclaimed = factory.Trait(partner=None, is_profiled=False)
