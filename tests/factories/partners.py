import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from partners.models import Building, Campus, Claim, ClaimCode, Partner, Site, SiteIdentifier
from tests.factories.accounts import OrganisationFactory, UserFactory


class PartnerFactory(DjangoModelFactory[Partner]):
    """A partner that its CDMO organisation keeps; `unclaimed` has none."""

    class Meta:
        model = Partner

    class Params:
        unclaimed = factory.Trait(organisation=None)

    name = factory.Sequence(lambda n: f"Partner {n}")
    slug = factory.Sequence(lambda n: f"partner-{n}")
    organisation = factory.SubFactory(OrganisationFactory, cdmo=True)


class CampusFactory(DjangoModelFactory[Campus]):
    class Meta:
        model = Campus

    name = factory.Sequence(lambda n: f"Campus {n}")
    partner = factory.SubFactory(PartnerFactory)


class SiteFactory(DjangoModelFactory[Site]):
    """A profiled site; `registered_only` is one of which the register alone knows."""

    class Meta:
        model = Site

    class Params:
        registered_only = factory.Trait(partner=None, is_profiled=False)

    name = factory.Sequence(lambda n: f"Site {n}")
    slug = factory.Sequence(lambda n: f"site-{n}")
    partner = factory.SubFactory(PartnerFactory)
    city = "Cork"
    country = "IE"
    is_profiled = True


class BuildingFactory(DjangoModelFactory[Building]):
    class Meta:
        model = Building

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Building {n}")


class SiteIdentifierFactory(DjangoModelFactory[SiteIdentifier]):
    class Meta:
        model = SiteIdentifier

    site = factory.SubFactory(SiteFactory)
    scheme = SiteIdentifier.Scheme.FEI
    value = factory.Sequence(lambda n: f"{3_000_000_000 + n}")


class ClaimFactory(DjangoModelFactory[Claim]):
    """An open claim of a free partner; `of_site` of a free site, `contest` of a kept one."""

    class Meta:
        model = Claim

    class Params:
        of_site = factory.Trait(partner=None, site=factory.SubFactory(SiteFactory, registered_only=True))
        contest = factory.Trait(
            kind=Claim.Kind.CONTEST,
            partner=factory.SubFactory(PartnerFactory),
            keeper=factory.SelfAttribute("partner.organisation"),
            answer_until=factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=14)),
        )

    partner = factory.SubFactory(PartnerFactory, unclaimed=True)
    organisation = factory.SubFactory(OrganisationFactory, cdmo=True)
    made_by = factory.SubFactory(UserFactory)
    proof = "A letter from the board."


class ClaimCodeFactory(DjangoModelFactory[ClaimCode]):
    class Meta:
        model = ClaimCode

    claim = factory.SubFactory(ClaimFactory)
    organisation = factory.SelfAttribute("claim.organisation")
    address = factory.Sequence(lambda n: f"person{n}@company.example")
    code_hash = "0" * 64
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(hours=48))
