import uuid

import factory
from factory.django import DjangoModelFactory

from partners.models import Confirmation
from tests.factories.partners import SiteFactory


class ConfirmationFactory(DjangoModelFactory[Confirmation]):
    """A hazard that was confirmed; what it left has changed since."""

    class Meta:
        model = Confirmation

    site = factory.SubFactory(SiteFactory)
    organisation = factory.SelfAttribute("site.partner.organisation")
    kind = Confirmation.Kind.HAZARD
    subject_uid = factory.LazyFunction(uuid.uuid4)
    before = factory.LazyFunction(lambda: {"confirmed_on": "2026-01-05"})
    after = "something else"
