"""`manage.py bench`: how fast pages answer on a full directory, on this machine."""

import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from cdmo_portal.benchmarks.api import api_cases
from cdmo_portal.benchmarks.cases import Case, cases
from cdmo_portal.benchmarks.crowd import READS_SECONDS, Answers, play, work_day
from cdmo_portal.benchmarks.databases import renamed, temporary_database
from cdmo_portal.benchmarks.measuring import Times, measure
from cdmo_portal.benchmarks.registers import register_file
from cdmo_portal.benchmarks.visitor import Visitor
from cdmo_portal.local import LocalServerError, ensure_environment
from cdmo_portal.local.demo_environment import demo_environment
from cdmo_portal.local.processes import ChildDied, together
from cdmo_portal.management.commands.demo import MANAGE, THREADS, wait_until_ready, web
from partners.models import Site
from partners.sample.people import SAMPLE_PASSWORD

SPONSOR = "anna@quillhaven.example"
CLIENTS = 10
SECONDS_ALONE, SECONDS_TOGETHER = 2.0, 3.0
CROWD_SECONDS = 40.0
PAGES, API, CROWD = "pages", "api", "crowd"
CROWD_COLUMNS = f"{'':<26}{'median':>10}{'p95':>10}{'pages':>10}{'largest KB':>12}"
ALONE = {
    "scoring": "Matching alone, one process",
    "index": "Columns of many lines, in a database of their own",
    "feeds": "Feeds due at once, in a database of their own",
    "bulk": "Many rows in one call, in a database of their own",
    "exports": "Exports through one web process, in a database of their own",
    "kernel": "Scoring columns, on one core, beside others",
    "robustness": "Robustness (SMAA), on one core, beside simpler ways",
    "reading": "Reading briefs, one process",
}
"""Modules of `cdmo_portal.benchmarks` that run as a process of their own, after the pages."""
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
NEEDS_NO_DIRECTORY = frozenset({"feeds", "bulk", "exports", "kernel", "robustness", "index", "reading"})
COLUMNS = f"{'':<26}{'one client':>20}{f'{CLIENTS} at once':>30}\n{'':<26}{'median':>10}{'p95':>10}" + (
    f"{'median':>10}{'p95':>10}{'per s':>10}"
)


