"""Stand-ins for the name server and the network, and hostile servers on loopback."""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from types import TracebackType
from typing import Self

from cdmo_portal.outgoing import Policy
from cdmo_portal.outgoing.dialling import connect

PUBLIC = "93.184.215.14"
LOOPBACK = "127.0.0.1"


class StubResolver:
    """Answers look-ups from a table or a list of answers in turn, and counts them."""

    def __init__(self, *turns: Sequence[str], names: Mapping[str, Sequence[str]] | None = None) -> None:
        self._turns = list(turns)
        self._names = names or {}
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        if host in self._names:
            return self._names[host]
        return self._turns.pop(0) if len(self._turns) > 1 else self._turns[0]


@dataclass
class StubConnector:
    """Refuses every connection and remembers where it would have gone."""

    dialled: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, address: str, port: int, _timeout_s: float) -> socket.socket:
        self.dialled.append((address, port))
        raise ConnectionRefusedError("nobody is there")


@dataclass
class LoopbackConnector:
    """Connects for real, to loopback, and remembers where to."""

    dialled: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, address: str, port: int, timeout_s: float) -> socket.socket:
        self.dialled.append((address, port))
        assert address == LOOPBACK
        return connect(address, port, timeout_s)


type Answer = Callable[[socket.socket, Event], None]


class LoopbackServer:
    """Reads one request per connection, then lets `answer` do its worst until it returns or we stop."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None, *, is_rude: bool = False) -> None:
        self._is_rude = is_rude
        self._answer = answer
        self._tls = tls
        self._stopped = Event()
        self._listener = socket.create_server((LOOPBACK, 0))
        self._listener.settimeout(0.02)
        self._thread = Thread(target=self._serve, daemon=True)
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[bytes] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join(5)
        self._listener.close()

    def policy(self, deadline_s: float = 5.0, **limits: int) -> Policy:
        """A policy that opens this server and nothing else."""
        return Policy(allow=(f"{LOOPBACK}:{self.port}",), deadline_s=deadline_s, **limits)  # type: ignore[arg-type]

    def url(self, path: str = "/", host: str = LOOPBACK) -> str:
        return f"http://{host}:{self.port}{path}"

    def _serve(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self._listener.accept()
                with connection:
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(2)
        secured = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
        with secured:
            # A rude server does not wait for the end of a request, which under TLS it cannot see.
            self.requests.append(b"" if self._is_rude else _read_request(secured))
            self._answer(secured, self._stopped)


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(65536)
        if not piece:
            break
        request += piece
    return request


def saying(*pieces: bytes) -> Answer:
    """Sends these bytes and closes."""

    def answer(connection: socket.socket, stopped: Event) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return answer


def ok(body: bytes = b"fine", *headers: bytes) -> bytes:
    """A sound answer with a body."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def redirecting(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def endless(start: bytes, piece: bytes, pause_s: float = 0.0) -> Answer:
    """Sends a beginning and then one piece again and again, until the client leaves."""

    def answer(connection: socket.socket, stopped: Event) -> None:
        connection.sendall(start)
        while not stopped.wait(pause_s):
            connection.sendall(piece)

    return answer


@contextlib.contextmanager
def serving(*pieces: bytes) -> Iterator[LoopbackServer]:
    with LoopbackServer(saying(*pieces)) as server:
        yield server
