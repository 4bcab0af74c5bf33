"""Servers that send too much, too slowly or nonsense; each ends in a named error within its deadline."""

import gzip
import zlib

import pytest

from cdmo_portal.outgoing import (
    OutgoingError,
    OutgoingFailed,
    OutgoingTimeout,
    ResponseTooLarge,
    fetch,
)
from tests.outgoing.doubles import Answer, LoopbackServer, endless, ok, saying, serving

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = b"Content-Encoding: gzip"
ZEROS = bytes(3_000_000)
SHORT_S = 0.3


@pytest.mark.parametrize(
    "answer",
    [
        endless(HEAD + b"\r\n", b"x" * 1000),
        endless(HEAD + b"Content-Length: 999999\r\n\r\n", b"x" * 1000),
        endless(HEAD + b"Content-Length: 99999999999\r\n\r\n", b"x"),
        endless(CHUNKED, b"3e8\r\n" + b"x" * 1000 + b"\r\n"),
        endless(CHUNKED, b"1\r\nx\r\n" * 100),
        endless(CHUNKED, b"1;" + b"e" * 1000 + b"\r\nx\r\n"),
        endless(CHUNKED + b"1;", b"e" * 1000),
        endless(CHUNKED + b"fffffffffff\r\n", b"x" * 1000),
        endless(CHUNKED + b"0\r\n", b"Trailer: x\r\n" * 100),
        endless(HEAD, b"X-More: " + b"x" * 4000 + b"\r\n"),
        endless(HEAD + b"X-More: ", b"x" * 1000),
        endless(b"HTTP/1.1 200 ", b"x" * 1000),
        endless(b"", b"x" * 1000),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    ],
    ids=[
        "body", "body-with-length", "announced", "chunks", "tiny-chunks", "chunk-extensions", "one-extension",
        "huge-chunk", "trailers", "headers", "one-header", "reason", "garbage", "continues",
    ],
)  # fmt: skip
def test_fetch_when_the_answer_is_endless_then_it_is_cut_at_the_cap(answer: Answer) -> None:
    with LoopbackServer(answer) as server, pytest.raises(ResponseTooLarge):
        fetch(server.url(), policy=server.policy(max_wire_bytes=300_000, max_header_bytes=20_000))


@pytest.mark.parametrize(
    "answer",
    [
        endless(b"", b"H", pause_s=0.02),
        endless(b"HTTP/1.1 200 OK\r\nX: ", b"x", pause_s=0.02),
        endless(HEAD + b"\r\n", b"x", pause_s=0.02),
        endless(HEAD + b"Content-Length: 100000\r\n\r\n", b"x", pause_s=0.02),
        endless(CHUNKED, b"1\r\nx\r\n", pause_s=0.02),
        endless(CHUNKED + b"1;", b"x", pause_s=0.02),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause_s=0.02),
        endless(b"", b"", pause_s=0.02),
        endless(HEAD + b"Content-Length: 5\r\n\r\n", b"", pause_s=0.02),
    ],
    ids=["status", "header", "body", "length", "chunks", "extension", "continues", "silent", "no-body"],
)
def test_fetch_when_the_answer_drips_then_the_deadline_ends_it(answer: Answer) -> None:
    with LoopbackServer(answer) as server, pytest.raises(OutgoingTimeout):
        fetch(server.url(), policy=server.policy(SHORT_S))


def test_fetch_when_each_redirect_is_slow_then_the_deadline_counts_them_together() -> None:
    slow = endless(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nX: ", b"x", pause_s=0.02)

    with LoopbackServer(slow) as server, pytest.raises(OutgoingTimeout):
        fetch(server.url(), policy=server.policy(SHORT_S))


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(ZEROS, mtime=0), GZIP),
        (gzip.compress(ZEROS[:600_000], mtime=0) * 4, GZIP),
        (zlib.compress(ZEROS), b"Content-Encoding: deflate"),
        (zlib.compress(ZEROS)[2:-4], b"Content-Encoding: deflate"),
    ],
    ids=["gzip", "members", "zlib", "raw"],
)
def test_fetch_when_the_answer_is_a_bomb_then_it_is_cut_at_the_cap(body: bytes, encoding: bytes) -> None:
    with serving(ok(body, encoding)) as server, pytest.raises(ResponseTooLarge):
        fetch(server.url(), policy=server.policy(max_body_bytes=1_000_000))


