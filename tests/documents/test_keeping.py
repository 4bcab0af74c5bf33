"""Which files are kept as they are: what a file begins with has to say the same as its name."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.keeping import BEGINNINGS, KEPT, content_type_of
from cdmo_portal.documents.limits import LARGEST_FILE

PNG, JPEG, PDF = b"\x89PNG\r\n\x1a\n rest", b"\xff\xd8\xff\xe0 rest", b"%PDF-1.7 rest"


def package(*parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for part in parts:
            made.writestr(part, "<xml/>")
    return stream.getvalue()


WORD, EXCEL = package("[Content_Types].xml", "word/document.xml"), package("xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("GMP.pdf", PDF),
        ("scan.PNG", PNG),
        ("scan.jpg", JPEG),
        ("scan.jpeg", JPEG),
        ("report.docx", WORD),
        ("batches.xlsx", EXCEL),
        ("full.pdf", PDF + b" " * (LARGEST_FILE - len(PDF))),
    ],
)
def test_file_when_it_is_what_its_name_says_then_its_kind_is_known(name: str, data: bytes) -> None:
    assert content_type_of(name, data) == KEPT[f".{name.lower().rpartition('.')[2]}"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("page.html", b"<html>", "Only .pdf"),
        ("drawing.svg", b"<svg onload=alert(1)>", "Only .pdf"),
        ("run.exe", b"MZ", "Only .pdf"),
        ("certificate", PDF, "Only .pdf"),
        ("certificate.pdf.exe", PDF, "Only .pdf"),
        ("", PDF, "Only .pdf"),
        ("empty.pdf", b"", "empty"),
        ("large.pdf", PDF + b" " * LARGEST_FILE, "larger than 5 MB"),
        ("page.pdf", b"<html><script>alert(1)</script> %PDF-1.7", "not a .pdf"),
        ("text.pdf", b"hello", "not a .pdf"),
        ("photo.png", JPEG, "not a .png"),
        ("photo.jpg", PNG, "not a .jpg"),
        ("sheet.docx", EXCEL, "not a .docx"),
        ("report.xlsx", WORD, "not a .xlsx"),
        ("archive.docx", package("anything.txt"), "not a .docx"),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password or is older"),
        ("macros.docx", package("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("macros.xlsx", package("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
    ],
)
def test_file_when_it_is_nothing_that_is_kept_then_the_reason_is_said(
    name: str, data: bytes, words: str
) -> None:
    with pytest.raises(DocumentRefused, match=words):
        content_type_of(name, data)


@given(st.text(), st.binary(), st.sampled_from(sorted(KEPT)))
def test_any_bytes_are_refused_or_begin_as_their_name_says(stem: str, data: bytes, ending: str) -> None:
    try:
        found = content_type_of(f"{stem}{ending}", data)
    except DocumentRefused:
        return

    assert found == KEPT[ending]
    assert data.startswith(BEGINNINGS[ending])
