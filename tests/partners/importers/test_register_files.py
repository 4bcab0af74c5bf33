import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.importers import register_files
from partners.importers.refusals import RegisterFileRefused
from partners.importers.register_files import read_register_file, unpack
from tests.partners.importers.register_texts import FOUR, gzipped, published, zipped

PLAIN = published(*FOUR)


@pytest.mark.parametrize("content", [PLAIN, gzipped(PLAIN), zipped(PLAIN), b"\xef\xbb\xbf" + PLAIN])
def test_file_when_packed_in_any_way_gives_the_same_text(content: bytes) -> None:
    assert unpack(content, name="drls_reg").text == PLAIN.decode()


def test_file_when_packed_keeps_the_fingerprint_of_its_text() -> None:
    assert unpack(zipped(PLAIN), name="a.zip").sha256 == unpack(gzipped(PLAIN), name="b.gz").sha256


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PLAIN, "drls_reg_2025-07-25.txt", dt.date(2025, 7, 25)),
        (PLAIN, "drls_reg_2025-13-45.txt", None),
        (PLAIN, "drls_reg.txt", None),
        (zipped(PLAIN), "drls_reg.zip", dt.date(2025, 7, 25)),
        (zipped(PLAIN), "drls_reg_2025-07-01.zip", dt.date(2025, 7, 1)),
    ],
)
def test_file_when_it_says_its_day_is_dated(content: bytes, name: str, expected: dt.date | None) -> None:
    assert unpack(content, name=name).dated_on == expected


def two_texts() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "one")
        archive.writestr("b.txt", "two")
    return packed.getvalue()


BROKEN = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \r\n ", "the file is empty"),
    "apology": (b"\r\n<!DOCTYPE html><html>Sorry</html>", "this is a web page, not the register"),
    "utf-16": (PLAIN.decode().encode("utf-16"), "the text is UTF-16"),
    "latin-1": (PLAIN.replace(b"Berlin", "Köln".encode("latin-1")), "line 4: byte 0xF6 is not UTF-8"),
    "nul": (PLAIN.replace(b"Seoul", b"Se\x00ul"), "line 5: there is a NUL byte"),
    "cut zip": (zipped(PLAIN)[:-40], "the zip file is damaged"),
    "cut gz": (gzipped(PLAIN)[:-12], "the gz file is damaged"),
    "two texts": (two_texts(), "the zip file holds 2 text files"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_file_when_broken_is_refused_with_the_reason(what: str) -> None:
    content, reason = BROKEN[what]

    with pytest.raises(RegisterFileRefused, match=reason):
        unpack(content, name="drls_reg.txt")


@pytest.mark.parametrize("pack", [zipped, gzipped])
def test_file_when_a_bomb_is_refused_before_it_fills_the_memory(pack: object) -> None:
    assert callable(pack)
    bomb = pack(b"\t" * (register_files.LARGEST_BYTES + 2))

    with pytest.raises(RegisterFileRefused, match="larger than 64 MB"):
        unpack(bomb, name="drls_reg")


def test_file_when_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterFileRefused, match=r"gone\.txt cannot be read"):
        read_register_file(tmp_path / "gone.txt")


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08"]))
def test_file_when_bytes_are_anything_is_text_or_refused(content: bytes, magic: bytes) -> None:
    try:
        file = unpack(magic + content, name="x")
    except RegisterFileRefused:
        return

    assert "\x00" not in file.text
