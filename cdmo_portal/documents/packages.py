"""Looking through the package of a Word or Excel file before a library opens it: sizes, XML with a DTD."""

import io
import re
import zipfile
from typing import Final

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.limits import HIGHEST_RATIO, LARGEST_UNPACKED, MOST_PARTS

CHUNK: Final = 64 * 1024
SMALL: Final = 100 * 1024
METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCODINGS: Final = {"utf-8", "utf-16", "us-ascii"}
DECLARED: Final = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']", re.IGNORECASE)
XML: Final = (".xml", ".rels")
TOO_LARGE = "This document is too large once unpacked."
HOSTILE = "This document defines things of its own (a DTD), which no office program writes."


def refuse_unsafe(data: bytes) -> None:
    """Raises DocumentRefused for a package that unpacks to too much, or whose XML could make a parser work.

    The sizes that a package states may be lies, so every part is unpacked here, a little at a time; zipfile
    compares what came out with what was stated.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            _refuse_stated(parts)
            for part in parts:
                _refuse_definitions(part.filename, _unpacked(package, part))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise DocumentRefused("This document is damaged.") from error
    except RuntimeError as error:  # what zipfile raises where it needs a password
        raise DocumentRefused("This document has a password. Save it without.") from error


def _refuse_stated(parts: list[zipfile.ZipInfo]) -> None:
    sizes = sum(part.file_size for part in parts)
    is_squeezed = any(part.file_size > max(SMALL, part.compress_size * HIGHEST_RATIO) for part in parts)
    if len(parts) > MOST_PARTS or sizes > LARGEST_UNPACKED or is_squeezed:
        raise DocumentRefused(TOO_LARGE)
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names) or any(part.compress_type not in METHODS for part in parts):
        raise DocumentRefused("This document is damaged.")


def _unpacked(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with package.open(part) as stream:
        return b"".join(iter(lambda: stream.read(CHUNK), b""))


def _refuse_definitions(name: str, data: bytes) -> None:
    # Without NULs, UTF-16 reads like ASCII. Pictures too: a package may call anything XML.
    plain = data.replace(b"\x00", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise DocumentRefused(HOSTILE)
    if name.lower().endswith(XML):
        declared = DECLARED.search(plain[:200].decode("ascii", "replace"))
        is_plain = plain.lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ").startswith(b"<")
        if not is_plain or (declared and declared[1].lower() not in ENCODINGS):
            raise DocumentRefused(HOSTILE)
