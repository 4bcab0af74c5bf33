"""Which IP addresses may be dialled, as data; for each entry a test holds an address that only it denies."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Denied:
    """A network that is not the public internet, and why."""

    network: Network
    reason: str


DENIED: tuple[Denied, ...] = (
    Denied(IPv4Network("0.0.0.0/8"), "this host"),
    Denied(IPv4Network("10.0.0.0/8"), "private network"),
    Denied(IPv4Network("100.64.0.0/10"), "carrier-grade NAT, and metadata of some clouds"),
    Denied(IPv4Network("127.0.0.0/8"), "loopback"),
    Denied(IPv4Network("168.63.129.16/32"), "a cloud's inside service on a public address"),
    Denied(IPv4Network("169.254.0.0/16"), "link-local, and metadata of most clouds"),
    Denied(IPv4Network("172.16.0.0/12"), "private network"),
    Denied(IPv4Network("192.0.0.0/24"), "protocol assignments, and metadata of some clouds"),
    Denied(IPv4Network("192.0.2.0/24"), "documentation"),
    Denied(IPv4Network("192.31.196.0/24"), "sink of reverse names"),
    Denied(IPv4Network("192.52.193.0/24"), "multicast tunnels"),
    Denied(IPv4Network("192.88.99.0/24"), "6to4 relays"),
    Denied(IPv4Network("192.168.0.0/16"), "private network"),
    Denied(IPv4Network("192.175.48.0/24"), "sink of reverse names"),
    Denied(IPv4Network("198.18.0.0/15"), "benchmark networks"),
    Denied(IPv4Network("198.51.100.0/24"), "documentation"),
    Denied(IPv4Network("203.0.113.0/24"), "documentation"),
    Denied(IPv4Network("224.0.0.0/4"), "multicast"),
    Denied(IPv4Network("240.0.0.0/4"), "reserved, and broadcast"),
    Denied(IPv6Network("2001::/23"), "protocol assignments, among them Teredo"),
    Denied(IPv6Network("2001:db8::/32"), "documentation"),
    Denied(IPv6Network("2002::/16"), "6to4, which carries any IPv4 address"),
    Denied(IPv6Network("2620:4f:8000::/48"), "sink of reverse names"),
    Denied(IPv6Network("3fff::/20"), "documentation"),
)

# What lies outside is loopback, local, multicast, unassigned, or carries an IPv4 address inside (NAT64,
# IPv4-compatible), so nothing of it needs an entry above.
PUBLIC_IPV6 = IPv6Network("2000::/3")


def parse_address(text: str) -> Address | None:
    """The address a resolver or a socket names, unwrapped; None if it is none or is tied to an interface."""
    try:
        address: Address = IPv6Address(text) if ":" in text else IPv4Address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return None
    return unwrapped(address)


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv4-mapped one: the system dials that one, so that one is checked."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def refusal_reason(address: Address, denied: tuple[Denied, ...] = DENIED) -> str | None:
    """Why this address must not be dialled, or None if it is on the public internet."""
    address = unwrapped(address)
    if isinstance(address, IPv6Address) and address not in PUBLIC_IPV6:
        return f"{address} is outside the public part of IPv6"
    for entry in denied:
        if address in entry.network:
            return f"{address} is in {entry.network} ({entry.reason})"
    return None
