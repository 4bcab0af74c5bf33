"""One PostgreSQL cluster in a folder of ours: made, started, recovered after a crash, stopped."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from cdmo_portal.local import roles
from cdmo_portal.local.binaries import postgres_programs, run
from cdmo_portal.local.errors import DataUnusable, RecoveryTookTooLong, StartFailed
from cdmo_portal.local.folders import Folders
from cdmo_portal.local.server_processes import end, processes_in

RECOVERY_SECONDS = 60
PORT = 5432  # only names the socket file; the server listens on no network

DURABLE = ("fsync = on",)
# A test cluster may lose its last second in a power cut: its databases are made anew anyway.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@dataclass(frozen=True, slots=True)
class Cluster:
    folders: Folders

    @property
    def data(self) -> Path:
        return self.folders.postgres / "data"

    @property
    def log(self) -> Path:
        return self.folders.postgres / "server.log"

    def postmaster(self) -> psutil.Process | None:
        """The server's first process, if the file's process id really is our server."""
        pid = recorded_pid(self.data / "postmaster.pid")
        return next((found for found in processes_in(self.data, "postgres") if found.pid == pid), None)

    def accepts_connections(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the cluster's superuser, for setting up only."""
        return psycopg.connect(
            host=str(self.folders.socket),
            port=PORT,
            dbname=database,
            user="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def start(self) -> bool:
        """Make sure that the server runs and has our roles; say whether we had to start it."""
        self._make_data()
        started = self._ensure_running()
        roles.prepare(self.connect)
        return started

    def stop(self) -> None:
        if self.postmaster():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "20")
        self._end_orphans()

    def _ensure_running(self) -> bool:
        deadline = time.monotonic() + RECOVERY_SECONDS
        while self.postmaster():
            if self.accepts_connections():
                return False
            if time.monotonic() > deadline:
                raise RecoveryTookTooLong(self._too_long())
            time.sleep(0.1)
        self._launch()
        return True

    def _launch(self) -> None:
        self._end_orphans()
        self._write_configuration()
        where = ("-D", str(self.data), "-l", str(self.log))
        done = self._run("pg_ctl", "start", *where, "-w", "-t", str(RECOVERY_SECONDS))
        if done.returncode == 0:
            return
        if self.postmaster():
            raise RecoveryTookTooLong(self._too_long())
        raise StartFailed(
            f"PostgreSQL did not start: {last_line(self.log) or done.stderr.strip()} (see {self.log})"
        )

    def _end_orphans(self) -> None:
        """End what a killed server left: its children hold its memory, its lock files name pids of others."""
        end(processes_in(self.data, "postgres"), signal.SIGQUIT, patience=3)
        for leftover in (self.data / "postmaster.pid", *self.folders.socket.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)

    def _make_data(self) -> None:
        if not self.data.exists():
            self._end_orphans()
            self._initialise()
        version = self.data / "PG_VERSION"
        made_by = version.read_text().strip() if version.is_file() else "an unknown version"
        if made_by != (ours := self._major_version()):
            raise DataUnusable(
                f"{self.data} was made by PostgreSQL {made_by}, this is {ours}: `make clean` starts anew."
            )

    def _initialise(self) -> None:
        # Under another name until it is whole, so that a killed initdb leaves nothing that looks like data.
        half_made = self.folders.postgres / f"data.new-{os.getpid()}-{time.time_ns()}"
        options = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions", "--no-sync")
        locale = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        done = self._run("initdb", "-D", str(half_made), *options, *locale)
        if done.returncode != 0:
            raise StartFailed(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")
        with (half_made / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude 'cdmo.conf'\n")
        half_made.rename(self.data)

    def _write_configuration(self) -> None:
        lines = (
            "listen_addresses = ''",
            f"port = {PORT}",
            f"unix_socket_directories = '{self.folders.socket}'",
            "max_connections = 200",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "logging_collector = off",
            *(DURABLE if self.folders.purpose == "demo" else QUICK),
        )
        configuration = self.data / "cdmo.conf"
        configuration.write_text("\n".join(lines) + "\n")
        # Inside a 0700 folder; the servers' account has to read what root wrote, whatever root's umask is.
        configuration.chmod(0o644)

    def _major_version(self) -> str:
        done = self._run("postgres", "--version")
        return done.stdout.split()[-1].partition(".")[0] if done.returncode == 0 else "unknown"

    def _run(self, program: str, *options: str) -> subprocess.CompletedProcess[str]:
        path = postgres_programs(self.folders) / program
        return run(path, *options, account=self.folders.account, folder=self.folders.postgres)

    def _too_long(self) -> str:
        return f"PostgreSQL still recovers after {RECOVERY_SECONDS} seconds: see {self.log}, then try again."


def recorded_pid(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def last_line(log: Path) -> str:
    if not log.is_file():
        return ""
    return next(iter(log.read_text(errors="replace").strip().splitlines()[-1:]), "")
