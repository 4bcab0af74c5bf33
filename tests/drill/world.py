"""Servers, feeds and processes of a drill's own: nothing here touches the test database."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil
import psycopg

from cdmo_portal.local.demo_environment import demo_environment
from cdmo_portal.local.folders import PROJECT, Folders
from cdmo_portal.local.postgres import PORT, Cluster
from cdmo_portal.local.processes import GUARD
from cdmo_portal.local.roles import APPLICATION, DATABASE, OWNER
from cdmo_portal.local.servers import Database
from cdmo_portal.local.valkey import Broker
from tests.drill.checking import Connection, breaches, held, trace, unfinished
from tests.drill.feed_site import FeedSite

FEEDS = 12
PATIENCE_S = 240
RECOVERED_WITHIN_S = 60
MANAGE = (sys.executable, "manage.py")
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "cdmo_portal")
# Short, so that a killed worker's feeds come back within seconds; long enough for a busy machine.
TIMES = {
    "FEED_LEASE_SECONDS": "4",
    "FEED_DEADLINE_SECONDS": "1.9",
    "FEED_THREADS": "3",
    "PUMP_SECONDS": "1",
    "MATCHING_KEEPS_FACTS": "0",
}


@dataclass
class World:
    folders: Folders
    site: FeedSite
    feeds: dict[int, int] = field(default_factory=dict)
    """The number of each feed on the site, and its primary key."""
    mark: int = 0
    """The last refresh before the present test."""

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.folders)

    @property
    def broker(self) -> Broker:
        return Broker(self.folders)

    @property
    def environment(self) -> dict[str, str]:
        application = Database(str(self.folders.socket), PORT, DATABASE, APPLICATION)
        ours = {
            "DJANGO_SETTINGS_MODULE": "cdmo_portal.settings",
            "DATABASE_URL": application.url,
            "REDIS_URL": self.broker.url,
            "OUTGOING_ALLOW_LIST": self.site.place,
            **TIMES,
        }
        return demo_environment({**os.environ, **ours}, port=0, folder=self.folders.root)

    def start_servers(self) -> None:
        self.cluster.start()
        self.broker.start()

    def fill(self) -> None:
        owner = Database(str(self.folders.socket), PORT, DATABASE, OWNER)
        as_owner = {**self.environment, "DATABASE_URL": owner.url}
        run(as_owner, *MANAGE, "migrate", "--no-input", "--verbosity", "0")
        filled = run(
            self.environment, sys.executable, "-m", "tests.drill.filling", str(FEEDS), self.site.place
        )
        self.feeds = {int(number): pk for number, pk in json.loads(filled).items()}

    def connect(self) -> Connection:
        """Raises OperationalError while the database recovers from a kill."""
        return self.cluster.connect(DATABASE)

    def connect_once_recovered(self) -> Connection:
        ends = time.monotonic() + RECOVERED_WITHIN_S
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                return self.connect()
            if time.monotonic() > ends:
                return self.connect()
            time.sleep(0.1)

    def make_due(self, *, unless_read_since: object = None) -> None:
        """As `Retry now` does; what is being read stays as it is."""
        with self.connect() as connection:
            connection.execute(
                "UPDATE partners_feed SET next_due_at = now() WHERE lease_until IS NULL"
                " AND next_due_at > now() AND (last_succeeded_at > %s) IS NOT TRUE",
                [unless_read_since],
            )

    def kill_postgresql(self) -> None:
        if postmaster := self.cluster.postmaster():
            kill_all([postmaster])
        self.cluster.start()

    def send_mail_again(self) -> None:
        with self.connect_once_recovered() as connection:
            connection.execute("UPDATE events_delivery SET state = 'waiting', next_due_at = now()")

    def waiting_mails(self) -> list[str]:
        with self.connect_once_recovered() as connection:
            rows = connection.execute("SELECT id FROM events_delivery WHERE state <> 'sent'").fetchall()
        return [f"mail {pk} waits" for (pk,) in rows]

    def breaches(self) -> list[str]:
        with self.connect_once_recovered() as connection:
            return breaches(connection, self.mark)

    def trace(self) -> list[object]:
        with self.connect_once_recovered() as connection:
            return trace(connection)

    def held(self) -> list[str]:
        with self.connect_once_recovered() as connection:
            return held(connection)

    def begin_anew(self) -> None:
        """Both servers run, whatever the test before did to them, and what it left behind does not count."""
        self.start_servers()
        with self.connect_once_recovered() as connection:
            row = connection.execute("SELECT coalesce(max(id), 0) FROM partners_refresh").fetchone()
        self.mark = row[0] if row else 0

    def wait_until_all_is_read(self, *, tend: Callable[[], object] = lambda: None) -> None:
        """Everything is published for good and due once more; wait until all of it stands in the windows."""
        self.site.settle()
        with self.connect_once_recovered() as connection:
            (since,) = connection.execute("SELECT clock_timestamp()").fetchone() or (None,)

        def left() -> list[str]:
            tend()
            self.make_due(unless_read_since=since)  # also those that were being read when all was settled
            published = {pk: self.site.answered[number] for number, pk in self.feeds.items()}
            with self.connect_once_recovered() as connection:
                return unfinished(connection, published, since)

        wait_until_empty(left)
        self.site.settle(is_settled=False)

    @contextmanager
    def process(self, name: str, *command: str, **variables: str) -> Iterator["Guarded"]:
        log = self.folders.root / f"{name}.log"
        guarded = Guarded.begin(command, {**self.environment, **variables}, log)
        try:
            yield guarded
        finally:
            guarded.end()


@dataclass
class Guarded:
    """A command under the demo's guard: it ends with us, however we end."""

    guard: "subprocess.Popen[bytes]"
    log: Path

    @classmethod
    def begin(cls, command: tuple[str, ...], environment: Mapping[str, str], log: Path) -> Self:
        with log.open("ab") as output:
            guard = subprocess.Popen(
                [sys.executable, "-I", str(GUARD), *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
                env=dict(environment),
                start_new_session=True,
            )
        return cls(guard, log)

    @property
    def is_running(self) -> bool:
        return self.guard.poll() is None

    def main(self) -> psutil.Process | None:
        """The command itself, or None while it starts or after it ended."""
        try:
            return next(iter(psutil.Process(self.guard.pid).children()), None)
        except psutil.NoSuchProcess:
            return None

    def resume(self) -> None:
        if main := self.main():
            with contextlib.suppress(psutil.NoSuchProcess):
                main.resume()

    def end(self) -> None:
        self.resume()  # a stopped process cannot end
        if self.guard.stdin:
            self.guard.stdin.close()
        self.guard.wait(PATIENCE_S)


def run(environment: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        command, env=dict(environment), cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def kill_all(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
            process.wait(10)


def wait_until_empty(found: Callable[[], list[str]]) -> None:
    """However busy the machine is, this ends; what is left then is the failure."""
    deadline = time.monotonic() + PATIENCE_S
    left = ["nothing was looked at"]
    while time.monotonic() < deadline:
        try:
            left = found()
        except psycopg.OperationalError as error:
            left = [f"the database does not answer: {error}"]
        if not left:
            return
        time.sleep(0.25)
    raise AssertionError("\n".join(left))
