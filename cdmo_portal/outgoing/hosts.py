"""The host of a URL, read in one way only: a dotted quad, a bracketed IPv6 address or a DNS name."""

import re
from ipaddress import IPv4Address, IPv6Address

import idna

from cdmo_portal.outgoing.addresses import Address, unwrapped
from cdmo_portal.outgoing.errors import OutgoingRefused

MAX_HOST_LENGTH = 253

# Endings that are answered inside a house, on one machine, or never; home.arpa falls under arpa. `.example`
# is left out on purpose: it never resolves in public, and documentation and samples are full of it.
SPECIAL_ENDINGS = frozenset(
    {
        "alt",
        "arpa",
        "corp",
        "domain",
        "home",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "mail",
        "onion",
        "private",
        "test",
        "workgroup",
    }
)

_OCTET = r"(?:0|[1-9][0-9]{0,2})"
_DOTTED_QUAD = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_IPV6 = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\]")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# No top-level domain has a digit, in any script: what ends in one is meant as an address.
_TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")


def parse_host(text: str) -> Address | str:
    """An address, or a DNS name in ASCII; what another reader could read otherwise is refused."""
    if text.startswith("["):
        return _bracketed(text)
    if _DOTTED_QUAD.fullmatch(text):
        return _dotted_quad(text)
    return ascii_name(text)


def suffix_refusal(name: str) -> str | None:
    """Why this name cannot be one of the public DNS, or None."""
    labels = name.split(".")
    if len(labels) < 2:
        return "the host has no dot"
    if not _TOP_LABEL.fullmatch(labels[-1]) or any(sign.isnumeric() for sign in idna.decode(labels[-1])):
        return "the host does not end in a top-level domain"
    if labels[-1] in SPECIAL_ENDINGS:
        return "the host has an ending for special use"
    return None


def ascii_name(text: str) -> str:
    """The DNS name in lower-case ASCII by UTS-46; raises OutgoingRefused for what is not strictly one."""
    if not text or len(text) > MAX_HOST_LENGTH:
        raise OutgoingRefused("the host is empty or too long")
    name = text.lower() if text.isascii() else _idna(text)
    labels = name.split(".")
    if len(name) > MAX_HOST_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise OutgoingRefused("the host is not a DNS name")
    if any(_is_false_punycode(label) for label in labels):
        raise OutgoingRefused("the host has an invalid international label")
    return name


def _idna(text: str) -> str:
    try:
        name = idna.encode(text, strict=True, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise OutgoingRefused("the host is not a valid international name") from error
    before, after = text.split("."), name.split(".")
    # Full-width digits, letter-like signs and other dots turn into plain ASCII: a disguise, never a name.
    if len(before) != len(after) or any(
        not was.isascii() and not now.startswith("xn--") for was, now in zip(before, after, strict=True)
    ):
        raise OutgoingRefused("the host hides ASCII behind other characters")
    return name


def _is_false_punycode(label: str) -> bool:
    if label[2:4] != "--":
        return False
    try:
        return not label.startswith("xn--") or idna.alabel(idna.ulabel(label)).decode("ascii") != label
    except (idna.IDNAError, UnicodeError):
        return True


def _dotted_quad(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except ValueError as error:
        raise OutgoingRefused("the host is not an IPv4 address") from error


def _bracketed(text: str) -> Address:
    match = _IPV6.fullmatch(text)
    if match is None:
        raise OutgoingRefused("the host is not a bracketed IPv6 address")
    try:
        return unwrapped(IPv6Address(match[1]))
    except ValueError as error:
        raise OutgoingRefused("the host is not an IPv6 address") from error
