"""Bytes of a text file, and texts of all files, as the characters that the portal works with."""

import codecs
import re
from typing import Final

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.limits import LONGEST_TEXT

MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# A form feed ends a page, a vertical tab a line (Word); Ctrl-Z ended files under DOS.
LINE_ENDS: Final = re.compile(r"\r\n?|[\f\v\x1c-\x1e\x85\u2028\u2029]")
CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
EMPTY_LINES: Final = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n){2,}")


def decoded(data: bytes) -> str:
    """A text, tidy, of no more characters than one may have; raises DocumentRefused as `characters`."""
    return checked(characters(data))


def characters(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Windows-1252; raises DocumentRefused for what is no text."""
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), None)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        text = _western(data) if encoding is None else ""
        if not text:
            raise DocumentRefused("This file is damaged: its characters cannot be read.") from error
    text = LINE_ENDS.sub("\n", text.rstrip("\x1a"))
    if CONTROL.search(text):
        raise DocumentRefused("This file holds something other than text.")
    return text


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return ""


def tidy(text: str) -> str:
    """The text with one kind of line end, without control characters and without rows of empty lines."""
    text = CONTROL.sub("", LINE_ENDS.sub("\n", text))
    return EMPTY_LINES.sub("\n\n", text).strip()


def checked(text: str) -> str:
    """The text, tidy; raises DocumentRefused where there is none, or too much."""
    text = tidy(text)
    if not text:
        raise DocumentRefused("There is no text in this file.")
    if len(text) > LONGEST_TEXT:
        raise DocumentRefused(
            f"This document has more than {LONGEST_TEXT:,} characters. Paste the part that matters."
        )
    return text
