"""The text of a PDF file, page by page."""

import io
from collections.abc import Iterator

from pypdf import PdfReader, overwrite_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.limits import LARGEST_UNPACKED, LONGEST_TEXT, MOST_PAGES
from cdmo_portal.documents.plain_text import checked, tidy

PROTECTED = "This PDF has a password. Save it without."
TOO_MUCH = "This PDF is too large once unpacked. Paste the text instead."
# Whatever a broken file makes of pypdf's own structures.
BROKEN = (
    PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError,
    AssertionError, ArithmeticError, RecursionError, OSError, NotImplementedError,
)  # fmt: skip


def pdf_text(data: bytes) -> str:
    """Raises DocumentRefused, also for pages that are pictures."""
    overwrite_configuration(
        zlib_maximum_output_length=LARGEST_UNPACKED,
        lzw_maximum_output_length=LARGEST_UNPACKED,
        run_length_maximum_output_length=LARGEST_UNPACKED,
        brotli_maximum_output_length=LARGEST_UNPACKED,
        array_based_stream_maximum_output_length=LARGEST_UNPACKED,
        maximum_declared_stream_length=LARGEST_UNPACKED,
        jbig2dec_binary=None,
    )
    try:
        text = "\n\n".join(_pages(data))
    except (FileNotDecryptedError, DependencyError) as error:
        raise DocumentRefused(PROTECTED) from error
    except LimitReachedError as error:
        raise DocumentRefused(TOO_MUCH) from error
    except BROKEN as error:
        raise DocumentRefused("This PDF is damaged.") from error
    if not tidy(text):
        raise DocumentRefused("The pages of this PDF are pictures without text. Paste the text instead.")
    return checked(text)


def _pages(data: bytes) -> Iterator[str]:
    """Page after page until there is more text than anybody may send; the rest is not looked at."""
    reader = PdfReader(io.BytesIO(data))
    # An empty password opens what is only protected against changes, as every viewer does.
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentRefused(PROTECTED)
    if len(reader.pages) > MOST_PAGES:
        raise DocumentRefused(f"This PDF has more than {MOST_PAGES} pages. Paste the part that matters.")
    length = 0
    for page in reader.pages:
        text = page.extract_text()
        length += len(text)
        yield text
        if length > 2 * LONGEST_TEXT:
            return
