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
    WORKBOOK = ".xlsx"
    CSV = ".csv"


TEXTS: Final = (Kind.TEXT, Kind.WORD, Kind.PDF)
TABLES: Final = (Kind.WORKBOOK, Kind.CSV)
ENDINGS: Final = tuple(kind.value for kind in TEXTS)
TABLE_ENDINGS: Final = tuple(kind.value for kind in TABLES)
PACKAGES: Final = (Kind.WORD, Kind.WORKBOOK)
OLDER: Final = {Kind.WORD: ".doc", Kind.WORKBOOK: ".xls"}


def kind_of(name: str, data: bytes, among: tuple[Kind, ...] = TEXTS) -> Kind:
    """Raises DocumentRefused for a file that is empty, too large, or not what its name says."""
    ending = PurePath(name.lower()).suffix
    instead = " Paste the text instead." if among is TEXTS else ""
    if ending not in among:
        raise DocumentRefused(f"Only {', '.join(among)} files can be read.{instead}")
    if not data.strip():
        raise DocumentRefused("This file is empty.")
    if len(data) > LARGEST_FILE:
        raise DocumentRefused(f"This file is larger than {LARGEST_FILE // MEBIBYTE} MB.{instead}")
    kind = Kind(ending)
    if data.startswith(COMPOUND) and kind in PACKAGES:
        raise DocumentRefused(
            f"This document has a password, or is an older {OLDER[kind]} file. Save it as {kind} without."
        )
    if not _is_what_it_says(kind, data):
        raise DocumentRefused(f"This is not a {ending} file, whatever its name says.")
    return kind


def _is_what_it_says(kind: Kind, data: bytes) -> bool:
    if kind is Kind.PDF:
        return PDF in data[:HEADER_WITHIN]
    return data.startswith(ZIP) if kind in PACKAGES else not data.startswith(NO_TEXT)
