"""Servers of the tests' own, apart from those that the test database runs on."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from cdmo_portal.local import Servers, start, stop
from cdmo_portal.local.folders import Folders, folders_for
from cdmo_portal.local.server_processes import end, processes_in


@contextmanager
def own_folders() -> Iterator[Folders]:
    """The demo's folders in a new place, with no server yet; all is stopped and removed afterwards."""
    # Not pytest's own temporary folder: as root that one is closed to the account that the servers run as.
    place = Path(tempfile.mkdtemp(prefix="cdmo-tests-", dir="/var/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDMO_LOCAL_DIR", str(place))
        yield folders_for("demo")
        stop("demo")
    shutil.rmtree(place)


@pytest.fixture
def folders() -> Iterator[Folders]:
    with own_folders() as found:
        yield found


@pytest.fixture
def servers(folders: Folders) -> Servers:
    return start("demo")


@pytest.fixture(scope="module")
def untouched_folders() -> Iterator[Folders]:
    """For tests that only look; one set of servers serves them all."""
    with own_folders() as found:
        start("demo")
        yield found


@pytest.fixture
def untouched(untouched_folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Servers:
    monkeypatch.setenv("CDMO_LOCAL_DIR", str(untouched_folders.root.parent))
    return start("demo")


def server_pids(folders: Folders) -> list[int]:
    found = processes_in(folders.postgres / "data", "postgres") + processes_in(
        folders.valkey, "valkey-server"
    )
    return [process.pid for process in found]


def kill_and_wait(pids: list[int]) -> None:
    """As the kernel or an impatient person does it: no chance to clean up."""
    end([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], signal.SIGKILL)
