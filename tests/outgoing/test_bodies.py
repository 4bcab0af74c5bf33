"""Unpacking gives everything, and never more than a piece at a time."""

import gzip
import io
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.outgoing import ResponseTooLarge
from cdmo_portal.outgoing.bodies import PIECE_BYTES, read_body
from cdmo_portal.outgoing.deadlines import Deadline


def in_a_minute() -> Deadline:
    return Deadline.after(60, time.monotonic)


@given(st.integers(0, 4), st.integers(-2, 2), st.sampled_from([b"x", b"row,", b"\x00"]), st.booleans())
def test_read_body_when_sizes_meet_the_piece_then_nothing_is_lost(
    pieces: int, more: int, unit: bytes, is_gzip: bool
) -> None:
    body = (unit * (pieces * PIECE_BYTES + 4))[: max(0, pieces * PIECE_BYTES + more)]
    packed = gzip.compress(body, mtime=0) if is_gzip else zlib.compress(body)

    read = io.BytesIO(packed).read

    assert read_body(read, "gzip" if is_gzip else "deflate", 10**7, in_a_minute()) == body


def test_read_body_when_it_is_a_bomb_then_memory_stays_near_the_cap() -> None:
    packed = gzip.compress(bytes(50_000_000), mtime=0)
    tracemalloc.start()

    with pytest.raises(ResponseTooLarge):
        read_body(io.BytesIO(packed).read, "gzip", 100_000, in_a_minute())

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