class Command(BaseCommand):
    help = (
        "Fill a database of its own with a register and the sample world, start a web server on it, and time "
        "what a sponsor does most. Leaves nothing behind. Slowness is told, never an error."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--register", type=Path, metavar="FILE", help="as import_fda_registrations reads")
        parser.add_argument("--only", choices=(PAGES, API, CROWD, *ALONE), help="one part instead of all")

    def handle(self, *args: Any, register: Path | None, only: str | None, **options: Any) -> None:
        try:
            ensure_environment("test")
        except LocalServerError as error:
            raise CommandError(str(error)) from error
        database_url = os.environ["DATABASE_URL"]
        owner_url = os.environ.get("OWNER_DATABASE_URL") or database_url
        name = f"cdmo_bench_{os.getpid()}"
        with tempfile.TemporaryDirectory() as folder, temporary_database(owner_url, name):
            urls = {
                "DATABASE_URL": renamed(database_url, name),
                "OWNER_DATABASE_URL": renamed(owner_url, name),
            }
            self.run(
                Path(folder),
                {**os.environ, **urls},
                register,
                (only,) if only else (PAGES, API, CROWD, *ALONE),
            )

    def run(
        self, folder: Path, variables: dict[str, str], register: Path | None, parts: tuple[str, ...]
    ) -> None:
        port = free_port()
        environment = demo_environment(variables, port=port, folder=folder) | settled(port)
        if not NEEDS_NO_DIRECTORY.issuperset(parts):
            self.fill(environment, register or register_file(folder))
            self.stdout.write(f"\n{measured_against(environment['DATABASE_URL'])}\n")
        refused = self.serve(environment, port, self.ask) if PAGES in parts else 0
        if API in parts:
            key = self.told(environment, "api", SPONSOR)
            refused += self.serve(environment, port, lambda at: self.ask_by_key(at, key))
        if CROWD in parts:
            sessions = self.sponsors(environment)
            two = environment | {"WEB_WORKERS": "2"}
            refused += self.serve(two, port, lambda at: self.crowd(at, sessions))
        for name in [name for name in ALONE if name in parts]:
            self.alone(name, environment)
        if refused:
            raise CommandError("Answers were errors: the times above mean nothing.")

    def serve(self, environment: dict[str, str], port: int, ask: Callable[[int], int]) -> int:
        """Start the web server and ask it; the number of answers that were errors."""
        try:
            with together(self.stderr.write) as family:
                family.begin(web(environment, port))
                wait_until_ready(family, port)
                return ask(port)
        except ChildDied as error:
            raise CommandError(f"{error}: nothing was left running.") from error

    def alone(self, name: str, environment: dict[str, str]) -> None:
        self.stdout.write(f"\n{ALONE[name]}")
        self.stdout.flush()
        command = [sys.executable, "-m", f"cdmo_portal.benchmarks.{name}"]
        if subprocess.run(command, env=environment | ONE_CORE, check=False).returncode != 0:  # noqa: S603 - our own
            raise CommandError(f"`{name}` failed; nothing was left behind.")

    def fill(self, environment: dict[str, str], register: Path) -> None:
        as_owner = {**environment, "DATABASE_URL": environment["OWNER_DATABASE_URL"]}
        self.step(as_owner, "migrate", "--no-input", "--verbosity", "0")
        self.step(environment, "load_sample_data")
        self.step(environment, "import_fda_registrations", str(register))
        self.step(environment, "rebuild_search")

    def step(self, environment: dict[str, str], *command: str) -> None:
        self.stdout.write(f"{command[0]} …")
        self.stdout.flush()
        done = subprocess.run([*MANAGE, *command], env=environment, check=False)  # noqa: S603 - our own command
        if done.returncode != 0:
            raise CommandError(f"`manage.py {command[0]}` failed; nothing was left behind.")

    def sponsors(self, environment: dict[str, str]) -> list[str]:
        """Fifty people with 200 briefs; their sessions."""
        self.stdout.write("\nbriefs and people …")
        self.stdout.flush()
        keys: list[str] = json.loads(self.told(environment, "sponsors"))
        return keys

    def told(self, environment: dict[str, str], module: str, *words: str) -> str:
        """What a module of the benchmarks prints that runs as a process of its own."""
        command = [sys.executable, "-m", f"cdmo_portal.benchmarks.{module}", *words]
        done = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        if done.returncode != 0:
            raise CommandError(f"`{module}` failed; nothing was left behind.")
        return done.stdout

    def crowd(self, port: int, sessions: list[str]) -> int:
        visitor = Visitor(port, {"sessionid": sessions[0]})
        pages = work_day(visitor)
        play(port, sessions[:4], pages, seconds=4, reads=0)  # every process has its facts and templates now
        refused = 0
        for reads in (READS_SECONDS, 0.0):
            pause = f"reading {reads:g} s between pages" if reads else "without pause"
            answers = play(port, sessions, pages, seconds=CROWD_SECONDS, reads=reads)
            self.stdout.write(f"\n{len(sessions)} sponsors at once, {pause}; two web processes; milliseconds")
            self.stdout.write(CROWD_COLUMNS)
            for page in pages:
                self.stdout.write(crowd_line(page.title, answers, page.title))
            self.stdout.write(crowd_line("All", answers))
            refused += answers.refused
        return refused

    def ask(self, port: int) -> int:
        """The pages, as somebody who signed in by the form."""
        visitor = Visitor(port)
        visitor.sign_in(SPONSOR, SAMPLE_PASSWORD)
        return self.table("Milliseconds", visitor, cases(visitor))

    def ask_by_key(self, port: int, key: str) -> int:
        caller = Visitor(port, key=key)
        return self.table("\nThe API, by key; milliseconds", caller, api_cases(caller))

    def table(self, title: str, visitor: Visitor, asked: Iterable[Case]) -> int:
        """Print a line per case; the number of answers that were errors."""
        self.stdout.write(f"{title}\n{COLUMNS}")
        refused = 0
        for case in asked:
            alone = measure(visitor, case.ask, clients=1, seconds=SECONDS_ALONE)
            crowd = measure(visitor, case.ask, clients=CLIENTS, seconds=SECONDS_TOGETHER)
            self.stdout.write(line(case.title, alone, crowd))
            refused += alone.refused + crowd.refused
        return refused


def crowd_line(title: str, answers: Answers, kind: str = "") -> str:
    times = answers.times(kind)
    largest = answers.largest[kind] if kind else max(answers.largest.values())
    count = len(times.milliseconds)
    return f"{title:<26}{times.median:>10.0f}{times.p95:>10.0f}{count:>10}{largest / 1024:>12.0f}"


def settled(port: int) -> dict[str, str]:
    """What must be so, whatever the person's own environment says."""
    here = f"http://127.0.0.1:{port}"
    return {
        "CDMO_DEMO": "1",
        "PUBLIC_URL": here,
        "CSRF_TRUSTED_ORIGINS": here,
        "ALLOWED_HOSTS": "127.0.0.1",
        "MATCHING_KEEPS_FACTS": "1",
        # One program that asks without pause.
        "API_RATE_KEY": "100000/s",
        "API_RATE_ORGANISATION": "100000/s",
    }


def line(title: str, alone: Times, crowd: Times) -> str:
    times = f"{alone.median:>10.0f}{alone.p95:>10.0f}{crowd.median:>10.0f}{crowd.p95:>10.0f}"
    refused = alone.refused + crowd.refused
    return f"{title:<26}{times}{crowd.per_second:>10.1f}" + (f"   {refused} errors" if refused else "")


def measured_against(database_url: str) -> str:
    """The machine, the server and how much there is to search."""
    with psycopg.connect(database_url) as connection:
        table = psycopg.sql.Identifier(Site._meta.db_table)
        query = psycopg.sql.SQL("SELECT count(*), count(*) FILTER (WHERE is_profiled) FROM {}").format(table)
        all_sites, profiled = connection.execute(query).fetchone() or (0, 0)
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    return (
        f"{machine}; one web process with {THREADS} threads, its clients on the same machine; "
        f"{all_sites:,} sites, {profiled:,} of them with a profile."
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
