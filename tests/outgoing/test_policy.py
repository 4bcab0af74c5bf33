"""What an operator opens works; nothing else opens with it."""

import pytest

from cdmo_portal.outgoing import OutgoingFailed, OutgoingRefused, Policy, fetch
from tests.outgoing.doubles import PUBLIC, StubConnector, StubResolver

INSIDE = {"feed": ["10.1.2.3"], "feed.internal": ["10.1.2.3"], "feeds.example": ["10.1.2.3"]}


@pytest.mark.parametrize(
    ("entry", "url", "dialled"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000/feed.csv", ("127.0.0.1", 8000)),
        ("127.0.0.1", "http://127.0.0.1/", ("127.0.0.1", 80)),
        ("127.0.0.1:8000", "http://[::ffff:127.0.0.1]:8000/", ("127.0.0.1", 8000)),
        ("10.0.0.0/8", "https://10.1.2.3/", ("10.1.2.3", 443)),
        ("10.0.0.0/8", "https://feeds.example/", ("10.1.2.3", 443)),
        ("10.1.0.0/16:8443", "https://feeds.example:8443/", ("10.1.2.3", 8443)),
        ("feed.internal", "https://feed.internal/", ("10.1.2.3", 443)),
        ("feed.internal:8000", "http://FEED.internal:8000/", ("10.1.2.3", 8000)),
        ("feed:8000", "http://feed:8000/", ("10.1.2.3", 8000)),
        ("fd00::/8", "http://[fd00::5]/", ("fd00::5", 80)),
        ("[fd00::/8]:8443", "https://[fd00::5]:8443/", ("fd00::5", 8443)),
        ("[::1]:8000", "http://[::1]:8000/", ("::1", 8000)),
    ],
)
def test_fetch_when_the_operator_opened_a_place_then_it_is_dialled(
    entry: str, url: str, dialled: tuple[str, int]
) -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingFailed):
        fetch(url, policy=Policy(allow=(entry,)), resolver=StubResolver(names=INSIDE), connector=connector)

    assert connector.dialled == [dialled]


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1/"),
        ("127.0.0.1:8000", "http://127.0.0.1:8001/"),
        ("127.0.0.1:8000", "http://127.0.0.2:8000/"),
        ("127.0.0.1:8000", "http://localhost:8000/"),
        ("127.0.0.1:8000", "http://[::1]:8000/"),
        ("127.0.0.1:8000", "http://2130706433:8000/"),
        ("127.0.0.1:8000", "http://8.8.8.8:8000/"),
        ("127.0.0.1:8000", "http://feeds.example:8000/"),
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("10.2.0.0/16", "https://feeds.example/"),
        ("10.1.0.0/16:8443", "https://feeds.example/"),
        ("feed.internal", "https://feed/"),
        ("feed.internal", "https://other.feed.internal/"),
        ("feed.internal", "https://feeds.example/"),
        ("feed.internal:8000", "https://feed.internal/"),
        ("feed.internal", "https://10.1.2.3/"),
    ],
)
def test_fetch_when_another_place_was_opened_then_nothing_is_dialled(entry: str, url: str) -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingRefused):
        fetch(url, policy=Policy(allow=(entry,)), resolver=StubResolver(names=INSIDE), connector=connector)

    assert connector.dialled == []


def test_fetch_when_the_policy_allows_a_port_then_public_addresses_are_dialled_on_it() -> None:
    connector = StubConnector()
    policy = Policy(ports=frozenset({443, 8443}))

    with pytest.raises(OutgoingFailed):
        fetch(
            "https://feeds.example:8443/", policy=policy, resolver=StubResolver([PUBLIC]), connector=connector
        )

    assert connector.dialled == [(PUBLIC, 8443)]


@pytest.mark.parametrize("url", ["http://feeds.example/", "https://10.1.2.3:8443/"])
def test_fetch_when_the_policy_allows_a_port_then_no_other_port_or_inside_address_opens(url: str) -> None:
    connector = StubConnector()
    policy = Policy(ports=frozenset({443, 8443}))

    with pytest.raises(OutgoingRefused):
        fetch(url, policy=policy, resolver=StubResolver([PUBLIC]), connector=connector)

    assert connector.dialled == []


def test_fetch_when_the_operator_closed_a_network_then_nothing_is_dialled() -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingRefused):
        fetch(
            "https://feeds.example/",
            policy=Policy(also_deny=("93.184.215.0/24",)),
            resolver=StubResolver([PUBLIC]),
            connector=connector,
        )

    assert connector.dialled == []


@pytest.mark.parametrize(
    "entry",
    ["", " ", "http://feed", "feed/8", "10.0.0.1/8", "10.0.0.0/33", "feed:", "feed:0", "feed:70000", "feed:x",
     "*.example.com", "a b", "[feed]:80x", "127.1", "1.2.3.4.5", "fd00::1/8", "user@feed", "-feed"],
)  # fmt: skip
def test_policy_when_an_entry_is_malformed_then_the_error_names_it(entry: str) -> None:
    with pytest.raises(ValueError, match="Allow-list entry") as error:
        Policy(allow=("10.0.0.0/8", entry))

    assert repr(entry) in str(error.value)


def test_policy_when_a_closed_network_is_malformed_then_it_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.1/8"):
        Policy(also_deny=("10.0.0.1/8",))
