"""A published file from disk: unpacked within limits, decoded, dated. Text comes out, or a refusal."""

import codecs
import datetime as dt
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from partners.importers.refusals import RegisterFileRefused

LARGEST_BYTES = 64 * 1024 * 1024  # the real register is about 3 MB unpacked
READABLE_ENDINGS = (".txt", ".csv")
_DATE_IN_NAME = re.compile(r"(20\d\d)-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class RegisterText:
    """The text of one published file. `dated_on` is what the file says of its day, if it says anything."""

    name: str
    text: str
    sha256: str
    dated_on: dt.date | None = None


def read_register_file(path: Path) -> RegisterText:
    """Read a .txt, .csv, .gz or .zip from disk; raise `RegisterFileRefused`."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise RegisterFileRefused(f"{path.name} cannot be read ({error.strerror})") from error
    return unpack(content, name=path.name)


def unpack(content: bytes, *, name: str) -> RegisterText:
    """Text out of plain, gzipped or zipped bytes, told apart by their first bytes, not by the name."""
    dated_on = _date_in(name)
    if content.startswith(b"PK\x03\x04"):
        content, zipped_on = _unzipped(content)
        dated_on = dated_on or zipped_on
    elif content.startswith(b"\x1f\x8b"):
        content = _gunzipped(content)
    _refuse_too_large(content)
    text = _decoded(content)
    return RegisterText(name, text, hashlib.sha256(content).hexdigest(), dated_on)


def _unzipped(content: bytes) -> tuple[bytes, dt.date | None]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entry = _readable_entry(archive)
            with archive.open(entry) as file:
                unpacked = file.read(LARGEST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise RegisterFileRefused("the zip file is damaged or was cut off while it was copied") from error
    except (RuntimeError, NotImplementedError) as error:
        raise RegisterFileRefused("the zip file is encrypted or packed in a way we do not read") from error
    return unpacked, _date_of(entry)


def _readable_entry(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(READABLE_ENDINGS)]
    if len(entries) != 1:
        raise RegisterFileRefused(f"the zip file holds {len(entries)} text files; one is expected")
    return entries[0]


def _date_of(entry: zipfile.ZipInfo) -> dt.date | None:
    try:
        day = dt.date(*entry.date_time[:3])
    except ValueError:
        return None
    return day if day.year > 1980 else None  # 1980-01-01 is zip's way of saying nothing


def _gunzipped(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            return file.read(LARGEST_BYTES + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise RegisterFileRefused("the gz file is damaged or was cut off while it was copied") from error


def _refuse_too_large(content: bytes) -> None:
    if len(content) > LARGEST_BYTES:
        raise RegisterFileRefused(f"unpacked, it is larger than {LARGEST_BYTES // 1024 // 1024} MB")


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise RegisterFileRefused("the file is empty")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RegisterFileRefused("the text is UTF-16; the register is published in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RegisterFileRefused(
            f"byte 0x{content[error.start]:02X} is not UTF-8 text", where=f"line {line}"
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise RegisterFileRefused("there is a NUL byte in the text", where=f"line {line}")
    if text.lstrip()[:1] == "<":
        raise RegisterFileRefused(
            "this is a web page, not the register: the publisher's server answered with an apology page"
        )
    return text


def _date_in(name: str) -> dt.date | None:
    match = _DATE_IN_NAME.search(name)
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
