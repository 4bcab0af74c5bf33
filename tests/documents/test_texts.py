"""The text of documents as people write them."""

import io

import pytest
from pypdf import PdfReader, PdfWriter

from cdmo_portal.documents import DocumentRefused, text_of
from cdmo_portal.documents.limits import LARGEST_FILE, LONGEST_TEXT
from tests.documents.making import pdf, word, word_of_xml


def text(name: str, data: bytes) -> str:
    return text_of(name, io.BytesIO(data))


@pytest.mark.parametrize(
    "data",
    [
        "Capsules, 2 µg/m³".encode(),
        b"\xef\xbb\xbf" + "Capsules, 2 µg/m³".encode(),
        "Capsules, 2 µg/m³".encode("utf-16"),
        b"\xfe\xff" + "Capsules, 2 µg/m³".encode("utf-16-be"),
        "Capsules, 2 µg/m³".encode("cp1252"),
    ],
)
def test_text_file_when_written_in_usual_encodings_is_read(data: bytes) -> None:
    assert text("brief.TXT", data) == "Capsules, 2 µg/m³"


def test_text_file_when_line_ends_differ_has_one_kind_of_them() -> None:
    assert text("brief.txt", b"One\r\nTwo\rThree\x0cFour\n\n\n\nFive\x1a") == "One\nTwo\nThree\nFour\n\nFive"


@pytest.mark.parametrize(
    "written", ["سوف نحتاج إلى قوارير", "需要冻干小瓶", "Wir benötigen lyophilisierte Vials 👩🏽‍🔬"]
)
def test_text_file_when_in_any_script_keeps_its_characters(written: str) -> None:
    assert text("brief.txt", written.encode()) == written


def test_word_file_when_read_gives_paragraphs_points_and_rows_as_lines() -> None:
    data = word(
        "We need lyophilised vials.", table=[["Batch size", "5,000 vials"]], points=["HPLC", "EU only"]
    )

    found = text("brief.docx", data).splitlines()

    assert found == ["We need lyophilised vials.", "- HPLC", "- EU only", "Batch size | 5,000 vials"]


def test_word_file_when_changes_are_tracked_counts_what_stays() -> None:
    kept = "<w:p><w:ins><w:r><w:t>No hormones</w:t></w:r></w:ins>"
    gone = "<w:del><w:r><w:delText>or steroids</w:delText></w:r></w:del></w:p>"

    assert text("brief.docx", word_of_xml(kept + gone)) == "No hormones"


def test_word_file_when_text_stands_in_a_content_control_is_read() -> None:
    control = "<w:sdt><w:sdtContent><w:p><w:r><w:t>Phase I</w:t></w:r></w:p></w:sdtContent></w:sdt>"

    assert text("brief.docx", word_of_xml(control)) == "Phase I"


def test_word_file_when_a_table_stands_in_a_table_says_nothing_twice() -> None:
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>10R</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>"
    first = "<w:tc><w:p><w:r><w:t>Vials</w:t></w:r></w:p></w:tc>"

    found = text("brief.docx", word_of_xml(f"<w:tbl><w:tr>{first}<w:tc>{inner}</w:tc></w:tr></w:tbl>"))

    assert found == "Vials | 10R"


def test_pdf_when_read_gives_its_pages_in_order() -> None:
    assert (
        text("brief.pdf", pdf("We need HPLC (and µg)", "", "EU only")) == "We need HPLC (and µg)\n\nEU only"
    )


def test_pdf_when_only_changes_are_protected_is_read() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("EU only"))))
    writer.encrypt(user_password="", owner_password="secret", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)

    assert text("brief.pdf", stream.getvalue()) == "EU only"


def test_text_when_as_long_as_may_be_is_read_and_one_more_is_refused() -> None:
    assert len(text("brief.txt", b"x" * LONGEST_TEXT)) == LONGEST_TEXT
    with pytest.raises(DocumentRefused, match="more than 200,000 characters"):
        text("brief.txt", b"x" * (LONGEST_TEXT + 1))


def test_stream_when_endless_is_read_no_further_than_needed() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size == LARGEST_FILE + 1
            return b"x" * size

    with pytest.raises(DocumentRefused, match="larger than 5 MB"):
        text_of("brief.txt", Endless())
