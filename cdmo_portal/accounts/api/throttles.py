"""How many requests a key, a person, an organisation or a visitor may send, and what is left of it.

Requests are counted in windows that begin at whole multiples of their length, one counter each: it can be
added to by many processes at once, and what `RateLimit` says of it is exact. Without the cache nothing is
counted and nobody is held up.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from cdmo_portal.accounts.api.authentication import actor_of

# REST framework reads this module while it defines APIView.
if TYPE_CHECKING:
    from rest_framework.views import APIView


@dataclass(frozen=True, slots=True)
class Allowance:
    """One policy as it stands for one caller. `used` counts refused requests, too."""

    policy: str
    limit: int
    window_s: int
    used: int
    resets_in_s: float

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.limit

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


class ActorThrottle(SimpleRateThrottle):
    """A key's own allowance and then that of its organisation, which all of its keys and people share.

    What the first one refuses is not taken from the second: one key gone wild leaves the others their part.
    """

    def __init__(self) -> None:
        """The rates depend on who asks, so they are read in allow_request."""
        self.allowances: list[Allowance] = []

    def allow_request(self, request: Request, view: "APIView") -> bool:
        is_refused = False
        for policy, rate, ident in self._policies(request):
            allowance = self._allowance(policy, rate, ident, takes=not is_refused)
            is_refused = is_refused or allowance.is_exceeded
            self.allowances.append(allowance)
        # For the middleware that writes the headers, also of refusals.
        request._request.rate_limit = rate_limit_headers(self.allowances)  # type: ignore[attr-defined]
        return not is_refused

    def wait(self) -> float | None:
        """Until the window ends that was used up; the answer's Retry-After rounds it up."""
        return max((each.resets_in_s for each in self.allowances if each.is_exceeded), default=None)

    def _policies(self, request: Request) -> Iterator[tuple[str, str, str]]:
        """Policy, rate and whom it is for, the narrowest first."""
        actor = actor_of(request)
        if actor.key is not None:
            yield "key", "key", str(actor.key.pk)
        elif actor.user is not None:
            yield "person", "key", str(actor.user.pk)
        else:
            yield "anonymous", "anonymous", self.get_ident(request)
        if actor.organisation_id is not None:
            yield "organisation", "organisation", str(actor.organisation_id)

    def _allowance(self, policy: str, rate: str, ident: str, *, takes: bool) -> Allowance:
        limit, window_s = self.parse_rate(self.THROTTLE_RATES[rate])
        if limit is None or window_s is None:
            raise ValueError(f"The rate of {rate} is not set.")
        # Its name is the window's, so a counter can lie about until it ends.
        counters: Any = self.cache
        now = self.timer()
        number = int(now // window_s)
        name = f"throttle:{policy}:{ident}:{window_s}:{number}"
        used = counters.count_up(name, 2 * window_s) if takes else int(counters.get(name, 0))
        return Allowance(policy, limit, window_s, used, (number + 1) * window_s - now)


def rate_limit_headers(allowances: Sequence[Allowance]) -> dict[str, str]:
    """Of draft-ietf-httpapi-ratelimit-headers-10: every policy, and what is left under each."""
    policies = (f'"{each.policy}";q={each.limit};w={each.window_s}' for each in allowances)
    left = (f'"{each.policy}";r={each.left};t={math.ceil(each.resets_in_s)}' for each in allowances)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}
