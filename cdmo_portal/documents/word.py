"""The text of a Word file, line by line: paragraphs, points of lists, and rows of tables."""

import io
from collections.abc import Iterator
from typing import Any, Final
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.packages import refuse_unsafe
from cdmo_portal.documents.plain_text import checked

PARAGRAPH, TABLE, ROW, CELL = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc"))
TEXT: Final = qn("w:t")
SIGNS: Final = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# A drawing's text stands twice, once for older programs. Properties hold tabs that are no text.
SKIPPED: Final = {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    qn("w:pPr"),
    qn("w:rPr"),
    qn("w:del"),
    qn("w:moveFrom"),
}
NUMBERED: Final = f"{qn('w:pPr')}/{qn('w:numPr')}"
STYLE: Final = f"{qn('w:pPr')}/{qn('w:pStyle')}"
STYLES_OF_LISTS: Final = ("ListBullet", "ListNumber")
BETWEEN_CELLS: Final = " | "


def word_text(data: bytes) -> str:
    """Raises DocumentRefused. What is inserted with tracked changes counts, what is deleted does not."""
    refuse_unsafe(data)
    try:
        # lxml's errors of broken XML are SyntaxErrors.
        body = docx.Document(io.BytesIO(data)).element.body
    except (OpcError, SyntaxError, BadZipFile, ValueError, KeyError, AttributeError, TypeError) as error:
        raise DocumentRefused("This document is damaged, or is no Word document.") from error
    return checked("\n".join(_lines(body)))


# lxml's elements carry no types, hence Any.
def _lines(element: Any) -> Iterator[str]:
    """Lines of everything below; content controls and text boxes are only looked through."""
    for child in element:
        if child.tag == TABLE:
            yield from _rows(child)
        elif child.tag == PARAGRAPH:
            yield _paragraph(child)
        elif child.tag not in SKIPPED:
            yield from _lines(child)


def _rows(table: Any) -> Iterator[str]:
    for row in _own(table, ROW, TABLE):
        cells = (" ".join(_words(cell)) for cell in _own(row, CELL, ROW))
        yield BETWEEN_CELLS.join(text for text in cells if text)


def _own(outer: Any, tag: str, outer_tag: str) -> Iterator[Any]:
    """Its rows, or cells, without those of a table within, but with those that a content control wraps."""
    return (each for each in outer.iter(tag) if next(each.iterancestors(outer_tag)) is outer)


def _words(cell: Any) -> list[str]:
    """A cell's lines; a table within a cell is read as text of the cell."""
    return [text for line in _lines(cell) for text in [" ".join(line.split())] if text]


def _paragraph(paragraph: Any) -> str:
    text = "".join(_pieces(paragraph)).strip()
    return f"- {text}" if text and _is_point(paragraph) else text


def _is_point(paragraph: Any) -> bool:
    style = paragraph.find(STYLE)
    is_styled = style is not None and style.get(qn("w:val"), "").startswith(STYLES_OF_LISTS)
    return is_styled or paragraph.find(NUMBERED) is not None


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == TEXT:
            yield child.text or ""
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag == PARAGRAPH:  # of a text box
            yield f"\n{_paragraph(child)}\n"
        elif child.tag not in SKIPPED:
            yield from _pieces(child)