def test_fetch_when_the_answer_has_many_empty_members_then_the_deadline_ends_it() -> None:
    with serving(ok(gzip.compress(b"", mtime=0) * 200_000, GZIP)) as server, pytest.raises(OutgoingTimeout):
        fetch(server.url(), policy=server.policy(SHORT_S / 4))


def test_fetch_when_there_are_many_headers_then_it_is_refused() -> None:
    headers = [b"X-%d: 1" % number for number in range(65)]

    with serving(ok(b"", *headers)) as server, pytest.raises(ResponseTooLarge):
        fetch(server.url(), policy=server.policy())


def test_fetch_when_there_are_hundreds_of_headers_then_it_failed() -> None:
    headers = [b"X-%d: 1" % number for number in range(500)]

    with serving(ok(b"", *headers)) as server, pytest.raises(OutgoingError):
        fetch(server.url(), policy=server.policy())


def test_fetch_when_headers_and_body_fill_their_caps_then_the_answer_comes() -> None:
    header = b"X: " + b"x" * 7000

    with serving(ok(b"y" * 50_000, header, header)) as server:
        response = fetch(
            server.url(),
            policy=server.policy(max_header_bytes=15_000, max_body_bytes=50_000, max_wire_bytes=50_000),
        )

    assert len(response.body) == 50_000


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"<html>hello</html>\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 1000 High\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 600 Unknown\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"-ERR unknown command\r\n",
        b"\x15\x03\x01\x00\x02\x02\x50",
        HEAD + b"Content-Length: 10\r\n\r\nshort",
        HEAD + b"Content-Length: -1\r\n\r\nbody",
        HEAD + b"Content-Length: abc\r\n\r\nbody",
        HEAD + b"Content-Length: +4\r\n\r\nbody",
        HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
        HEAD + b"Content-Length: 4, 5\r\n\r\nbody",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: identity\r\n\r\nbody",
        CHUNKED + b"5\r\nab",
        CHUNKED + b"zz\r\nab",
        CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n",
        CHUNKED + b"5\r\nabcde\r\n",
        HEAD + b"Content-Encoding: br\r\n\r\nbody",
        HEAD + b"Content-Encoding: zstd\r\n\r\nbody",
        HEAD + b"Content-Encoding: gzip, gzip\r\n\r\nbody",
        HEAD + b"Content-Encoding: gzip\r\n\r\nnot gzip",
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"rows" * 100, mtime=0)[:-9],
        HEAD + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"rows" * 100)[:-5],
        HEAD + b"Content-Encoding: deflate\r\n\r\n\xff\xff\xff",
    ],
    ids=ascii,
)
def test_fetch_when_the_answer_is_unsound_then_it_failed(answer: bytes) -> None:
    with LoopbackServer(saying(answer)) as server, pytest.raises(OutgoingFailed) as failed:
        fetch(server.url(), policy=server.policy())

    assert str(failed.value) == "The address did not answer as expected."
    assert failed.value.detail


def test_fetch_when_nobody_listens_then_it_failed() -> None:
    with serving(ok()) as server:
        pass

    with pytest.raises(OutgoingFailed):
        fetch(server.url(), policy=server.policy())


def test_fetch_when_the_server_never_reads_then_sending_ends_at_the_deadline() -> None:
    with LoopbackServer(endless(b"", b"", pause_s=0.02)) as server, pytest.raises(OutgoingTimeout):
        fetch(server.url(), method="POST", body=bytes(30_000_000), policy=server.policy(SHORT_S))
