"""Published bytes into text, and the bounds that every format keeps."""

from partners.feeds.rows import FileRefused

MAX_BYTES = 5_000_000
MAX_ROWS = 50_000

_OTHER_ENCODINGS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "an XLSX or ZIP file",
    b"\x1f\x8b": "gzip",
}


def decoded(content: bytes, *, published_as: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark; raises FileRefused."""
    if len(content) > MAX_BYTES:
        raise FileRefused(f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are read.")
    if not content.strip():
        raise FileRefused("The file is empty.")
    for start, name in _OTHER_ENCODINGS.items():
        if content.startswith(start):
            raise FileRefused(f"The file looks like {name}; publish {published_as} in UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line_number = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"Line {line_number} is not UTF-8; publish {published_as} in UTF-8.") from error
