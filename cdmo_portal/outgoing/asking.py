"""What is asked for: the method, the headers and the body, checked before they reach a socket."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from cdmo_portal.outgoing.bodies import ACCEPTED_ENCODINGS
from cdmo_portal.outgoing.errors import OutgoingRefused
from cdmo_portal.outgoing.policy import Policy
from cdmo_portal.outgoing.targets import Target

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
# They belong to the connection, to its framing, or to the checked name.
OWN_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8192}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request without its target, so that a redirect can carry it on."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None
    secret_headers: frozenset[str]

    @classmethod
    def checked(
        cls, method: str, headers: Mapping[str, str], body: bytes | None, secret_headers: Collection[str]
    ) -> "Asked":
        """Raises OutgoingRefused for a method or header that could change how the request is read."""
        if method not in METHODS:
            raise OutgoingRefused(f"the method {method!r} is not used")
        for name, value in headers.items():
            _check_header(name, value)
        return cls(method, dict(headers), body, SECRET_HEADERS | {name.lower() for name in secret_headers})

    def headers_to(self, target: Target, policy: Policy) -> dict[str, str]:
        """All headers to send; the name stays in Host though the connection goes to a checked address."""
        own = {"Host": target.authority, "Accept-Encoding": ACCEPTED_ENCODINGS, "Connection": "close"}
        if all(name.lower() != "user-agent" for name in self.headers):
            own["User-Agent"] = policy.user_agent
        return own | dict(self.headers)

    def as_get(self) -> "Asked":
        """The same without its body, as after 303; a HEAD stays a HEAD."""
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-type"}
        return replace(self, method="HEAD" if self.method == "HEAD" else "GET", headers=headers, body=None)

    def for_another_origin(self) -> "Asked":
        """The same without credentials; a body is never handed on to an origin that nobody named."""
        if self.body is not None:
            raise OutgoingRefused("a redirect would send the body to another origin")
        kept = {n: value for n, value in self.headers.items() if n.lower() not in self.secret_headers}
        return replace(self, headers=kept)


def _check_header(name: str, value: str) -> None:
    if not _NAME.fullmatch(name) or name.lower() in OWN_HEADERS:
        raise OutgoingRefused(f"the header name {name[:40]!r} cannot be sent")
    if not _VALUE.fullmatch(value):
        raise OutgoingRefused(f"the value of the header {name!r} cannot be sent")
