import datetime as dt
import hashlib

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cdmo_portal.accounts.models import (
    APIKey,
    Invitation,
    Member,
    Organisation,
    OrganisationDomain,
    Role,
    User,
)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    class Params:
        operator = factory.Trait(is_operator=True)

    email = factory.Sequence(lambda n: f"person{n}@people.example")
    full_name = factory.Sequence(lambda n: f"Person {n}")


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """An approved sponsor; traits make it a CDMO or not yet approved."""

    class Meta:
        model = Organisation

    class Params:
        cdmo = factory.Trait(kind=Organisation.Kind.CDMO)
        pending = factory.Trait(state=Organisation.State.PENDING)
        suspended = factory.Trait(state=Organisation.State.SUSPENDED)

    name = factory.Sequence(lambda n: f"Organisation {n}")
    kind = Organisation.Kind.SPONSOR
    state = Organisation.State.APPROVED
    country = "IE"


class OrganisationDomainFactory(DjangoModelFactory[OrganisationDomain]):
    class Meta:
        model = OrganisationDomain

    organisation = factory.SubFactory(OrganisationFactory)
    domain = factory.Sequence(lambda n: f"company{n}.example")


class MemberFactory(DjangoModelFactory[Member]):
    """An owner of a sponsor; traits lower the role or make the organisation a CDMO."""

    class Meta:
        model = Member

    class Params:
        editor = factory.Trait(role=Role.EDITOR)
        viewer = factory.Trait(role=Role.VIEWER)
        cdmo = factory.Trait(organisation=factory.SubFactory(OrganisationFactory, cdmo=True))

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"guest{n}@people.example")
    role = Role.EDITOR
    token_sha256 = factory.Sequence(lambda n: hashlib.sha256(f"token {n}".encode()).hexdigest())
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=14))


class APIKeyFactory(DjangoModelFactory[APIKey]):
    class Meta:
        model = APIKey

    member = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("member.organisation")
    name = "Procurement suite"
    scopes = ["read"]
    prefix = factory.Sequence(lambda n: f"key{n}")
    secret_sha256 = factory.Sequence(lambda n: hashlib.sha256(f"secret {n}".encode()).hexdigest())
