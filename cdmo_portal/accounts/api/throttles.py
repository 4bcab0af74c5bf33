"""Requests per key, person or address, with the RateLimit headers of the answer."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from cdmo_portal.accounts.api.authentication import actor_of

# REST framework reads this module while it defines APIView.
if TYPE_CHECKING:
    from rest_framework.views import APIView


class ActorThrottle(SimpleRateThrottle):
    """One allowance per API key, else per signed-in person, else per address."""

    scope = "key"

    def __init__(self) -> None:
        """The rate depends on who asks, so it is read in allow_request."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        self.scope = "key" if request.user.is_authenticated else "anonymous"
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        allowed = super().allow_request(request, view)
        note_allowance(request._request, self.num_requests or 0, self.duration or 0, len(self.history))
        return allowed

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        actor = actor_of(request)
        if actor.key is not None:
            ident = f"key-{actor.key.pk}"
        elif actor.user is not None:
            ident = f"user-{actor.user.pk}"
        else:
            ident = f"address-{self.get_ident(request)}"
        return f"throttle:{self.scope}:{ident}"


def note_allowance(request: HttpRequest, limit: int, seconds: int, used: int) -> None:
    """Left on the request for the middleware that writes the RateLimit headers."""
    request.rate_allowance = (limit, seconds, max(0, limit - used))  # type: ignore[attr-defined]
