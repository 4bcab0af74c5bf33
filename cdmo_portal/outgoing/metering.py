"""A connected socket that stops at the deadline and at a number of bytes, whatever the other end sends.

The HTTP parser above it reads in loops of its own (continuations, chunk extensions, trailers); counting here
bounds them all.
"""

import io
import socket
from collections.abc import Buffer

from cdmo_portal.outgoing.deadlines import Deadline
from cdmo_portal.outgoing.errors import OutgoingFailed, OutgoingTimeout, ResponseTooLarge

BUFFER_BYTES = 8192
# One status line, header, chunk size with its extensions, or trailer.
MAX_LINE_BYTES = 8192
_SEND_BYTES = 65_536


class MeteredSocket:
    """As much of a socket as the HTTP parser uses; closing it is left to whoever opened the real one."""

    def __init__(self, connection: socket.socket, deadline: Deadline, max_header_bytes: int) -> None:
        self._connection = connection
        self._deadline = deadline
        # While headers are read, the buffer may already hold the beginning of the body.
        self._allowance = max_header_bytes + BUFFER_BYTES

    def allow(self, more_bytes: int) -> None:
        """Let this much be read from now on, beside what was read already."""
        self._allowance = more_bytes

    def receive_into(self, buffer: memoryview) -> int:
        if self._allowance <= 0:
            raise ResponseTooLarge("the answer passes the cap on bytes on the wire")
        self._connection.settimeout(self._deadline.left())
        try:
            count = self._connection.recv_into(buffer[: self._allowance])
        except TimeoutError as error:
            raise OutgoingTimeout("the deadline passed while reading") from error
        self._allowance -= count
        return count

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._connection.settimeout(self._deadline.left())
            try:
                rest = rest[self._connection.send(rest[:_SEND_BYTES]) :]
            except TimeoutError as error:
                raise OutgoingTimeout("the deadline passed while sending") from error

    def makefile(self, mode: str) -> "BoundedReader":
        if mode != "rb":
            raise OutgoingFailed(f"an answer cannot be opened as {mode!r}")
        return BoundedReader(_RawReader(self), BUFFER_BYTES)

    def settimeout(self, seconds: float | None) -> None:
        """Ignored: the deadline sets the timeout before every call."""

    def close(self) -> None:
        """Ignored: the parser closes as soon as it has read the headers."""


class _RawReader(io.RawIOBase):
    def __init__(self, metered: MeteredSocket) -> None:
        self._metered = metered

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        return self._metered.receive_into(memoryview(buffer).cast("B"))


class BoundedReader(io.BufferedReader):
    """Reads lines of bounded length; the parser itself would allow 64 kB for each."""

    def readline(self, _size: int | None = -1, /) -> bytes:
        line = super().readline(MAX_LINE_BYTES + 1)
        if len(line) > MAX_LINE_BYTES:
            raise ResponseTooLarge("a line of the answer's frame is too long")
        return line
