"""What stands in a document that somebody uploads. Nothing of it is kept.

`text_of` reads plain text, Word (.docx) and PDF, `tables_of` Excel (.xlsx) and CSV. Files are taken apart in
a process of its own, which may use so much memory and time and no more, so that a hostile file ends that
process and nothing else.
"""

from typing import IO, Any

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.kinds import ENDINGS, TABLE_ENDINGS, TABLES, Kind, kind_of
from cdmo_portal.documents.limits import LARGEST_FILE, LONGEST_TEXT
from cdmo_portal.documents.plain_text import decoded, tidy
from cdmo_portal.documents.processes import read_apart, tables_apart

__all__ = [
    "ENDINGS",
    "LARGEST_FILE",
    "LONGEST_TEXT",
    "TABLE_ENDINGS",
    "DocumentRefused",
    "tables_of",
    "text_of",
    "tidy",
]


def text_of(name: str, stream: IO[bytes]) -> str:
    """The text of the file; raises DocumentRefused with a sentence for the person who chose it."""
    data = stream.read(LARGEST_FILE + 1)
    kind = kind_of(name, data)
    return decoded(data) if kind is Kind.TEXT else read_apart(kind, data)


def tables_of(name: str, stream: IO[bytes]) -> list[dict[str, Any]]:
    """The tables of the file, one per sheet: {"name", "rows", "refused"}; raises DocumentRefused.

    A row is a list of cells: text, numbers, yes or no, None, or {"date": ISO day}. Rows and columns stand
    where they stand in the file, so that the first row is row 1. `refused` says why a sheet has no rows.
    """
    data = stream.read(LARGEST_FILE + 1)
    return tables_apart(kind_of(name, data, TABLES), data)
