"""`manage.py demo`: the whole portal on one machine, until Ctrl-C."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.loader import MigrationLoader

from cdmo_portal.accounts.models import Organisation
from cdmo_portal.local import LocalServerError, ensure_environment, release
from cdmo_portal.local.demo_environment import DEFAULT_PORT, demo_environment
from cdmo_portal.local.folders import PROJECT, Folders, folders_for
from cdmo_portal.local.processes import Child, ChildDied, Family, together
from partners.models import Feed

LIVE_FEED = "/demo/capacity-feed.csv"
READY_SECONDS = 60
THREADS = "4"
MANAGE = (sys.executable, str(PROJECT / "manage.py"))


class Command(BaseCommand):
    help = "Start PostgreSQL, Valkey, web, worker and beat with sample data, and stop them all on Ctrl-C."
    # The database does not run yet: every step that needs it is a process of its own.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", default=os.environ.get("PORT") or str(DEFAULT_PORT), help="default: PORT, else 8000"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        port = parsed_port(options["port"])
        refuse_taken(port)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        try:
            self.run_until_interrupted(port)
        except KeyboardInterrupt:
            self.say("\nStopping …")
        except (LocalServerError, ChildDied) as error:
            raise CommandError(f"{error}. Everything else was stopped.") from error
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            release("demo")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()  # also into a pipe or a file, where the lines of the children come between

    def run_until_interrupted(self, port: int) -> None:
        folders = folders_for("demo")
        folders.prepare()
        self.say("Starting PostgreSQL and Valkey …")
        ensure_environment("demo")
        environment = demo_environment(os.environ, port=port, folder=folders.root)
        self.prepare_data(environment)
        with together(self.say) as family:
            # The pages first: on a small machine the others would only slow their start.
            family.begin(web(environment, port))
            wait_until_ready(family, port)
            for child in background(environment, folders):
                family.begin(child)
            self.show_summary(environment, port)
            family.wait()

    def prepare_data(self, environment: dict[str, str]) -> None:
        owner_url = environment.get("OWNER_DATABASE_URL") or environment["DATABASE_URL"]
        if not is_migrated(owner_url):
            as_owner = {**environment, "DATABASE_URL": owner_url}
            self.step(
                "Bringing the database up to date …", as_owner, "migrate", "--no-input", "--verbosity", "0"
            )
        if not has_data(environment["DATABASE_URL"]):
            self.step("Loading the sample data …", environment, "load_sample_data")
        point_live_feed(environment["DATABASE_URL"], environment["PUBLIC_URL"])

    def step(self, title: str, environment: dict[str, str], *command: str) -> None:
        self.say(title)
        if subprocess.call([*MANAGE, *command], env=environment) != 0:  # noqa: S603 - our own command
            raise CommandError(f"`manage.py {command[0]}` failed; nothing was left running.")

    def show_summary(self, environment: dict[str, str], port: int) -> None:
        self.say(self.style.SUCCESS(f"\nThe portal runs at http://127.0.0.1:{port}/ — Ctrl-C stops it.\n"))
        if subprocess.call([*MANAGE, "demo_summary"], env=environment) != 0:  # noqa: S603 - our own command
            self.say("The summary of the sample data could not be shown (see above); the portal runs.")


def parsed_port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise CommandError(f"PORT has to be a number from 1 to 65535, not {text!r}.")
    return int(text)


def refuse_taken(port: int) -> None:
    """Say so before anything is started."""
    with socket.socket() as probe:
        # Without this a port that we used a minute ago looks taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CommandError(
                f"Port {port} is not open to ordinary users: try `make demo PORT=8001`."
            ) from error
        except OSError as error:
            other = 8001 if port == DEFAULT_PORT else DEFAULT_PORT
            raise CommandError(
                f"Port {port} is taken by another program: stop it, or try `make demo PORT={other}`."
            ) from error


def is_migrated(database_url: str) -> bool:
    """Whether there is nothing to migrate; asking costs a fraction of what `migrate` does to find out."""
    with psycopg.connect(database_url) as connection:
        try:
            applied = connection.execute("SELECT app, name FROM django_migrations").fetchall()
        except psycopg.errors.UndefinedTable:
            return False
    return set(MigrationLoader(None).disk_migrations) <= set(applied)


def has_data(database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        table = psycopg.sql.Identifier(Organisation._meta.db_table)
        found = connection.execute(
            psycopg.sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(table)
        ).fetchone()
    return bool(found and found[0])


def point_live_feed(database_url: str, public_url: str) -> None:
    """The sample feed is served by the demo itself, so it moves when the demo's port does."""
    feeds, address = psycopg.sql.Identifier(Feed._meta.db_table), public_url + LIVE_FEED
    update = "UPDATE {} SET url = %s, host = %s, next_due_at = now() WHERE url LIKE %s AND url <> %s"
    with psycopg.connect(database_url) as connection:
        connection.execute(
            psycopg.sql.SQL(update).format(feeds), (address, hostname(address), f"%{LIVE_FEED}", address)
        )


def hostname(address: str) -> str:
    return urlsplit(address).hostname or ""


def web(environment: dict[str, str], port: int) -> Child:
    server = ("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port))
    tuning = (
        "--workers",
        environment.get("WEB_WORKERS", "1"),
        "--blocking-threads",
        THREADS,
        "--log-level",
        "error",
        "--workers-kill-timeout",
        "3",
    )
    pooled = {"DATABASE_POOL_SIZE": THREADS, **environment}
    return Child("web", (sys.executable, *server, *tuning, "cdmo_portal.wsgi:application"), pooled)


def background(environment: dict[str, str], folders: Folders) -> list[Child]:
    celery = (sys.executable, "-m", "celery", "--quiet", "-A", "cdmo_portal")
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    queues = ",".join(sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *routed}))
    schedule = str(folders.root / "beat-schedule")
    return [
        Child(
            "worker", (*celery, "worker", "--concurrency", "2", "-Q", queues, "-l", "warning"), environment
        ),
        Child("beat", (*celery, "beat", "-s", schedule, "--pidfile", "", "-l", "warning"), environment),
    ]


def wait_until_ready(family: Family, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not answers_ready(port):
        if time.monotonic() > deadline:
            raise CommandError(f"The web server was not ready after {READY_SECONDS} seconds (see above).")
        family.wait(seconds=0.2)


def answers_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
