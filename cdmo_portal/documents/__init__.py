"""The text of a document that somebody uploads: plain text, Word (.docx) or PDF. Nothing of it is kept.

`text_of` is all of it. Word and PDF files are taken apart in a process of its own, which may use so much
memory and time and no more, so that a hostile file ends that process and nothing else.
"""

from typing import IO

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.kinds import ENDINGS, Kind, kind_of
from cdmo_portal.documents.limits import LARGEST_FILE, LONGEST_TEXT
from cdmo_portal.documents.plain_text import decoded, tidy
from cdmo_portal.documents.processes import read_apart

__all__ = ["ENDINGS", "LARGEST_FILE", "LONGEST_TEXT", "DocumentRefused", "text_of", "tidy"]


def text_of(name: str, stream: IO[bytes]) -> str:
    """The text of the file; raises DocumentRefused with a sentence for the person who chose it."""
    data = stream.read(LARGEST_FILE + 1)
    kind = kind_of(name, data)
    return decoded(data) if kind is Kind.TEXT else read_apart(kind, data)
