"""Sound answers, and what we ask."""

import gzip
import zlib

import pytest

from cdmo_portal.outgoing import OutgoingRefused, fetch
from tests.outgoing.doubles import LoopbackServer, StubConnector, ok, saying, serving

CSV = b"site_id,resource_id\r\nA,1\r\n" * 5000


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [
        (CSV, b"X: none"),
        (CSV, b"Content-Encoding: identity"),
        (gzip.compress(CSV, mtime=0), b"Content-Encoding: gzip"),
        (gzip.compress(CSV, mtime=0), b"Content-Encoding: X-GZIP"),
        (gzip.compress(CSV[:3000], mtime=0) + gzip.compress(CSV[3000:]), b"Content-Encoding: gzip"),
        (zlib.compress(CSV), b"Content-Encoding: deflate"),
        (zlib.compress(CSV)[2:-4], b"Content-Encoding: deflate"),
    ],
)
def test_fetch_when_the_answer_is_packed_then_its_body_is_unpacked(sent: bytes, encoding: bytes) -> None:
    with serving(ok(sent, encoding)) as server:
        response = fetch(server.url(), policy=server.policy())

    assert response.body == CSV


def test_fetch_when_the_answer_is_chunked_with_extensions_and_trailers_then_the_body_is_whole() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
    chunks = b"4;name=value\r\nrows\r\n5\r\n,more\r\n0\r\nTrailer: x\r\n\r\n"

    with serving(head, chunks) as server:
        response = fetch(server.url(), policy=server.policy())

    assert response.body == b"rows,more"


def test_fetch_when_the_answer_ends_with_the_connection_then_the_body_is_whole() -> None:
    with serving(b"HTTP/1.0 200 OK\r\n\r\n", b"ro", b"ws") as server:
        response = fetch(server.url(), policy=server.policy())

    assert response.body == b"rows"


def test_fetch_when_the_server_says_continue_first_then_the_answer_comes() -> None:
    with serving(b"HTTP/1.1 100 Continue\r\n\r\n", ok(b"rows")) as server:
        assert fetch(server.url(), policy=server.policy()).body == b"rows"


def test_fetch_when_more_is_sent_than_announced_then_the_rest_is_ignored() -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nrows and more") as server:
        assert fetch(server.url(), policy=server.policy()).body == b"rows"


def test_fetch_when_nothing_changed_then_it_says_so() -> None:
    answer = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Encoding: gzip\r\n\r\n'

    with serving(answer) as server:
        response = fetch(server.url(), headers={"If-None-Match": '"a"'}, policy=server.policy())

    assert response.not_modified
    assert response.body == b""
    assert response.headers["etag"] == response.headers["ETAG"] == '"a"'
    assert b'If-None-Match: "a"\r\n' in server.requests[0]


@pytest.mark.parametrize("status", [204, 400, 401, 404, 410, 429, 500, 503])
def test_fetch_when_the_status_is_an_error_then_it_is_an_answer_all_the_same(status: int) -> None:
    with serving(b"HTTP/1.1 %d Said\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n" % status) as server:
        response = fetch(server.url(), policy=server.policy())

    assert (response.status, response.headers["Retry-After"]) == (status, "5")
    assert not response.not_modified


def test_fetch_when_asked_plainly_then_the_request_holds_only_what_is_needed() -> None:
    with serving(ok()) as server:
        fetch(server.url("/feed.csv?a=1#part"), policy=server.policy())

    lines = server.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /feed.csv?a=1 HTTP/1.1"
    assert sorted(lines[1:-2]) == [
        "Accept-Encoding: gzip, deflate",
        "Connection: close",
        f"Host: 127.0.0.1:{server.port}",
        "User-Agent: CDMO-Portal",
    ]


def test_fetch_when_posting_then_the_body_is_sent_with_its_length() -> None:
    with LoopbackServer(saying(ok())) as server:
        fetch(
            server.url(),
            method="POST",
            body=b'{"a": 1}',
            headers={"Content-Type": "application/json", "user-agent": "Hook"},
            policy=server.policy(),
        )

    request = server.requests[0]
    assert b"Content-Length: 8\r\n" in request
    assert b"Content-Type: application/json\r\n" in request
    assert request.count(b"ser-") == 0 or b"CDMO-Portal" not in request


def test_fetch_when_asking_for_the_head_then_no_body_is_awaited() -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n") as server:
        assert fetch(server.url(), method="HEAD", policy=server.policy()).body == b""


@pytest.mark.parametrize("method", ["", "get", "CONNECT", "TRACE", "OPTIONS", "GET /x HTTP/1.1\r\nX: 1\r\n"])
def test_fetch_when_the_method_is_not_used_then_nothing_is_dialled(method: str) -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingRefused):
        fetch("http://8.8.8.8/", method=method, connector=connector)

    assert connector.dialled == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "127.0.0.1"),
        ("hOST", "127.0.0.1"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "keep-alive"),
        ("Accept-Encoding", "br"),
        ("Expect", "100-continue"),
        ("Upgrade", "h2c"),
        ("", "x"),
        ("X Y", "x"),
        ("X:Y", "x"),
        ("X\r\nY", "x"),
        ("Ü", "x"),
        ("X" * 201, "x"),
        ("X-Key", "a\r\nHost: evil"),
        ("X-Key", "a\nb"),
        ("X-Key", "a\x00b"),
        ("X-Key", "a\r\n b"),
        ("X-Key", "\u2028"),
        ("X-Key", "€"),
        ("X-Key", "x" * 8193),
    ],
)
def test_fetch_when_a_header_could_change_the_request_then_nothing_is_dialled(name: str, value: str) -> None:
    connector = StubConnector()

    with pytest.raises(OutgoingRefused) as refused:
        fetch("http://8.8.8.8/", headers={name: value}, connector=connector)

    assert connector.dialled == []
    assert "127.0.0.1" not in refused.value.detail
