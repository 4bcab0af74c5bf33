"""Closed by default: a key needs the scope of the address, and its member an organisation and the role."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.authentication import actor_of, resource_of
from cdmo_portal.accounts.models import Role
from cdmo_portal.accounts.scopes import READ, WRITE, allows

# REST framework reads this module while it defines APIView.
if TYPE_CHECKING:
    from rest_framework.views import APIView

NO_ROLE = "Your role in this organisation may not do this."


class HasScope(BasePermission):
    """Reading takes the scope to read and any role; writing takes the scope to write and an editor."""

    message, code = NO_ROLE, "permission_denied"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        actor, verb = actor_of(request), self.verb(request)
        return self._has_scope(actor, resource_of(view), verb) and self._has_role(actor, verb)

    def verb(self, request: Request) -> str:
        return READ if request.method in SAFE_METHODS else WRITE

    def least_role(self, verb: str) -> Role:
        return Role.VIEWER if verb == READ else Role.EDITOR

    def _has_scope(self, actor: Actor, resource: str, verb: str) -> bool:
        if allows(actor.scopes, resource, verb):
            return True
        missing = f"{resource}:{verb}" if resource else verb
        self.message, self.code = f"This key lacks the scope {missing}.", "missing_scope"
        return False

    def _has_role(self, actor: Actor, verb: str) -> bool:
        return actor.has_role(self.least_role(verb)) or (verb == READ and actor.is_operator)


class MayRead(HasScope):
    """For a request that writes nothing although it has a body: whoever may read may send it."""

    def verb(self, request: Request) -> str:
        return READ


class AnyRole(HasScope):
    """For what viewers do, too, such as to say something or to keep a search: only the scope is asked here.

    What a role may not do all the same, the action refuses.
    """

    def least_role(self, verb: str) -> Role:
        return Role.VIEWER
