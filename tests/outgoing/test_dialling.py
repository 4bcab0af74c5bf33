"""From a name to a connection: what the name server says is checked whole, and once."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Event

import pytest

from cdmo_portal.outgoing import OutgoingFailed, OutgoingRefused, OutgoingTimeout, Policy, fetch
from cdmo_portal.outgoing.errors import NameNotFound
from tests.outgoing.doubles import (
    LOOPBACK,
    PUBLIC,
    LoopbackConnector,
    StubConnector,
    StubResolver,
    ok,
    redirecting,
    serving,
)

URL = "http://feeds.example/feed.csv"


def test_fetch_when_the_name_is_rebound_then_only_the_first_answer_counts() -> None:
    resolver, connector = StubResolver([PUBLIC], ["127.0.0.1"], ["10.0.0.1"]), StubConnector()

    with pytest.raises(OutgoingFailed):
        fetch(URL, resolver=resolver, connector=connector)

    assert resolver.asked == ["feeds.example"]
    assert connector.dialled == [(PUBLIC, 80)]


def test_fetch_when_the_name_is_rebound_during_a_redirect_then_the_new_answer_is_checked() -> None:
    with serving(redirecting("/again")) as server:
        resolver, connector = StubResolver([LOOPBACK], ["10.0.0.1"]), LoopbackConnector()

        with pytest.raises(OutgoingRefused):
            fetch(
                server.url(host="feeds.example"),
                policy=server.policy(),
                resolver=resolver,
                connector=connector,
            )

    assert connector.dialled == [(LOOPBACK, server.port)]


@pytest.mark.parametrize(
    "answers",
    [
        [PUBLIC, "127.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC, "8.8.8.8", "::1"],
        [PUBLIC, "fe80::1%eth0"],
        [PUBLIC, "::ffff:169.254.169.254"],
        [PUBLIC, "nonsense"],
        [PUBLIC] * 65,
    ],
)
def test_fetch_when_one_answer_is_bad_then_the_name_is_spoilt(answers: list[str]) -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingRefused):
        fetch(URL, resolver=StubResolver(answers), connector=connector)

    assert connector.dialled == []


def test_fetch_when_an_address_is_dead_then_the_next_is_dialled_and_at_most_four() -> None:
    connector = StubConnector()
    answers = ["2606:4700::1", *(f"8.8.8.{number}" for number in range(1, 7))]

    with pytest.raises(OutgoingFailed):
        fetch(URL, resolver=StubResolver(answers), connector=connector)

    assert [address for address, _ in connector.dialled] == answers[:4]


def test_fetch_when_the_first_address_is_dead_then_the_second_answers() -> None:
    with serving(ok(b"rows")) as server:
        live = LoopbackConnector()

        def connector(address: str, port: int, timeout_s: float) -> socket.socket:
            if address == PUBLIC:
                raise ConnectionRefusedError
            return live(address, port, timeout_s)

        response = fetch(
            server.url(host="feeds.example"),
            policy=Policy(allow=(f"{LOOPBACK}:{server.port}", f"{PUBLIC}:{server.port}")),
            resolver=StubResolver([PUBLIC, LOOPBACK]),
            connector=connector,
        )

    assert response.body == b"rows"
    assert f"Host: feeds.example:{server.port}\r\n".encode() in server.requests[0]


@pytest.mark.parametrize("failure", [socket.gaierror(-2, "unknown"), OSError("down"), TimeoutError()])
def test_fetch_when_the_name_is_unknown_then_it_reads_like_a_refusal(failure: OSError) -> None:
    def resolver(host: str, port: int) -> Sequence[str]:
        raise failure

    with pytest.raises(NameNotFound) as unknown:
        fetch(URL, resolver=resolver, connector=StubConnector())

    assert str(unknown.value) == "This address cannot be used."


def test_fetch_when_the_name_has_no_address_then_it_failed() -> None:
    with pytest.raises(NameNotFound):
        fetch(URL, resolver=StubResolver([]), connector=StubConnector())


def test_fetch_when_the_name_server_is_silent_then_the_deadline_ends_it() -> None:
    asleep = Event()

    def resolver(host: str, port: int) -> Sequence[str]:
        asleep.wait(10)
        return [PUBLIC]

    connector = StubConnector()
    with pytest.raises(OutgoingTimeout):
        fetch(URL, policy=Policy(deadline_s=0.2), resolver=resolver, connector=connector)
    asleep.set()

    assert connector.dialled == []


def test_fetch_when_connecting_uses_up_the_time_then_it_timed_out() -> None:
    moments: Iterator[float] = iter([0.0, 1.0, 2.0, 99.0])

    with pytest.raises(OutgoingTimeout):
        fetch(URL, resolver=StubResolver([PUBLIC]), connector=StubConnector(), clock=lambda: next(moments))


def test_fetch_when_the_other_end_is_another_address_then_nothing_is_sent() -> None:
    with serving(ok()) as server:
        inside = socket.create_connection((LOOPBACK, server.port))

        with closing(inside), pytest.raises(OutgoingRefused) as refused:
            fetch(URL, resolver=StubResolver([PUBLIC]), connector=lambda *_: inside)

    assert "the other end is" in refused.value.detail
    assert inside.fileno() == -1
    assert server.requests in ([], [b""])


def test_fetch_when_the_other_end_is_another_port_then_nothing_is_sent() -> None:
    with serving(ok()) as server, serving(ok()) as other:
        inside = socket.create_connection((LOOPBACK, other.port))

        with closing(inside), pytest.raises(OutgoingRefused):
            fetch(server.url(), policy=server.policy(), connector=lambda *_: inside)

    assert other.requests in ([], [b""])


def test_fetch_when_the_connection_is_gone_then_it_failed() -> None:
    with pytest.raises(OutgoingFailed):
        fetch(URL, resolver=StubResolver([PUBLIC]), connector=lambda *_: socket.socket())


def test_fetch_when_the_environment_names_a_proxy_or_netrc_then_they_are_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(ok()) as server, serving(ok()) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        connector = LoopbackConnector()

        response = fetch(server.url(), policy=server.policy(), connector=connector)

    assert response.status == 200
    assert connector.dialled == [(LOOPBACK, server.port)]
    assert proxy.requests == []
    assert b"Authorization" not in server.requests[0]
