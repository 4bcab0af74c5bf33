"""Closed by default: a caller needs an organisation to read, and a writing key or role to write."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from cdmo_portal.accounts.api.authentication import actor_of
from cdmo_portal.accounts.models import Role

# REST framework reads this module while it defines APIView.
if TYPE_CHECKING:
    from rest_framework.views import APIView


class HasScope(BasePermission):
    message = "This key or role may not do this."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        actor = actor_of(request)
        if request.method in SAFE_METHODS:
            return actor.has_role(Role.VIEWER) or actor.is_operator
        return actor.has_role(Role.EDITOR)


class MayRead(HasScope):
    """For a request that writes nothing although it has a body: whoever may read may send it."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        actor = actor_of(request)
        return actor.has_role(Role.VIEWER) or actor.is_operator
