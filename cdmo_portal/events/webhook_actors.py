"""With whose eyes an endpoint is told of events, and who may manage endpoints."""

from cdmo_portal.accounts.actors import Actor, actor_of_member
from cdmo_portal.accounts.models import Role
from cdmo_portal.events.models import WebhookEndpoint


def actor_of(endpoint: WebhookEndpoint) -> Actor:
    """The member who last set the endpoint up; without them, somebody who reads what all members read."""
    member = endpoint.member
    if member is not None and member.user.is_active:
        return actor_of_member(member, can_write=False)
    organisation = endpoint.organisation
    return Actor(organisation=organisation, role=Role.VIEWER) if organisation.is_approved else Actor()


def can_manage_webhooks(actor: Actor) -> bool:
    """Editors and owners; viewers read what is set up."""
    return actor.organisation is not None and actor.has_role(Role.EDITOR)


def can_read_payload(actor: Actor, endpoint: WebhookEndpoint) -> bool:
    """Whether the actor reads all that the endpoint is told: owners do, and who set it up."""
    member = endpoint.member
    is_own = member is not None and member.user_id == actor.user_id
    is_inside = endpoint.organisation_id == actor.organisation_id
    return is_inside and (is_own or actor.role == Role.OWNER)
