"""Exports of many rows through the web server, in a database of their own.

`python -m cdmo_portal.benchmarks.exports [ROWS]`. Needs DATABASE_URL and OWNER_DATABASE_URL of a server on
which the owner may make databases.
"""

import contextlib
import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import django
import psutil
import psycopg

from cdmo_portal.benchmarks.filling import prepare
from cdmo_portal.benchmarks.index import own_database
from cdmo_portal.benchmarks.plants import fill
from cdmo_portal.local.demo_environment import demo_environment
from cdmo_portal.local.processes import together

ROWS = 1_000_000
SITES = 1_000
LOOK_S = 0.05
PATIENCE_S = 30
OPEN = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
"""
PIECE = 64 * 1024
LAST_LINE = 200
NO_LINE = "0199a1de-0000-7000-8000-000000000000"
# Of the hundred windows of a line, one after the other, ten begin so early.
TENTH = "?starts_before=2029-06-01"
KEY = "from cdmo_portal.benchmarks.exports import make_key; make_key()"


@dataclass
class Read:
    """One export as its caller saw it, and the web server's memory while it was sent."""

    kind: str
    rows: int
    megabytes: float
    first_ms: float
    seconds: float
    grown: float


@dataclass
class Memory:
    """The most that the processes under ours held, in megabytes."""

    most: float = 0.0
    stopping: threading.Event = field(default_factory=threading.Event)

    @staticmethod
    def now() -> float:
        held = 0.0
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "granian" in " ".join(process.cmdline()):
                    held = max(held, process.memory_info().rss / 1024**2)
        return held

    def watch(self) -> None:
        while not self.stopping.wait(LOOK_S):
            self.most = max(self.most, self.now())


def make_key() -> None:
    """A key that reads for the sponsor; printed."""
    # Models can be imported only once Django is set up, which this process is by then.
    from cdmo_portal.accounts.actors import actor_of_member  # noqa: PLC0415
    from cdmo_portal.accounts.models import Member, Role, User  # noqa: PLC0415
    from cdmo_portal.people import keys  # noqa: PLC0415

    user = User.objects.create_user("reader@buyer.example")
    member = Member.objects.create(user=user, organisation_id=2, role=Role.OWNER)
    _, plain = keys.make(by=actor_of_member(member), name="bench", scopes=["read"], days=1)
    sys.stdout.write(plain)


def read(port: int, key: str, query: str, *, is_zipped: bool = False) -> Read:
    """Read an export to its end, as it comes."""
    memory = Memory()
    before = memory.now()
    watching = threading.Thread(target=memory.watch)
    watching.start()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {key}", **({"Accept-Encoding": "gzip"} if is_zipped else {})}
    started = time.perf_counter()
    connection.request("GET", f"/api/v1/capacity-windows/export/{query}", headers=headers)
    answer = connection.getresponse()
    piece = answer.read1(PIECE)
    first_ms = (time.perf_counter() - started) * 1000
    count, size, end = _read_on(answer, piece, is_zipped=is_zipped)
    seconds = time.perf_counter() - started
    memory.stopping.set()
    watching.join()
    connection.close()
    if answer.status != http.client.OK or b"complete" not in end:
        raise SystemExit(f"The export was cut off: {answer.status} {end!r}")
    is_csv = "csv" in query
    kind = "csv" if is_csv else "ndjson, gzip" if is_zipped else "ndjson"
    return Read(kind, count - 1 - is_csv, size / 1024**2, first_ms, seconds, memory.most - before)


def _read_on(answer: http.client.HTTPResponse, piece: bytes, *, is_zipped: bool) -> tuple[int, int, bytes]:
    """Lines, bytes on the wire, and the last of the text."""
    unzip = zlib.decompressobj(wbits=31).decompress if is_zipped else bytes
    count, size, end = 0, 0, b""
    while piece:
        text = unzip(piece)
        count += text.count(b"\n")
        size += len(piece)
        end = (end + text)[-LAST_LINE:]
        piece = answer.read1(PIECE)
    return count, size, end


def seconds_open(port: int, key: str, url: str) -> float:
    """How long the database still has a transaction of an export whose caller went away."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", "/api/v1/capacity-windows/export/", headers={"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    answer.read1(PIECE)
    with psycopg.connect(url, autocommit=True) as database:
        if database.execute(OPEN).fetchone() != (1,):
            raise SystemExit("The export should have a transaction while it is read.")
        answer.close()
        connection.close()
        left = time.perf_counter()
        while database.execute(OPEN).fetchone() != (0,) and time.perf_counter() - left < PATIENCE_S:
            time.sleep(LOOK_S)
    return time.perf_counter() - left


@contextlib.contextmanager
def served() -> Iterator[int]:
    """A web server with one process on the bench's database; its port."""
    # Commands can be imported only once Django is set up, which `main` does.
    from cdmo_portal.management.commands.bench import free_port  # noqa: PLC0415
    from cdmo_portal.management.commands.demo import wait_until_ready, web  # noqa: PLC0415

    port = free_port()
    with tempfile.TemporaryDirectory() as folder, together(sys.stderr.write) as family:
        environment = demo_environment(os.environ, port=port, folder=Path(folder))
        family.begin(web(environment, port))
        wait_until_ready(family, port)
        yield port


def lines(rows: int) -> Iterator[str]:
    yield f"{'':<14}{'rows':>11}{'rows/s':>9}{'MB':>8}{'first ms':>10}{'seconds':>9}{'grown MB':>10}"
    with own_database() as url:
        with psycopg.connect(url) as database:
            prepare(database)
            fill(database, sites=SITES, windows=rows)
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", KEY]
        key = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
        with served() as port:
            read(port, key, f"?line={NO_LINE}")  # the process has what it needs now
            for query, is_zipped in (
                (TENTH, False),
                (TENTH, True),
                (f"{TENTH}&format=csv", False),
                ("", False),
            ):
                yield line(read(port, key, query, is_zipped=is_zipped))
            yield f"Left in the middle: its transaction ended after {seconds_open(port, key, url):.1f} s"


def line(found: Read) -> str:
    return (
        f"{found.kind:<14}{found.rows:>11,}{found.rows / found.seconds:>9,.0f}{found.megabytes:>8.0f}"
        f"{found.first_ms:>10.0f}{found.seconds:>9.1f}{found.grown:>10.1f}"
    )


def main(words: list[str]) -> None:
    django.setup()
    os.chdir(Path(__file__).resolve().parents[2])
    for each in lines(int(words[0]) if words else ROWS):
        sys.stdout.write(f"{each}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
