"""Files that nobody sends by mistake: each is refused with its sentence, and quickly."""

import io
import json
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from cdmo_portal.documents import DocumentRefused, processes, text_of
from cdmo_portal.documents.kinds import Kind
from cdmo_portal.documents.limits import LARGEST_FILE, LONGEST_TEXT, MOST_PAGES
from tests.architecture.sources import ROOT
from tests.documents.making import part_of, pdf, pdf_of, stream_object, with_part, word

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
BODY = "word/document.xml"


def bomb(size: int) -> bytes:
    return with_part(word("x"), "word/media/image1.png", b"\0" * size)


def many_parts() -> bytes:
    stream = io.BytesIO(word("x"))
    with zipfile.ZipFile(stream, "a") as package:
        for number in range(2_001):
            package.writestr(f"word/media/{number}.png", b"")
    return stream.getvalue()


def lying() -> bytes:
    """A part that unpacks to 100 MB and says it is one of 1,000 bytes."""
    data = bomb(100 * 1024 * 1024)
    return data.replace(struct.pack("<L", 100 * 1024 * 1024), struct.pack("<L", 1_000))


def laughs(encoding: str = "utf-8") -> bytes:
    """Nested entities that grow to gigabytes, in a declaration that a parser would have to read."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = part_of(word("x"), BODY).decode().partition("?>")[2]
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY l0 "lol">{levels}]>{document}'
    return with_part(word("x"), BODY, text.encode(encoding))


def external() -> bytes:
    document = part_of(word("x"), BODY).decode().partition("?>")[2]
    return with_part(word("x"), BODY, f'<!DOCTYPE w SYSTEM "file:///etc/passwd">{document}'.encode())


def in_code_page(name: str) -> bytes:
    """XML whose declaration of a DTD would not be seen among bytes of this encoding."""
    return with_part(word("x"), "word/styles.xml", f'<?xml version="1.0" encoding="{name}"?><a/>'.encode())


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("EU only"))))
    writer.encrypt("secret", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def flate_bomb() -> bytes:
    """A page whose content is a gigabyte, squeezed twice to a few kilobytes."""
    squeezer = zlib.compressobj(9)
    once = b"".join(squeezer.compress(b" " * 1024 * 1024) for _ in range(1024)) + squeezer.flush()
    content = stream_object(once, squeezed=1).replace(b"[/FlateDecode]", b"[/FlateDecode /FlateDecode]")
    return pdf_of({**head_of_pdf(), 5: content})


def head_of_pdf() -> dict[int, bytes]:
    return {
        1: CATALOG,
        2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
    }


def object_stream_bomb() -> bytes:
    """An object stream that says it holds two million objects."""
    numbers = b" ".join(b"%d 0" % number for number in range(10, 400_000))
    body = stream_object(numbers + b" 1", squeezed=1, extra="/Type /ObjStm /N 2000000 /First 9")
    return pdf_of({**head_of_pdf(), 5: stream_object(b"BT ET"), 6: body}, trailer="/Info 6 0 R")


def deep_page_tree() -> bytes:
    objects = {
        number: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1) for number in range(2, 9_000)
    }
    return pdf_of({1: b"<< /Type /Catalog /Pages 2 0 R >>", **objects})


def page_that_is_its_own_parent() -> bytes:
    return pdf_of({1: CATALOG, 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})


def long_work() -> bytes:
    """A page that draws a form, which draws another twice, and so on thirty times."""
    forms = {
        number: stream_object(
            b"/X Do /X Do" if number < 40 else b"BT (x) Tj ET",
            extra="/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
            f" /Resources << /XObject << /X {number + 1} 0 R >> >>",
        )
        for number in range(10, 41)
    }
    page = head_of_pdf()[4].replace(b"/Font << /F1 3 0 R >>", b"/XObject << /X 10 0 R >>")
    return pdf_of({**head_of_pdf(), 4: page, 5: stream_object(b"/X Do"), **forms})


HOSTILE: Mapping[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.txt", lambda: b"", "empty"),
    "only spaces": ("a.txt", lambda: b" \r\n\t", "empty"),
    "no ending": ("brief", lambda: b"text", "Only .txt, .docx, .pdf"),
    "another kind": ("a.xlsx", lambda: b"PK\x03\x04", "Only .txt, .docx, .pdf"),
    "ending of a folder": ("../../.pdf", lambda: b"%PDF-", "Only .txt, .docx, .pdf"),
    "10 MB": ("a.pdf", lambda: b"%PDF-" + b"x" * 2 * LARGEST_FILE, "larger than 5 MB"),
    "program as text": ("a.txt", lambda: b"MZ\x90\x00" + b"\x00" * 60, "not a .txt file"),
    "program as Word": ("a.docx", lambda: b"MZ\x90\x00" + b"\x00" * 60, "not a .docx file"),
    "program as PDF": ("a.pdf", lambda: b"\x7fELF" + b"\x00" * 2_000, "not a .pdf file"),
    "Word as text": ("a.txt", lambda: word("x"), "not a .txt file"),
    "NUL in text": ("a.txt", lambda: b"We need\x00HPLC", "other than text"),
    "binary as text": ("a.txt", lambda: bytes(range(1, 256)), "damaged|other than text"),
    "half of UTF-16": ("a.txt", lambda: b"\xff\xfe" + b"\x00\xd8", "damaged"),
    "old Word": (
        "a.docx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99,
        "password, or is an older",
    ),
    "zip that is no Word": ("a.docx", lambda: with_part(part_free_zip(), "a.txt", b"x"), "no Word document"),
    "Word cut off": ("a.docx", lambda: word("x")[:-200], "damaged"),
    "Word with broken XML": ("a.docx", lambda: with_part(word("x"), BODY, b"<w:document"), "damaged"),
    "Word without text": ("a.docx", word, "no text"),
    "Word too long": (
        "a.docx",
        lambda: word(" ".join(map(str, range(50_000)))),
        "more than 200,000 characters",
    ),
    "zip bomb by ratio": ("a.docx", lambda: bomb(40 * 1024 * 1024), "too large once unpacked"),
    "zip bomb by size": ("a.docx", lambda: bomb(200 * 1024 * 1024), "too large once unpacked"),
    "zip bomb that lies": ("a.docx", lying, "damaged"),
    "too many parts": ("a.docx", many_parts, "too large once unpacked"),
    "nested entities": ("a.docx", laughs, "defines things of its own"),
    "nested entities in UTF-16": ("a.docx", lambda: laughs("utf-16"), "defines things of its own"),
    "external entity": ("a.docx", external, "defines things of its own"),
    "XML in EBCDIC": ("a.docx", lambda: in_code_page("cp037"), "defines things of its own"),
    "encrypted PDF": ("a.pdf", encrypted_pdf, "has a password"),
    "PDF cut off": ("a.pdf", lambda: pdf("EU only")[:90], "damaged"),
    "PDF of nothing": ("a.pdf", lambda: b"%PDF-1.7\n%%EOF", "damaged"),
    "scanned PDF": ("a.pdf", lambda: pdf("", ""), "pictures without text"),
    "PDF of many pages": ("a.pdf", lambda: pdf(*["x"] * (MOST_PAGES + 1)), "more than 300 pages"),
    "Flate bomb": ("a.pdf", flate_bomb, "too large once unpacked|time or memory|pictures|damaged"),
    "object streams": ("a.pdf", object_stream_bomb, "damaged|pictures|unpacked|time or memory"),
    "deep page tree": ("a.pdf", deep_page_tree, "damaged|unpacked|time or memory"),
    "pages in a circle": ("a.pdf", page_that_is_its_own_parent, "damaged|unpacked|pictures"),
}


def part_free_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w"):
        pass
    return stream.getvalue()


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_when_sent_is_refused_with_its_sentence(case: str) -> None:
    name, make, sentence = HOSTILE[case]
    data = make()
    start = time.monotonic()

    with pytest.raises(DocumentRefused, match=sentence) as refused:
        text_of(name, io.BytesIO(data))

    assert str(refused.value).endswith(".")
    assert time.monotonic() - start < 25


def test_pdf_when_it_draws_a_form_a_billion_times_is_read_no_further_than_allowed() -> None:
    start = time.monotonic()

    with suppress(DocumentRefused):
        assert len(text_of("a.pdf", io.BytesIO(long_work()))) < LONGEST_TEXT

    assert time.monotonic() - start < 25


def test_pdf_when_longer_than_may_be_is_refused_before_it_is_read_whole() -> None:
    pages = ["word " * 2_000] * 60

    with pytest.raises(DocumentRefused, match=f"more than {LONGEST_TEXT:,} characters"):
        text_of("a.pdf", io.BytesIO(pdf(*pages)))


def test_process_when_it_takes_too_long_is_killed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "WALL_SECONDS", 0.01)

    with pytest.raises(DocumentRefused, match="too much time or memory"):
        text_of("a.pdf", io.BytesIO(pdf("EU only")))


@pytest.mark.parametrize(
    "said", [b"", b"not JSON", b"[]", b'{"text": 5}', json.dumps({"text": "x" * 200_001}).encode()]
)
def test_process_when_it_says_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(processes, "_answer", lambda *_: said)

    with pytest.raises(DocumentRefused, match="too much time or memory"):
        processes.read_apart(Kind.PDF, b"")


def test_reading_when_others_read_already_says_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "SECONDS_IN_LINE", 0)
    monkeypatch.setattr(processes._turns, "acquire", lambda **_: False)

    with pytest.raises(DocumentRefused, match="Try again"):
        processes.read_apart(Kind.PDF, b"")


def test_process_when_limited_can_neither_write_a_file_nor_take_a_gigabyte(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from cdmo_portal.documents.__main__ import limit_this_process as limit\n"
        "limit()\n"
        "for act in (lambda: bytearray(2**30), lambda: open(sys.argv[1], 'wb', 0).write(b'x')):\n"
        "    try: act()\n"
        "    except (MemoryError, OSError) as error: print(type(error).__name__)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "written"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.splitlines() == ["MemoryError", "OSError"]
