"""Redirects go through the whole check, and take no secrets along."""

import socket
from threading import Event

import pytest

from cdmo_portal.outgoing import (
    DEFAULT_POLICY,
    OutgoingFailed,
    OutgoingRefused,
    Policy,
    ResponseTooLarge,
    fetch,
)
from cdmo_portal.outgoing.targets import parse_target, redirect_target
from tests.outgoing.doubles import (
    LOOPBACK,
    LoopbackConnector,
    LoopbackServer,
    StubResolver,
    endless,
    ok,
    redirecting,
    serving,
)
from tests.outgoing.hostile_urls import HOSTILE_URLS

SECRETS = {"Authorization": "Bearer 1", "cookie": "s=2", "X-Feed-Key": "3", "Accept": "text/csv"}
BOTH = StubResolver([LOOPBACK])


def policy_for(*servers: LoopbackServer) -> Policy:
    return Policy(allow=tuple(f"{LOOPBACK}:{server.port}" for server in servers), deadline_s=5)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_fetch_when_redirected_then_the_last_answer_comes_with_its_url(status: int) -> None:
    with serving(ok(b"rows")) as last, serving(redirecting(last.url("/new?a=1#x"), status)) as first:
        response = fetch(first.url("/old"), policy=policy_for(first, last))

    assert (response.status, response.body) == (200, b"rows")
    assert response.final_url == last.url("/new?a=1")


@pytest.mark.parametrize("location", ["next", "/next", "?page=2", "./../next"])
def test_redirect_target_when_relative_then_the_origin_stays(location: str) -> None:
    base = parse_target("https://feeds.example/a/b", DEFAULT_POLICY)

    assert redirect_target(base, location, DEFAULT_POLICY).origin == base.origin


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://127.0.0.1/",
        "//169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "http://user@8.8.8.8/",
        "http://2130706433/",
        "/a b",
        "/a\\b",
        "\\\\127.0.0.1\\x",
        "http://[bad/",
        "https:",
    ],
)
def test_fetch_when_redirected_to_a_forbidden_place_then_nothing_more_is_dialled(location: str) -> None:
    with serving(redirecting(location)) as server:
        connector = LoopbackConnector()

        with pytest.raises(OutgoingRefused):
            fetch(server.url(), policy=server.policy(), connector=connector)

    assert connector.dialled == [(LOOPBACK, server.port)]


@pytest.mark.parametrize("location", [url for url in HOSTILE_URLS if "://" in url], ids=ascii)
def test_redirect_target_when_the_location_is_hostile_then_it_leads_nowhere_else(location: str) -> None:
    base = parse_target("http://feeds.example/", DEFAULT_POLICY)

    try:
        target = redirect_target(base, location, DEFAULT_POLICY)
    except OutgoingRefused:
        return

    # A few are no URLs of their own and can only name a path or a query at the same origin.
    assert target.origin == base.origin


def test_fetch_when_redirected_to_a_name_that_leads_inside_then_nothing_more_is_dialled() -> None:
    with serving(redirecting("http://inside.example/")) as server:
        connector = LoopbackConnector()
        resolver = StubResolver(names={"inside.example": ["192.168.0.1"]})

        with pytest.raises(OutgoingRefused):
            fetch(server.url(), policy=server.policy(), resolver=resolver, connector=connector)

    assert connector.dialled == [(LOOPBACK, server.port)]


def test_redirect_target_when_it_leads_from_https_to_http_then_it_is_refused() -> None:
    base = parse_target("https://feeds.example/", DEFAULT_POLICY)

    with pytest.raises(OutgoingRefused) as refused:
        redirect_target(base, "http://feeds.example/", DEFAULT_POLICY)

    assert "https to http" in refused.value.detail


def test_fetch_when_redirects_loop_then_it_ends_after_three() -> None:
    with serving(redirecting("/again")) as server:
        with pytest.raises(OutgoingFailed):
            fetch(server.url(), policy=server.policy())

        assert len(server.requests) == 4


def test_fetch_when_redirected_three_times_then_the_answer_comes() -> None:
    with (
        serving(ok()) as last,
        serving(redirecting(last.url())) as third,
        serving(redirecting(third.url())) as second,
        serving(redirecting(second.url())) as first,
    ):
        response = fetch(first.url(), policy=policy_for(first, second, third, last))

    assert response.final_url == last.url()


