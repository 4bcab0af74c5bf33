"""Who keeps private records in the tests: an editor, a viewer, and people who must not see them."""

from dataclasses import dataclass

from django.test import Client

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Member, Organisation
from tests.factories.accounts import MemberFactory, OrganisationFactory, UserFactory
from tests.partners.editors import signed_in


@dataclass(frozen=True)
class Sponsor:
    organisation: Organisation
    editor: Member
    viewer: Member

    @property
    def actor(self) -> Actor:
        return actor_of_member(self.editor)

    @property
    def reader(self) -> Actor:
        return actor_of_member(self.viewer)

    @property
    def client(self) -> Client:
        return signed_in(self.editor)


def sponsor() -> Sponsor:
    organisation = OrganisationFactory.create()
    return Sponsor(
        organisation,
        MemberFactory.create(organisation=organisation, editor=True),
        MemberFactory.create(organisation=organisation, viewer=True),
    )


def strangers() -> dict[str, Client]:
    """Another sponsor, a CDMO and the operator, each signed in."""
    operator = Client()
    operator.force_login(UserFactory.create(operator=True))
    return {
        "another sponsor": signed_in(MemberFactory.create()),
        "a CDMO": signed_in(MemberFactory.create(cdmo=True)),
        "the operator": operator,
    }
