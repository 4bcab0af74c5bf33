"""What the demo checks before it starts anything, and what its processes are told."""

import json
import socket
from pathlib import Path

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db.migrations.loader import MigrationLoader

from cdmo_portal.local import Servers
from cdmo_portal.local.demo_environment import demo_environment
from cdmo_portal.management.commands.demo import is_migrated, parsed_port, refuse_taken

pytestmark = pytest.mark.enable_socket


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "80x", "８０", "1e3", " 80"])
def test_parsed_port_when_it_is_no_port_then_names_the_variable(text: str) -> None:
    with pytest.raises(CommandError, match="PORT has to be a number from 1 to 65535"):
        parsed_port(text)


def test_refuse_taken_when_another_program_listens_then_names_the_port_and_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=rf"Port {port} is taken.*PORT="):
            refuse_taken(port)


def test_refuse_taken_when_the_port_is_free_then_says_nothing() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    refuse_taken(port)


def test_demo_environment_when_the_person_set_something_then_it_stays(tmp_path: Path) -> None:
    environment = demo_environment({"LOG_LEVEL": "DEBUG", "HOME": "/home/me"}, port=8123, folder=tmp_path)

    assert environment["LOG_LEVEL"] == "DEBUG"
    assert environment["HOME"] == "/home/me"
    assert environment["PUBLIC_URL"] == "http://127.0.0.1:8123"
    assert environment["OUTGOING_ALLOW_LIST"] == "127.0.0.1:8123"


def test_demo_environment_when_asked_twice_then_keys_stay_and_are_closed_to_others(tmp_path: Path) -> None:
    first = demo_environment({}, port=8000, folder=tmp_path)
    second = demo_environment({}, port=8000, folder=tmp_path)
    kept = tmp_path / "secrets.json"

    assert first == second
    assert json.loads(kept.read_text())["SECRET_KEY"] == first["SECRET_KEY"]
    assert kept.stat().st_mode & 0o077 == 0
    assert demo_environment({}, port=8000, folder=tmp_path.parent)["SECRET_KEY"] != first["SECRET_KEY"]


def test_is_migrated_when_one_migration_is_missing_then_not(servers: Servers) -> None:
    url = servers.owner_database_url
    on_disk = sorted(MigrationLoader(None).disk_migrations)
    answers = [is_migrated(url)]
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE django_migrations (app text, name text)")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO django_migrations VALUES (%s, %s)", on_disk[:-1])

    answers.append(is_migrated(url))
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO django_migrations VALUES (%s, %s)", on_disk[-1])
    answers.append(is_migrated(url))

    assert answers == [False, False, True]
