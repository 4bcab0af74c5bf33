"""Who may do what with organisations, members, invitations and keys."""

from collections.abc import Iterable

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import APIKey, Role
from cdmo_portal.accounts.scopes import covers

KEYS = "api-keys"


def can_manage_members(actor: Actor) -> bool:
    return actor.organisation is not None and actor.has_role(Role.OWNER)


def can_manage_keys(actor: Actor) -> bool:
    """A key never exceeds its member, so every editor may have some of their own.

    A key may make keys, too, so that a machine can replace its own before it expires: with the scope to write
    API keys, and never one that may more than itself (see can_give).
    """
    return actor.organisation is not None and actor.has_role(Role.EDITOR) and actor.may_write(KEYS)


def can_give(actor: Actor, scopes: Iterable[str]) -> bool:
    """Whether the actor may make a key with these scopes: a person any, a key no more than it has itself."""
    return can_manage_keys(actor) and covers(actor.scopes, scopes)


def is_own(actor: Actor, key: APIKey) -> bool:
    return key.member.user_id == actor.user_id and key.organisation_id == actor.organisation_id


def can_revoke(actor: Actor, key: APIKey) -> bool:
    """One's own, or as an owner any of the organisation's; by key, with the scope to write API keys."""
    if key.organisation_id != actor.organisation_id or not actor.may_write(KEYS):
        return False
    return is_own(actor, key) or can_manage_members(actor)


def can_run_service(actor: Actor) -> bool:
    return actor.is_operator
