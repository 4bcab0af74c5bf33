"""Who edits in the tests: the three people around one site, and the words they use."""

from dataclasses import dataclass

from django.test import Client

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member, Organisation
from partners.models import Partner, Site, Term
from tests.factories.accounts import MemberFactory, OrganisationFactory, UserFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.vocabulary import TermFactory


@dataclass(frozen=True)
class House:
    """A CDMO organisation with its partner, one site, an editor and a viewer."""

    organisation: Organisation
    partner: Partner
    site: Site
    editor: Member
    viewer: Member

    @property
    def actor(self) -> Actor:
        return actor_of_member(self.editor)


def house() -> House:
    organisation = OrganisationFactory.create(cdmo=True)
    partner = PartnerFactory.create(organisation=organisation)
    return House(
        organisation=organisation,
        partner=partner,
        site=SiteFactory.create(partner=partner),
        editor=MemberFactory.create(organisation=organisation, editor=True),
        viewer=MemberFactory.create(organisation=organisation, viewer=True),
    )


def operator() -> Actor:
    return Actor(user=UserFactory.create(operator=True))


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def lyophilisation() -> Term:
    return TermFactory.create(code="op.lyophilisation", label="Lyophilisation")


def vessel_volume() -> Term:
    return TermFactory.create(code="sc.bioreactor-l", measure=True, label="Bioreactor working volume")