def test_fetch_when_the_origin_changes_then_credentials_stay_behind_for_good() -> None:
    with (
        serving(ok()) as last,
        serving(redirecting(last.url())) as middle,
        serving(redirecting(middle.url())) as first,
    ):
        policy = policy_for(first, middle, last)
        fetch(first.url(), headers=SECRETS, secret_headers=["x-feed-key"], policy=policy)

    assert all(value.encode() in first.requests[0] for value in SECRETS.values())
    for server in (middle, last):
        sent = server.requests[0].lower()
        assert b"accept: text/csv" in sent
        assert not any(name in sent for name in (b"authorization", b"cookie", b"x-feed-key"))


def test_fetch_when_only_the_name_changes_then_credentials_stay_behind() -> None:
    def to_the_other_name(connection: socket.socket, stopped: Event) -> None:
        port = connection.getsockname()[1]
        connection.sendall(redirecting(f"http://other.example:{port}/"))

    with LoopbackServer(to_the_other_name) as server, pytest.raises(OutgoingFailed):
        fetch(server.url(host="feeds.example"), headers=SECRETS, policy=server.policy(), resolver=BOTH)

    assert b"Bearer 1" in server.requests[0]
    assert b"Host: other.example" in server.requests[1]
    assert b"Bearer 1" not in server.requests[1]


def test_fetch_when_the_origin_stays_then_credentials_go_along() -> None:
    with serving(redirecting("/next")) as server, pytest.raises(OutgoingFailed):
        fetch(server.url(), headers=SECRETS, policy=server.policy())

    assert all(b"Authorization: Bearer 1" in request for request in server.requests)


@pytest.mark.parametrize(("status", "method"), [(303, b"GET"), (302, b"GET"), (301, b"GET"), (307, b"POST")])
def test_fetch_when_a_post_is_redirected_then_the_method_follows_the_standard(
    status: int, method: bytes
) -> None:
    with serving(redirecting("/next", status)) as server, pytest.raises(OutgoingFailed):
        fetch(server.url(), method="POST", body=b"{}", policy=server.policy())

    assert server.requests[0].startswith(b"POST / ")
    assert server.requests[1].startswith(method + b" /next ")
    assert (b"Content-Length: 2" in server.requests[1]) == (method == b"POST")


@pytest.mark.parametrize(("status", "method"), [(307, "POST"), (308, "POST"), (302, "PUT")])
def test_fetch_when_a_redirect_would_send_the_body_elsewhere_then_it_is_refused(
    status: int, method: str
) -> None:
    with (
        serving(ok()) as other,
        serving(redirecting(other.url(), status)) as first,
        pytest.raises(OutgoingRefused),
    ):
        fetch(first.url(), method=method, body=b"{}", policy=policy_for(first, other))

    assert other.requests == []


def test_fetch_when_two_locations_are_given_then_it_is_refused() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\n\r\n"

    with serving(answer) as server, pytest.raises(OutgoingRefused):
        fetch(server.url(), policy=server.policy())


def test_fetch_when_a_redirect_has_no_location_then_it_is_the_answer() -> None:
    with serving(b"HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nno") as server:
        response = fetch(server.url(), policy=server.policy())

    assert (response.status, response.body) == (302, b"no")


def test_fetch_when_a_redirect_has_an_endless_body_then_it_is_not_read() -> None:
    with serving(ok(b"rows")) as last:
        start = f"HTTP/1.1 302 Found\r\nLocation: {last.url()}\r\n\r\n".encode()
        with LoopbackServer(endless(start, b"x" * 1000)) as first:
            response = fetch(first.url(), policy=policy_for(first, last))

    assert response.body == b"rows"


def test_fetch_when_a_redirect_has_giant_headers_then_it_is_not_followed() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: /a\r\n" + b"X: " + b"x" * 8000 + b"\r\nY: 1\r\n\r\n"

    with serving(answer) as server, pytest.raises(ResponseTooLarge):
        fetch(server.url(), policy=server.policy(max_header_bytes=4000))

    assert len(server.requests) == 1
