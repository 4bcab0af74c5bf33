"""Servers of the tests' own, apart from those that the test database runs on."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cdmo_portal.local import Servers, start, stop
from cdmo_portal.local.folders import Folders, folders_for
from cdmo_portal.local.server_processes import end, processes_in


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> Iterator[Folders]:
    """The demo's folders in a new place, with no server yet; all is stopped and removed afterwards."""
    # Not pytest's own temporary folder: as root that one is closed to the account that the servers run as.
    place = Path(tempfile.mkdtemp(prefix="cdmo-tests-", dir="/var/tmp"))
    monkeypatch.setenv("CDMO_LOCAL_DIR", str(place))
    yield folders_for("demo")
    stop("demo")
    shutil.rmtree(place)


@pytest.fixture
def servers(folders: Folders) -> Servers:
    return start("demo")


def server_pids(folders: Folders) -> list[int]:
    found = processes_in(folders.postgres / "data", "postgres") + processes_in(
        folders.valkey, "valkey-server"
    )
    return [process.pid for process in found]


def kill_and_wait(pids: list[int]) -> None:
    """As the kernel or an impatient person does it: no chance to clean up."""
    end([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], signal.SIGKILL)
