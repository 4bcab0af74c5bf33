"""The body of an answer, read and unpacked piece by piece under its caps."""

import zlib
from collections.abc import Callable, Iterator

from cdmo_portal.outgoing.deadlines import Deadline
from cdmo_portal.outgoing.errors import OutgoingFailed, ResponseTooLarge

PIECE_BYTES = 65_536
ACCEPTED_ENCODINGS = "gzip, deflate"

type Read = Callable[[int], bytes]

_GZIP = 16 + zlib.MAX_WBITS


def read_body(read: Read, encoding: str, max_bytes: int, deadline: Deadline) -> bytes:
    """Everything that `read` gives until it gives nothing, unpacked; ResponseTooLarge above `max_bytes`."""
    body = bytearray()
    for piece in _unpacked(read, encoding.strip().lower()):
        # Thousands of empty packed members cost time without reading or giving a byte.
        deadline.left()
        body += piece
        if len(body) > max_bytes:
            raise ResponseTooLarge("the answer passes the cap on bytes after decompression")
    return bytes(body)


def _unpacked(read: Read, encoding: str) -> Iterator[bytes]:
    pieces = iter(lambda: read(PIECE_BYTES), b"")
    if encoding in ("", "identity"):
        return pieces
    if encoding in ("gzip", "x-gzip"):
        return _inflated(pieces, _GZIP)
    if encoding == "deflate":
        return _deflated(pieces)
    raise OutgoingFailed(f"the answer is encoded as {encoding!r}, which was not asked for")


def _deflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Deflate is zlib by the standard, and raw from some servers: the first byte tells."""
    first = next(pieces, b"")
    wraps = bool(first) and first[0] & 0x0F == zlib.DEFLATED
    return _inflated(_rejoined(first, pieces), zlib.MAX_WBITS if wraps else -zlib.MAX_WBITS)


def _rejoined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _inflated(pieces: Iterator[bytes], window: int) -> Iterator[bytes]:
    """Never more than one piece unpacked at a time: a bomb is stopped by its reader, not by the memory."""
    inflater = zlib.decompressobj(window)
    started = False
    for packed in pieces:
        rest = packed
        while rest:
            if inflater.eof:
                inflater = zlib.decompressobj(window)
            yield _inflate(inflater, rest)
            started = True
            rest = inflater.unused_data or inflater.unconsumed_tail
    yield from _flushed(inflater)
    if started and not inflater.eof:
        raise OutgoingFailed("the packed answer ends too early")


def _flushed(inflater: "zlib._Decompress") -> Iterator[bytes]:
    """What the inflater still holds back, which can be large when the last output was cut at its cap."""
    while not inflater.eof:
        piece = _inflate(inflater, b"")
        if not piece:
            return
        yield piece


def _inflate(inflater: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return inflater.decompress(packed, PIECE_BYTES)
    except zlib.error as error:
        raise OutgoingFailed(f"the packed answer is broken: {error}") from error
