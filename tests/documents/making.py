"""Documents made for tests, good and hostile: the bytes of Word and PDF files."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import docx
from docx.document import Document
from docx.oxml import parse_xml

NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(*paragraphs: str, table: Sequence[Sequence[str]] = (), points: Sequence[str] = ()) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    for text in points:
        document.add_paragraph(text, style="List Bullet")
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, texts in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    return saved(document)


def word_of_xml(*blocks: str) -> bytes:
    """A Word file whose body holds these pieces of WordprocessingML."""
    document = docx.Document()
    for block in blocks:
        document.element.body.insert(0, parse_xml(block.replace(">", f" {NAMES}>", 1)))
    return saved(document)


def saved(document: Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The package with one part more, or another in its place."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return stream.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def pdf(*pages: str) -> bytes:
    """A PDF of pages with one line each; an empty text makes a page without any."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }
    for number, text in enumerate(pages):
        page, content = 4 + 2 * number, 5 + 2 * number
        shown = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        written = f"BT /F1 12 Tf 72 720 Td ({shown}) Tj ET".encode("cp1252") if text else b""
        objects[page] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        objects[content] = stream_object(written)
    return pdf_of(objects)


def stream_object(data: bytes, *, squeezed: int = 0, extra: str = "") -> bytes:
    """`squeezed` times through Flate."""
    for _ in range(squeezed):
        data = zlib.compress(data, 9)
    filters = f"/Filter [{' '.join(['/FlateDecode'] * squeezed)}]" if squeezed else ""
    return f"<< /Length {len(data)} {filters} {extra} >>\nstream\n".encode() + data + b"\nendstream"


def pdf_of(objects: Mapping[int, bytes], trailer: str = "") -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places.get(number, 0)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (size, trailer.encode())
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
