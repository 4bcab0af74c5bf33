"""A URL taken apart strictly, before anything is looked up."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from cdmo_portal.outgoing.addresses import Address
from cdmo_portal.outgoing.errors import OutgoingRefused
from cdmo_portal.outgoing.hosts import parse_host
from cdmo_portal.outgoing.policy import Policy

MAX_URL_LENGTH = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(
    r"(?P<scheme>[A-Za-z]+)://(?P<host>\[[^\[\]/?#@]*\]|[^\[\]/?#@:]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?"
)
# Blanks, controls of both ranges, and the backslash, which some readers take for a slash.
_NEVER = re.compile(r"[\s\x00-\x20\x7f-\x9f\\]")
# Servers and proxies behind the name may decode these and start a new line with them.
_ENCODED_LINE_END = re.compile(r"%(?:00|0a|0d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes; `address` is set when the URL names an address instead of a name."""

    scheme: str
    host: str
    address: Address | None
    port: int
    path_and_query: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path_and_query}"


def parse_target(url: str, policy: Policy) -> Target:
    """The target of a URL that passes every check possible without a look-up; else OutgoingRefused."""
    match = _URL.fullmatch(_checked_text(url))
    if match is None:
        raise OutgoingRefused("the URL is not of the form scheme://host[:port]/path")
    scheme = match["scheme"].lower()
    if scheme not in DEFAULT_PORTS:
        raise OutgoingRefused("the scheme is neither http nor https")
    port = int(match["port"] or DEFAULT_PORTS[scheme])
    host = parse_host(match["host"])
    reason = policy.host_refusal(host, port)
    if reason is not None:
        raise OutgoingRefused(f"{host}: {reason}")
    address = None if isinstance(host, str) else host
    return Target(scheme, str(host), address, port, _path_and_query(match["path"], match["query"]))


def redirect_target(base: Target, location: str, policy: Policy) -> Target:
    """Where a Location header leads, checked like a URL of its own."""
    if not location.isascii() or not location:
        raise OutgoingRefused("a redirect's Location is empty or not ASCII")
    # urljoin drops control characters in silence, so they are looked for before it runs.
    try:
        joined = urljoin(base.url, _checked_text(location))
    except ValueError as error:
        raise OutgoingRefused("a redirect's Location cannot be read") from error
    target = parse_target(joined, policy)
    if base.scheme == "https" and target.scheme == "http":
        raise OutgoingRefused("a redirect leads from https to http")
    return target


def _checked_text(url: str) -> str:
    if not isinstance(url, str) or not 0 < len(url) <= MAX_URL_LENGTH:
        raise OutgoingRefused("the URL is empty or too long")
    if _NEVER.search(url) or _ENCODED_LINE_END.search(url):
        raise OutgoingRefused("the URL has a blank, a control character or a backslash")
    return url


def _path_and_query(path: str | None, query: str | None) -> str:
    try:
        return quote((path or "/") + (query or ""), safe="%/:?@!$&'()*+,;=~-._[]")
    except UnicodeError as error:
        raise OutgoingRefused("the URL's path is not valid Unicode") from error
