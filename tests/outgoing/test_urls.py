"""What may be dialled is decided by the URL's spelling first."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.outgoing import DEFAULT_POLICY, OutgoingFailed, OutgoingRefused, check_url, fetch, hosts
from cdmo_portal.outgoing.addresses import parse_address, refusal_reason
from cdmo_portal.outgoing.errors import OutgoingError
from cdmo_portal.outgoing.targets import parse_target
from tests.outgoing.doubles import PUBLIC, StubConnector, StubResolver
from tests.outgoing.hostile_urls import GOOD_ADDRESSES, GOOD_URLS, HOSTILE_URLS


def test_hostile_urls_are_many_and_differ() -> None:
    assert len(set(HOSTILE_URLS)) == len(HOSTILE_URLS) >= 300


@pytest.mark.parametrize("url", HOSTILE_URLS, ids=ascii)
def test_fetch_when_the_url_is_hostile_then_nothing_is_looked_up_or_dialled(url: str) -> None:
    resolver, connector = StubResolver([PUBLIC]), StubConnector()

    with pytest.raises(OutgoingRefused) as refused:
        fetch(url, resolver=resolver, connector=connector)

    assert str(refused.value) == "This address cannot be used."
    assert refused.value.detail
    assert resolver.asked == []
    assert connector.dialled == []


@pytest.mark.parametrize("url", HOSTILE_URLS, ids=ascii)
def test_check_url_when_hostile_then_it_is_refused(url: str) -> None:
    with pytest.raises(OutgoingRefused):
        check_url(url)


# Each is refused because of its ending alone.
ONLY_REFUSED_BY = {
    "alt": "http://feed.alt/",
    "arpa": "http://router.home.arpa/",
    "corp": "http://mail.corp/",
    "domain": "http://server.domain/",
    "home": "http://nas.home/",
    "internal": "http://metadata.google.internal/",
    "intranet": "http://erp.intranet/",
    "invalid": "http://feeds.invalid/",
    "lan": "http://nas.lan/",
    "local": "http://printer.local/",
    "localdomain": "http://localhost.localdomain/",
    "localhost": "http://feeds.localhost/",
    "mail": "http://relay.mail/",
    "onion": "http://feedsfeedsfeeds.onion/",
    "private": "http://erp.private/",
    "test": "http://feeds.test/",
    "workgroup": "http://server.workgroup/",
}


def test_special_endings_when_listed_then_each_has_a_spelling_of_its_own() -> None:
    assert sorted(hosts.SPECIAL_ENDINGS) == sorted(ONLY_REFUSED_BY)


@pytest.mark.parametrize(("ending", "url"), ONLY_REFUSED_BY.items())
def test_check_url_when_a_special_ending_is_deleted_then_its_spelling_would_pass(
    ending: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OutgoingRefused):
        check_url(url)

    monkeypatch.setattr(hosts, "SPECIAL_ENDINGS", hosts.SPECIAL_ENDINGS - {ending})

    check_url(url)


@pytest.mark.parametrize("url", [good for good, *_ in (*GOOD_URLS, *GOOD_ADDRESSES)])
def test_check_url_when_good_then_nothing_is_raised(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize("url", [None, 5, b"http://example.com/", ["http://example.com/"]])
def test_fetch_when_the_url_is_no_text_then_it_is_refused(url: object) -> None:
    with pytest.raises(OutgoingRefused):
        fetch(url, resolver=StubResolver([PUBLIC]), connector=StubConnector())  # type: ignore[arg-type]


@pytest.mark.parametrize(("url", "name", "asked_url"), GOOD_URLS)
def test_fetch_when_the_url_is_good_then_its_checked_address_is_dialled(
    url: str, name: str, asked_url: str
) -> None:
    resolver, connector = StubResolver([PUBLIC]), StubConnector()
    target = parse_target(url, DEFAULT_POLICY)

    with pytest.raises(OutgoingFailed):
        fetch(url, resolver=resolver, connector=connector)

    assert resolver.asked == [name]
    assert connector.dialled == [(PUBLIC, target.port)]
    assert target.url == asked_url


@pytest.mark.parametrize(("url", "address"), GOOD_ADDRESSES)
def test_fetch_when_the_url_names_a_public_address_then_it_is_dialled_without_a_look_up(
    url: str, address: str
) -> None:
    resolver, connector = StubResolver([PUBLIC]), StubConnector()

    with pytest.raises(OutgoingFailed):
        fetch(url, resolver=resolver, connector=connector)

    assert resolver.asked == []
    assert [dialled for dialled, _ in connector.dialled] == [address]


def test_fetch_when_refused_then_the_reason_is_in_the_log_without_path_or_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "cdmo_portal.outgoing"), pytest.raises(OutgoingRefused):
        fetch("http://10.0.0.1/private?key=secret", connector=StubConnector())

    assert "10.0.0.0/8 (private network)" in caplog.text
    assert "secret" not in caplog.text


@given(st.text(max_size=40))
def test_fetch_when_the_host_is_any_text_then_only_public_addresses_are_dialled(host: str) -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingError):
        fetch(f"http://{host}/", resolver=StubResolver([PUBLIC]), connector=connector)

    for dialled, port in connector.dialled:
        address = parse_address(dialled)
        assert address is not None
        assert refusal_reason(address) is None
        assert port in (80, 443)


@given(st.from_regex(r"[0-9a-fx]{1,4}(\.[0-9a-fx]{1,4}){0,4}\.?", fullmatch=True))
def test_parse_target_when_the_host_is_number_like_then_it_is_a_plain_quad_or_refused(host: str) -> None:
    try:
        target = parse_target(f"http://{host}/", DEFAULT_POLICY)
    except OutgoingRefused:
        return

    if target.address is not None:
        assert str(target.address) == host
    else:
        assert host.rpartition(".")[2].isalpha()
