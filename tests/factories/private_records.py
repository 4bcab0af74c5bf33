import datetime as dt

import factory
from factory.django import DjangoModelFactory

from partners.models import PrivateAgreement, PrivateFact, PrivateRecord
from tests.factories.accounts import OrganisationFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory


class PrivateRecordFactory(DjangoModelFactory[PrivateRecord]):
    """Of a site; `unlinked` is of a company that the portal does not know."""

    class Meta:
        model = PrivateRecord

    class Params:
        unlinked = factory.Trait(site=None)
        approved = factory.Trait(status=PrivateRecord.Status.APPROVED)
        blocked = factory.Trait(status=PrivateRecord.Status.BLOCKED)

    organisation = factory.SubFactory(OrganisationFactory)
    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"CDMO {n}")


class PrivateAgreementFactory(DjangoModelFactory[PrivateAgreement]):
    class Meta:
        model = PrivateAgreement

    record = factory.SubFactory(PrivateRecordFactory)
    organisation = factory.SelfAttribute("record.organisation")
    kind = PrivateAgreement.Kind.CDA


class PrivateFactFactory(DjangoModelFactory[PrivateFact]):
    """A yes, seen in an audit; `denied` is a no."""

    class Meta:
        model = PrivateFact

    class Params:
        denied = factory.Trait(is_offered=False)

    record = factory.SubFactory(PrivateRecordFactory)
    organisation = factory.SelfAttribute("record.organisation")
    term = factory.SubFactory(TermFactory)
    source = "our audit"
    as_of = factory.LazyFunction(dt.date.today)
