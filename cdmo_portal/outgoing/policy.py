"""The limits of outgoing requests, passed in by the caller: this module reads no settings."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_network

from cdmo_portal.outgoing.addresses import Address, Network, refusal_reason
from cdmo_portal.outgoing.errors import OutgoingRefused
from cdmo_portal.outgoing.hosts import ascii_name, suffix_refusal

WEB_PORTS = frozenset({80, 443})

_ENTRY = re.compile(r"(?:\[(?P<bracketed>[^\[\]]+)\]|(?P<plain>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?")
_ADDRESS_LIKE = re.compile(r"[0-9.]+(?:/[0-9.]+)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/[0-9]+)?")


@dataclass(frozen=True, slots=True)
class AllowedEntry:
    """One place that the operator opened: a name or a network, on one port or on the policy's ports."""

    name: str | None
    network: Network | None
    port: int | None

    @classmethod
    def parse(cls, text: str) -> "AllowedEntry":
        """Read `host`, `host:port`, `10.1.0.0/16`, `10.1.2.3:8000`, `[fd00::/8]:8443`; else ValueError."""
        bare_ipv6 = text.count(":") > 1 and not text.startswith("[")
        match = _ENTRY.fullmatch(f"[{text}]" if bare_ipv6 else text)
        if match is None:
            raise ValueError(f"Allow-list entry {text!r} is not host, host:port or a network.")
        port = int(match["port"]) if match["port"] else None
        if port is not None and not 0 < port < 65536:
            raise ValueError(f"Allow-list entry {text!r} names a port that does not exist.")
        return cls(*_name_or_network(match["bracketed"] or match["plain"], text), port)

    def covers(self, host: str, address: Address) -> bool:
        return self.name == host if self.network is None else address in self.network


def _name_or_network(place: str, entry: str) -> tuple[str | None, Network | None]:
    try:
        if _ADDRESS_LIKE.fullmatch(place):
            return None, ip_network(place)
        return ascii_name(place), None
    except ValueError as error:
        raise ValueError(f"Allow-list entry {entry!r}: {error}.") from error
    except OutgoingRefused as error:
        raise ValueError(f"Allow-list entry {entry!r}: {error.detail}.") from error


@dataclass(frozen=True)
class Policy:
    """Where outgoing requests may go and how much they may cost.

    `allow` opens places inside the operator's own network; `also_deny` closes more networks, such as the
    operator's public range or its own NAT64 prefix. `ca_file` replaces the system's certificate authorities.
    A redirect that is not followed is an answer like others.
    """

    allow: tuple[str, ...] = ()
    also_deny: tuple[str, ...] = ()
    ports: frozenset[int] = WEB_PORTS
    deadline_s: float = 20.0
    max_wire_bytes: int = 5_000_000
    max_body_bytes: int = 20_000_000
    max_header_bytes: int = 32_768
    max_headers: int = 64
    ca_file: str | None = None
    follows_redirects: bool = True
    user_agent: str = "CDMO-Portal"
    allowed: tuple[AllowedEntry, ...] = field(init=False, repr=False, compare=False)
    closed: tuple[Network, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "allowed", tuple(AllowedEntry.parse(entry) for entry in self.allow))
        object.__setattr__(self, "closed", tuple(ip_network(entry) for entry in self.also_deny))

    def host_refusal(self, host: Address | str, port: int) -> str | None:
        """Why this host and port must not even be looked up, or None."""
        if port not in self.ports and all(entry.port != port for entry in self.allowed):
            return f"port {port} is not open"
        if not isinstance(host, str):
            return self.address_refusal(str(host), host, port)
        return None if self._lists_name(host, port) else suffix_refusal(host)

    def address_refusal(self, host: str, address: Address, port: int) -> str | None:
        """Why this answer for the host must not be dialled on the port, or None."""
        if any(entry.covers(host, address) for entry in self.allowed if self._opens(entry, port)):
            return None
        if port not in self.ports:
            return f"port {port} is not open for {address}"
        if any(address in network for network in self.closed):
            return f"{address} is closed by the operator"
        return refusal_reason(address)

    def lists(self, host: Address | str, port: int) -> bool:
        """Whether the operator opened this very place, by name or by address."""
        if isinstance(host, str):
            return self._lists_name(host, port)
        return any(entry.covers(str(host), host) for entry in self.allowed if self._opens(entry, port))

    def _lists_name(self, name: str, port: int) -> bool:
        return any(entry.name == name for entry in self.allowed if self._opens(entry, port))

    def _opens(self, entry: AllowedEntry, port: int) -> bool:
        return port in self.ports if entry.port is None else entry.port == port


DEFAULT_POLICY = Policy()
