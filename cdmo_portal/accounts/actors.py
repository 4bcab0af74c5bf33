"""The actor: who is asking. Built once by the middleware, the API's authentication or a task."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from cdmo_portal.accounts.models import Member, Organisation, Role, User
from cdmo_portal.accounts.scopes import EVERYTHING, READ, WRITE, allows

if TYPE_CHECKING:
    from cdmo_portal.accounts.models import APIKey


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: a user or none, the organisation they act for, their role, and whether they may write.

    By key, `scopes` are the key's, and `can_write` says whether they let it write what the request is about.

    An operator has no organisation unless they are also a member of one. A suspended or not yet approved
    organisation gives no rights: the actor then stands as signed in, without organisation.

    `remembered` holds what was looked up about the actor once, for as long as the actor lives: a request.
    """

    user: User | None = None
    organisation: Organisation | None = None
    role: Role | None = None
    can_write: bool = True
    key: "APIKey | None" = None
    scopes: frozenset[str] = EVERYTHING
    remembered: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @property
    def is_operator(self) -> bool:
        return self.user is not None and self.user.is_operator and self.key is None

    @property
    def is_sponsor(self) -> bool:
        return self.organisation is not None and self.organisation.kind == Organisation.Kind.SPONSOR

    @property
    def is_cdmo(self) -> bool:
        return self.organisation is not None and self.organisation.kind == Organisation.Kind.CDMO

    @property
    def organisation_id(self) -> int | None:
        return self.organisation.pk if self.organisation else None

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    def has_role(self, least: Role) -> bool:
        """Whether the actor acts for an organisation with at least this role (and, by key, may write)."""
        if self.role is None or (least != Role.VIEWER and not self.can_write):
            return False
        return self.role.is_at_least(least)

    def may_read(self, resource: str) -> bool:
        """Whether the key's scopes let it; a person has them all. What the role allows is asked elsewhere."""
        return allows(self.scopes, resource, READ)

    def may_write(self, resource: str) -> bool:
        return allows(self.scopes, resource, WRITE)


NOBODY = Actor()


def actor_of_member(member: Member, *, can_write: bool = True, key: "APIKey | None" = None) -> Actor:
    """The actor for a membership; without rights when its organisation is not approved."""
    held = frozenset(key.scopes) if key is not None else EVERYTHING
    if not member.organisation.is_approved:
        return Actor(user=member.user, can_write=can_write, key=key, scopes=held)
    return Actor(
        user=member.user,
        organisation=member.organisation,
        role=Role(member.role),
        can_write=can_write,
        key=key,
        scopes=held,
    )


def actor_of_key(key: "APIKey", resource: str) -> Actor:
    """The key's member, who who writes what the request is about only if the scopes say so."""
    can_write = allows(key.scopes, resource, WRITE)
    return actor_of_member(key.member, can_write=can_write, key=key)


class ActorRequest(HttpRequest):
    """A request behind the actor middleware; annotate views with it instead of casting."""

    actor: Actor
    htmx: HtmxDetails
