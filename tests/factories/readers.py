import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from partners.models import Exclusion, ReaderAgreement
from tests.factories.accounts import OrganisationFactory


def days_from_today(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


class ReaderAgreementFactory(DjangoModelFactory[ReaderAgreement]):
    """In force since a month ago, without an end; `ended` was over yesterday, `coming` begins tomorrow."""

    class Meta:
        model = ReaderAgreement

    class Params:
        ended = factory.Trait(ends_on=factory.LazyFunction(lambda: days_from_today(-1)))
        coming = factory.Trait(starts_on=factory.LazyFunction(lambda: days_from_today(1)))

    organisation = factory.SubFactory(OrganisationFactory, cdmo=True)
    domain = factory.Sequence(lambda n: f"reader{n}.example")
    starts_on = factory.LazyFunction(lambda: days_from_today(-30))


class ExclusionFactory(DjangoModelFactory[Exclusion]):
    class Meta:
        model = Exclusion

    organisation = factory.SubFactory(OrganisationFactory, cdmo=True)
    domain = factory.Sequence(lambda n: f"excluded{n}.example")
