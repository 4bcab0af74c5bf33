"""Starting, attaching to, sharing, stopping and recovering the embedded servers: with the real ones."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from cdmo_portal.local import Servers, attach, ensure_environment, hold, release, start, stop
from cdmo_portal.local.errors import DataUnusable, FolderUnusable
from cdmo_portal.local.folders import PROJECT, Folders
from cdmo_portal.local.postgres import Cluster
from cdmo_portal.local.valkey import ONCE, Broker
from tests.local.conftest import kill_and_wait, server_pids

pytestmark = pytest.mark.enable_socket

HOLD_UNTIL_CLOSED = """
import sys
from cdmo_portal.local import hold
hold('demo')
print('held', flush=True)
sys.stdin.read()
"""


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def client(servers: Servers) -> "redis.Redis":
    return redis.Redis.from_url(servers.redis_url)


def postmaster_pid(folders: Folders) -> int:
    process = Cluster(folders).postmaster()
    assert process is not None
    return int(process.pid)


def test_start_when_nothing_runs_then_both_servers_answer(servers: Servers) -> None:
    version = query(servers.database_url, "SHOW server_version_num")

    assert str(version[0][0]).startswith("18")
    assert servers.started_by_us
    assert client(servers).ping()


def test_application_role_when_connected_then_is_neither_superuser_nor_exempt_from_row_security(
    untouched: Servers,
) -> None:
    rows = query(
        untouched.database_url,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user",
    )

    assert rows == [("cdmo_app", False, False, False)]


def test_database_of_the_owner_when_made_anew_then_the_application_may_use_its_tables_but_not_make_any(
    untouched: Servers,
) -> None:
    query(untouched.owner_database_url, "CREATE DATABASE test_cdmo")
    owner_url = untouched.owner_database_url.replace("/cdmo?", "/test_cdmo?")
    application_url = untouched.database_url.replace("/cdmo?", "/test_cdmo?")
    for extension in ("btree_gist", "pg_trgm", "unaccent"):
        query(owner_url, f"CREATE EXTENSION {extension}")

    query(owner_url, "CREATE TABLE thing (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
    query(application_url, "INSERT INTO thing (name) VALUES ('ours')")

    assert query(application_url, "SELECT name FROM thing") == [("ours",)]
    for refused in ("CREATE TABLE other (id bigint)", "TRUNCATE thing", "DROP TABLE thing"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            query(application_url, refused)


def test_servers_when_looked_at_from_outside_then_postgres_has_no_port_and_folders_are_closed(
    untouched: Servers, untouched_folders: Folders
) -> None:
    closed = (untouched_folders.socket, untouched_folders.postgres, untouched_folders.valkey)
    listening = psutil.Process(postmaster_pid(untouched_folders)).net_connections("inet")

    modes = {folder: folder.stat().st_mode & 0o077 for folder in closed}

    assert listening == []
    assert set(modes.values()) == {0}
    assert len(str(untouched_folders.socket)) < 60


def take(other: socket.socket, port: int) -> None:
    """As soon as it is free: a connection of somebody else may be going out from it for a moment."""
    for wait in (0.1,) * 200:
        with contextlib.suppress(OSError):
            other.bind(("127.0.0.1", port))
            return
        time.sleep(wait)
    other.bind(("127.0.0.1", port))


@pytest.mark.parametrize("is_taken", [False, True])
def test_start_when_valkey_was_killed_then_it_is_where_it_was_unless_somebody_took_the_port(
    folders: Folders, servers: Servers, is_taken: bool
) -> None:
    broker = Broker(folders)
    address = client(servers).connection_pool.connection_kwargs
    kill_and_wait([process.pid for process in broker.processes()])

    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_taken:
            take(other, address["port"])
            other.listen()
        assert broker.start()

    assert (broker.url == servers.redis_url) is not is_taken
    assert redis.Redis.from_url(broker.url).ping()


def test_valkey_when_asked_then_it_persists_never_evicts_and_wants_its_password(untouched: Servers) -> None:
    answer = client(untouched).config_get("appendonly", "maxmemory-policy")
    stranger = redis.Redis(port=client(untouched).connection_pool.connection_kwargs["port"], retry=ONCE)

    assert answer == {"appendonly": "yes", "maxmemory-policy": "noeviction"}
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_start_when_servers_run_then_attaches_to_them(servers: Servers, folders: Folders) -> None:
    before = postmaster_pid(folders)

    again = start("demo")

    assert not again.started_by_us
    assert postmaster_pid(folders) == before
    assert attach("demo") == again


def test_stop_when_servers_run_then_nothing_is_left_and_attach_finds_none(
    servers: Servers, folders: Folders
) -> None:
    stop("demo")

    assert server_pids(folders) == []
    assert attach("demo") is None
    assert not folders.socket.exists()


def test_start_when_all_was_killed_then_recovers_what_was_committed(
    servers: Servers, folders: Folders
) -> None:
    query(servers.owner_database_url, "CREATE TABLE kept AS SELECT 7 AS number")
    client(servers).set("kept", "7")
    kill_and_wait(server_pids(folders))

    recovered = start("demo")

    assert query(recovered.database_url, "SELECT number FROM kept") == [(7,)]
    assert client(recovered).get("kept") == b"7"


def test_start_when_a_frozen_child_outlived_its_server_then_the_child_is_ended(
    servers: Servers, folders: Folders
) -> None:
    with psycopg.connect(servers.database_url) as connection:
        orphan = connection.info.backend_pid
        os.kill(orphan, signal.SIGSTOP)
        kill_and_wait([postmaster_pid(folders)])
        assert psutil.pid_exists(orphan)

        recovered = start("demo")

        assert orphan not in server_pids(folders)
        assert query(recovered.database_url, "SELECT 1") == [(1,)]
        connection.close()


def test_start_when_the_recorded_pid_now_belongs_to_another_process_then_it_is_not_taken_for_the_server(
    servers: Servers, folders: Folders
) -> None:
    stop("demo")
    folders.prepare()
    stale = f"{os.getpid()}\n{folders.postgres / 'data'}\n0\n5432\n{folders.socket}\n\n\nready\n"
    (folders.postgres / "data" / "postmaster.pid").write_text(stale)
    (folders.socket / ".s.PGSQL.5432.lock").write_text(stale)

    running_before = Cluster(folders).postmaster()
    started = start("demo")

    assert running_before is None
    assert started.started_by_us
    assert postmaster_pid(folders) != os.getpid()


def test_start_when_data_were_deleted_under_the_server_then_a_new_one_takes_its_place(
    servers: Servers, folders: Folders
) -> None:
    old = postmaster_pid(folders)
    shutil.rmtree(folders.postgres / "data")

    started = start("demo")

    assert old not in server_pids(folders)
    assert query(started.database_url, "SELECT 1") == [(1,)]


def test_start_when_two_processes_do_it_at_once_then_both_get_the_same_servers(folders: Folders) -> None:
    command = [sys.executable, "-m", "cdmo_portal.local", "start", "demo"]

    both = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=60)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert answers[0] == answers[1]
    assert "DATABASE_URL=" in answers[0]


def test_release_when_another_process_holds_then_servers_stay_until_it_lets_go(folders: Folders) -> None:
    hold("demo")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_UNTIL_CLOSED], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"

        release("demo")

        assert attach("demo") is not None
    hold("demo")
    release("demo")
    assert server_pids(folders) == []


def test_release_when_somebody_called_start_then_servers_stay(servers: Servers) -> None:
    hold("demo")

    release("demo")

    assert attach("demo") is not None


def test_ensure_environment_when_a_variable_is_set_then_it_stays_and_its_server_is_not_started(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@db.internal:6432/theirs")
    monkeypatch.delenv("OWNER_DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "")

    found = ensure_environment("demo")

    assert found.database.host == "db.internal"
    assert (found.database.port, found.database.name, found.database.user) == (6432, "theirs", "someone")
    assert found.owner_database_url == found.database_url
    assert os.environ["REDIS_URL"] == found.redis_url
    assert client(found).ping()
    assert Cluster(folders).postmaster() is None
    release("demo")


def test_start_when_data_come_from_another_version_then_says_so(servers: Servers, folders: Folders) -> None:
    stop("demo")
    (folders.postgres / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(DataUnusable, match=r"made by PostgreSQL 9, this is 18"):
        start("demo")


def test_start_when_the_folder_is_a_file_then_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("not a folder")
    monkeypatch.setenv("CDMO_LOCAL_DIR", str(tmp_path / "taken"))

    with pytest.raises(FolderUnusable, match="taken"):
        start("demo")


def test_command_run_when_the_command_fails_then_answers_with_its_code_and_stops_the_servers(
    folders: Folders,
) -> None:
    script = "import os, sys; sys.exit(7 if 'cdmo_app' in os.environ['DATABASE_URL'] else 1)"
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}

    done = subprocess.run(
        [sys.executable, "-m", "cdmo_portal.local", "run", "demo", "--", sys.executable, "-c", script],
        cwd=PROJECT,
        env=environment,
        check=False,
    )

    assert done.returncode == 7
    assert server_pids(folders) == []
