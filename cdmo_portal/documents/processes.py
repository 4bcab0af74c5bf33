"""Reading a file in a process of its own: bytes in, JSON out, and no longer than it may take."""

import json
import resource
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.kinds import TABLES, Kind
from cdmo_portal.documents.limits import (
    CPU_SECONDS,
    LARGEST_ANSWER,
    LARGEST_TABLES,
    LONGEST_TEXT,
    MOST_AT_ONCE,
    MOST_MEMORY,
    SECONDS_IN_LINE,
    WALL_SECONDS,
)

ROOT = Path(__file__).resolve().parents[2]
LARGEST: Final = {kind: LARGEST_TABLES if kind in TABLES else LARGEST_ANSWER for kind in Kind}
_turns = threading.BoundedSemaphore(MOST_AT_ONCE)


def read_apart(kind: Kind, data: bytes) -> str:
    """The text; raises DocumentRefused also where the process died of the file."""
    text = _said(kind, data).get("text")
    if isinstance(text, str) and 0 < len(text) <= LONGEST_TEXT:
        return text
    raise DocumentRefused("This file takes too much time or memory to read. Paste the text.")


def tables_apart(kind: Kind, data: bytes) -> list[dict[str, Any]]:
    """As `read_apart`, the tables of a workbook or a CSV file (see `cdmo_portal.documents.cells`)."""
    tables = _said(kind, data).get("tables")
    if isinstance(tables, list):
        return tables
    raise DocumentRefused(
        "This file takes too much time or memory to read. Keep the table alone, with no cells far from it."
    )


def _said(kind: Kind, data: bytes) -> dict[str, Any]:
    return said_apart(("cdmo_portal.documents", kind.name), data, most=LARGEST[kind], seconds=WALL_SECONDS)


def said_apart(module: tuple[str, ...], data: bytes, *, most: int, seconds: int) -> dict[str, Any]:
    """What our module, run with these words in a process of its own, answers in JSON of at most `most` bytes.

    Nothing where it died. Raises DocumentRefused with what it says in "refused". The module calls
    `limit_this_process` before it looks at the data.
    """
    if not _turns.acquire(timeout=SECONDS_IN_LINE):
        raise DocumentRefused("Other files are being read just now. Try again in a moment.")
    try:
        answer = _answer(module, data, most, seconds)
    finally:
        _turns.release()
    try:
        said = json.loads(answer)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    if refused := said.get("refused"):
        raise DocumentRefused(str(refused))
    return said


def limit_this_process() -> None:
    """No file may be written, no process started; files are opened one at a time, by imports."""
    limits = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 16,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):  # macOS refuses a limit of addresses
            resource.setrlimit(what, (most, most))


def _answer(module: tuple[str, ...], data: bytes, most: int, seconds: int) -> bytes:
    """What the process said, or nothing where it was stopped."""
    # Its environment is empty: whatever takes the process over finds no secret there.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        return _exchange(process.stdin, process.stdout, data, most)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                stream.close()  # type: ignore[union-attr]  # both are pipes


def _exchange(to: IO[bytes] | None, out: IO[bytes] | None, data: bytes, most: int) -> bytes:
    """All in, then all out: the process says nothing before it has read everything."""
    assert to is not None  # noqa: S101 - for the type checker; Popen was given pipes
    assert out is not None  # noqa: S101
    try:
        to.write(data)
        to.close()
    except BrokenPipeError:
        return b""
    answer = out.read(most + 1)
    return b"" if len(answer) > most else answer
