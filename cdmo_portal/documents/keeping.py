"""Which files are kept as they are, for people to download: documents and pictures, and nothing that runs.

They are never opened here. A file has to begin as its ending says, and an office document has to be that of
its ending and carry no macros.
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.kinds import COMPOUND, PDF, ZIP
from cdmo_portal.documents.limits import LARGEST_FILE, MEBIBYTE

OFFICE: Final = "application/vnd.openxmlformats-officedocument"
KEPT: Final[Mapping[str, str]] = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
}
KEPT_ENDINGS: Final = tuple(KEPT)
BEGINNINGS: Final[Mapping[str, bytes]] = {
    ".pdf": PDF,
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".docx": ZIP,
    ".xlsx": ZIP,
}
# Names of parts stand unpacked in a package, so they are found without opening it.
MAIN_PARTS: Final[Mapping[str, bytes]] = {".docx": b"word/document.xml", ".xlsx": b"xl/workbook.xml"}
MACROS: Final = b"vbaProject.bin"


def content_type_of(name: str, data: bytes) -> str:
    """What the file is. Raises DocumentRefused where it is empty, too large or not what its name says."""
    ending = PurePath(name.lower()).suffix
    if ending not in KEPT:
        raise DocumentRefused(f"Only {', '.join(KEPT)} files are kept.")
    if not data:
        raise DocumentRefused("This file is empty.")
    if len(data) > LARGEST_FILE:
        raise DocumentRefused(f"This file is larger than {LARGEST_FILE // MEBIBYTE} MB.")
    if ending in MAIN_PARTS and data.startswith(COMPOUND):
        raise DocumentRefused(f"This document has a password or is older. Save it as {ending} without.")
    if not data.startswith(BEGINNINGS[ending]) or MAIN_PARTS.get(ending, b"") not in data:
        raise DocumentRefused(f"This is not a {ending} file, whatever its name says.")
    if ending in MAIN_PARTS and MACROS in data:
        raise DocumentRefused("This document carries macros. Save it without them, or as PDF.")
    return KEPT[ending]
