"""What a file is: its name and its first bytes have to say the same."""

from enum import StrEnum
from pathlib import PurePath
from typing import Final

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.limits import LARGEST_FILE, MEBIBYTE

ZIP: Final = b"PK\x03\x04"
PDF: Final = b"%PDF-"
# What Microsoft wrote before 2007, and what it wraps around a document that has a password.
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NO_TEXT: Final = (ZIP, PDF, COMPOUND, b"MZ", b"\x7fELF", b"{\\rtf", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")
# Readers of PDF allow for some bytes before the header.
HEADER_WITHIN: Final = 1024


class Kind(StrEnum):
    TEXT = ".txt"
    WORD = ".docx"
    PDF = ".pdf"


ENDINGS: Final = tuple(kind.value for kind in Kind)


def kind_of(name: str, data: bytes) -> Kind:
    """Raises DocumentRefused for a file that is empty, too large, or not what its name says."""
    ending = PurePath(name.lower()).suffix
    if ending not in ENDINGS:
        raise DocumentRefused(f"Only {', '.join(ENDINGS)} files can be read. Paste the text instead.")
    if not data.strip():
        raise DocumentRefused("This file is empty.")
    if len(data) > LARGEST_FILE:
        raise DocumentRefused(
            f"This file is larger than {LARGEST_FILE // MEBIBYTE} MB. Paste the text instead."
        )
    kind = Kind(ending)
    if data.startswith(COMPOUND) and kind is Kind.WORD:
        raise DocumentRefused(
            "This document has a password, or is an older .doc file. Save it as .docx without."
        )
    if not _is_what_it_says(kind, data):
        raise DocumentRefused(f"This is not a {ending} file, whatever its name says.")
    return kind


def _is_what_it_says(kind: Kind, data: bytes) -> bool:
    if kind is Kind.PDF:
        return PDF in data[:HEADER_WITHIN]
    return data.startswith(ZIP) if kind is Kind.WORD else not data.startswith(NO_TEXT)
