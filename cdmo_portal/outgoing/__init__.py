"""The one door to the outside: every feed and every webhook goes through `fetch`.

It takes its limits as a `Policy`, knows nothing of Django or of the rest of the product, and raises only
`OutgoingError`: its text may be shown to anybody, its `detail` belongs in the operator's log.
"""

from cdmo_portal.outgoing.errors import (
    OutgoingError,
    OutgoingFailed,
    OutgoingRefused,
    OutgoingTimeout,
    ResponseTooLarge,
)
from cdmo_portal.outgoing.exchange import Response
from cdmo_portal.outgoing.fetching import check_url, fetch
from cdmo_portal.outgoing.policy import DEFAULT_POLICY, Policy

__all__ = [
    "DEFAULT_POLICY",
    "OutgoingError",
    "OutgoingFailed",
    "OutgoingRefused",
    "OutgoingTimeout",
    "Policy",
    "Response",
    "ResponseTooLarge",
    "check_url",
    "fetch",
]
