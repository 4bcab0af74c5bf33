"""Files that would be too much: each is refused clearly, and costs neither memory nor a row."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from cdmo_portal.documents.limits import LARGEST_FILE
from partners.models import ProfileUpload
from tests.documents.making import with_part
from tests.documents.test_tables import of_rows
from tests.partners.uploads import CAPACITY, Works, quarter, works

pytestmark = pytest.mark.django_db
MEBIBYTE = 1024 * 1024
FORM = "multipart/form-data; boundary=x"
SHEET = "xl/worksheets/sheet1.xml"


class Endless(io.RawIOBase):
    """A body of so many bytes that exists nowhere: a form with one file."""

    HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="t.csv"\r\n\r\n'
    TAIL = b"\r\n--x--\r\n"

    def __init__(self, size: int) -> None:
        self.size, self.parts = size, self._parts(size)

    def _parts(self, size: int) -> Iterator[bytes]:
        yield self.HEAD
        for _part in range((size - len(self.HEAD) - len(self.TAIL)) // 4096):
            yield b"S1,L1,a,b\n" * 409 + b"123456"
        yield self.TAIL

    def read(self, _size: int = -1) -> bytes:
        return next(self.parts, b"")


def bomb() -> bytes:
    """A sheet of 100 MB in a few kilobytes."""
    return with_part(of_rows([*CAPACITY], quarter(2)), SHEET, b"<row/>" * (100 * MEBIBYTE // 6))


def entities() -> bytes:
    package = zipfile.ZipFile(io.BytesIO(of_rows([*CAPACITY])))
    xml = package.read(SHEET).decode().partition("?>")[2]
    text = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>{xml}'
    return with_part(of_rows([*CAPACITY]), SHEET, text.encode())


def million_csv_rows() -> bytes:
    return b"site_id,line\n" + b"1,2\n" * 1_000_000


def million_sheet_rows() -> bytes:
    row = b"<row><c><v>1</v></c></row>"
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_part(of_rows([*CAPACITY]), SHEET, head + row * 1_000_000 + b"</sheetData></worksheet>")


@pytest.fixture
def ours() -> Works:
    return works()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "made", "told"),
    [
        ("t.xlsx", bomb, "too large once unpacked"),
        ("t.xlsx", entities, "defines things of its own"),
        ("t.csv", million_csv_rows, "10,000 rows"),
        ("t.xlsx", million_sheet_rows, ""),
    ],
)
def test_table_when_it_is_too_much_then_is_refused_with_a_sentence(
    ours: Works, name: str, made: Callable[[], bytes], told: str
) -> None:
    answer = ours.send("capacity", made(), name)

    assert answer.status_code == 422
    assert told in " ".join(answer.context["form"].errors["file"])
    assert not ProfileUpload.objects.exists()


def test_file_when_it_has_100_mb_then_is_refused_and_never_held(ours: Works) -> None:
    size = 100 * MEBIBYTE
    body = Endless(size)
    path = reverse("partners:upload_create", args=["capacity"])
    more: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": FORM}
    tracemalloc.start()

    answer = ours.client.generic("POST", path, **more)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status_code == 422
    assert "larger than 5 MB" in answer.content.decode()
    assert peak < 6 * LARGEST_FILE
