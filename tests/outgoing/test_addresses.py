"""Every entry of the deny list is needed: each address below is denied by exactly one of them."""

import pytest

from cdmo_portal.outgoing import OutgoingFailed, OutgoingRefused, fetch
from cdmo_portal.outgoing.addresses import DENIED, parse_address, refusal_reason
from tests.outgoing.doubles import StubConnector, StubResolver

ONLY_DENIED_BY = {
    "0.0.0.0/8": ["0.0.0.0", "0.255.255.255"],  # noqa: S104 nothing is bound
    "10.0.0.0/8": ["10.0.0.0", "10.255.255.255"],
    "100.64.0.0/10": ["100.64.0.0", "100.127.255.255"],
    "127.0.0.0/8": ["127.0.0.1", "127.255.255.255"],
    "168.63.129.16/32": ["168.63.129.16"],
    "169.254.0.0/16": ["169.254.0.0", "169.254.169.254"],
    "172.16.0.0/12": ["172.16.0.0", "172.31.255.255"],
    "192.0.0.0/24": ["192.0.0.0", "192.0.0.255"],
    "192.0.2.0/24": ["192.0.2.0", "192.0.2.255"],
    "192.31.196.0/24": ["192.31.196.0", "192.31.196.255"],
    "192.52.193.0/24": ["192.52.193.0", "192.52.193.255"],
    "192.88.99.0/24": ["192.88.99.0", "192.88.99.255"],
    "192.168.0.0/16": ["192.168.0.0", "192.168.255.255"],
    "192.175.48.0/24": ["192.175.48.0", "192.175.48.255"],
    "198.18.0.0/15": ["198.18.0.0", "198.19.255.255"],
    "198.51.100.0/24": ["198.51.100.0", "198.51.100.255"],
    "203.0.113.0/24": ["203.0.113.0", "203.0.113.255"],
    "224.0.0.0/4": ["224.0.0.0", "239.255.255.255"],
    "240.0.0.0/4": ["240.0.0.0", "255.255.255.255"],
    "2001::/23": ["2001::1", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
    "2001:db8::/32": ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    "2002::/16": ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    "2620:4f:8000::/48": ["2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"],
    "3fff::/20": ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
}
CASES = [(network, address) for network, addresses in ONLY_DENIED_BY.items() for address in addresses]

# The neighbours of the entries, so that none is wider than it should be.
PUBLIC_ADDRESSES = """
    1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
    168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0
    191.255.255.255 192.0.1.0 192.0.1.255 192.0.3.0 192.31.195.255 192.31.197.0 192.52.192.255
    192.52.194.0 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 192.175.47.255 192.175.49.0
    198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255
    2000:: 2001:200:: 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9:: 2003:: 2606:4700::1111
    2620:4f:7fff:ffff:ffff:ffff:ffff:ffff 2620:4f:8001:: 3ffe:ffff:: 3fff:1000:: ::ffff:8.8.8.8
""".split()  # noqa: SIM905 a list of one per line would hide the neighbours

NOT_PUBLIC_IPV6 = """
    :: ::1 ::8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 1fff:ffff::1 4000::1
    5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
    ::ffff:127.0.0.1 ::ffff:10.0.0.1
""".split()  # noqa: SIM905 as above


def test_denied_when_listed_then_each_entry_has_an_address_of_its_own() -> None:
    assert [str(entry.network) for entry in DENIED] == list(ONLY_DENIED_BY)
    assert all(entry.reason for entry in DENIED)


@pytest.mark.parametrize(("network", "text"), CASES)
def test_refusal_reason_when_an_entry_is_deleted_then_its_address_would_pass(network: str, text: str) -> None:
    address = parse_address(text)
    assert address is not None
    rest = tuple(entry for entry in DENIED if str(entry.network) != network)

    assert f"is in {network}" in (refusal_reason(address) or "")
    assert refusal_reason(address, rest) is None


@pytest.mark.parametrize("text", PUBLIC_ADDRESSES)
def test_refusal_reason_when_the_address_is_public_then_there_is_none(text: str) -> None:
    address = parse_address(text)

    assert address is not None
    assert refusal_reason(address) is None


@pytest.mark.parametrize("text", [*NOT_PUBLIC_IPV6, *(address for _, address in CASES)])
def test_fetch_when_a_name_leads_to_a_denied_address_then_nothing_is_dialled(text: str) -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingRefused):
        fetch("https://feeds.example/", resolver=StubResolver([text]), connector=connector)

    assert connector.dialled == []


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "1", "fe80::1%eth0", "2606:4700::1%1", "[::1]", "0x7f.0.0.1"]
)
def test_fetch_when_the_answer_is_no_plain_address_then_nothing_is_dialled(text: str) -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingRefused):
        fetch("https://feeds.example/", resolver=StubResolver([text]), connector=connector)

    assert connector.dialled == []


def test_fetch_when_the_answer_is_mapped_and_public_then_the_address_inside_is_dialled() -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingFailed):
        fetch("https://feeds.example/", resolver=StubResolver(["::ffff:8.8.8.8"]), connector=connector)

    assert connector.dialled == [("8.8.8.8", 443)]
