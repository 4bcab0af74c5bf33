"""Who may do what with organisations, members, invitations and keys."""

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Role


def can_manage_members(actor: Actor) -> bool:
    return actor.organisation is not None and actor.has_role(Role.OWNER)


def can_manage_keys(actor: Actor) -> bool:
    """A key never exceeds its member, so every editor may have one of their own."""
    return actor.organisation is not None and actor.key is None and actor.has_role(Role.EDITOR)


def can_run_service(actor: Actor) -> bool:
    return actor.is_operator
