"""One question and one answer over one connection, with no redirect followed."""

import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from http.client import HTTPException
from typing import cast

from urllib3 import HTTPHeaderDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from cdmo_portal.outgoing.asking import Asked
from cdmo_portal.outgoing.bodies import read_body
from cdmo_portal.outgoing.dialling import Network, dial
from cdmo_portal.outgoing.errors import OutgoingFailed, OutgoingTimeout, ResponseTooLarge
from cdmo_portal.outgoing.metering import MeteredSocket
from cdmo_portal.outgoing.policy import Policy
from cdmo_portal.outgoing.targets import Target

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_LENGTH = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Response:
    """An answer within all limits; `headers` is read without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    final_url: str

    @property
    def not_modified(self) -> bool:
        return self.status == 304

    @property
    def is_redirect(self) -> bool:
        return self.status in REDIRECTS and "location" in self.headers


class _PlainConnection(HTTPConnection):
    dialled: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.dialled


class _TLSConnection(HTTPSConnection):
    dialled: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.dialled


def exchange(target: Target, asked: Asked, network: Network) -> Response:
    """Ask the target and read its answer; the body of a redirect is left unread."""
    dialled = dial(target, network)
    opened = dialled
    try:
        dialled.settimeout(network.deadline.left())
        connection = _connection(target, dialled, network.policy)
        opened = _secured(connection)
        return _ask(connection, opened, target, asked, network)
    except TimeoutError as error:
        raise OutgoingTimeout(f"the deadline passed while talking to {target.host}") from error
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        raise OutgoingFailed(f"{target.host}: {type(error).__name__}: {error}") from error
    finally:
        opened.close()
        dialled.close()


def _connection(target: Target, dialled: socket.socket, policy: Policy) -> _PlainConnection | _TLSConnection:
    connection: _PlainConnection | _TLSConnection
    if target.scheme == "https":
        connection = _TLSConnection(target.host, target.port, ssl_context=_tls_context(policy.ca_file))
    else:
        connection = _PlainConnection(target.host, target.port)
    connection.dialled = dialled
    return connection


def _secured(connection: _PlainConnection | _TLSConnection) -> socket.socket:
    """The socket after TLS, whose certificate was checked against the name in the URL."""
    connection.connect()
    # From here on the connection may not open another socket by itself.
    connection.auto_open = 0
    return cast(socket.socket, connection.sock)


@lru_cache(maxsize=4)
def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    return context


def _ask(
    connection: _PlainConnection | _TLSConnection,
    opened: socket.socket,
    target: Target,
    asked: Asked,
    network: Network,
) -> Response:
    policy = network.policy
    metered = MeteredSocket(opened, network.deadline, policy.max_header_bytes)
    connection.sock = cast(socket.socket, metered)
    connection.request(
        asked.method,
        target.path_and_query,
        body=asked.body,
        headers=asked.headers_to(target, policy),
        preload_content=False,
        decode_content=False,
    )
    answer = connection.getresponse()
    try:
        _check_head(answer, policy)
        metered.allow(policy.max_wire_bytes)
        return _response(answer, target, network)
    finally:
        answer.close()


def _check_head(answer: HTTPResponse, policy: Policy) -> None:
    """What is wrong with the headers already, before a byte of the body is read."""
    headers = list(answer.headers.iteritems())
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > policy.max_headers or size > policy.max_header_bytes:
        raise ResponseTooLarge("the answer has too many or too large headers")
    if not 200 <= answer.status < 600:
        raise OutgoingFailed(f"status {answer.status} is no answer")
    if answer.headers.get("transfer-encoding", "chunked").lower() != "chunked":
        raise OutgoingFailed("the answer has an unknown transfer encoding")
    lengths = set(answer.headers.getlist("content-length"))
    if len(lengths) > 1 or not all(_LENGTH.fullmatch(length) for length in lengths):
        raise OutgoingFailed("the answer has no clear length")
    if any(int(length) > policy.max_wire_bytes for length in lengths):
        raise ResponseTooLarge("the answer announces more bytes than allowed")


def _response(answer: HTTPResponse, target: Target, network: Network) -> Response:
    headers = HTTPHeaderDict(answer.headers)
    empty = Response(answer.status, headers, b"", target.url)
    if empty.is_redirect:
        return empty
    body = read_body(
        partial(answer.read, decode_content=False),
        headers.get("content-encoding", ""),
        network.policy.max_body_bytes,
        network.deadline,
    )
    return Response(answer.status, headers, body, target.url)
