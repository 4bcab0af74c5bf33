"""Which processes really are a server of ours.

A process id from a file proves nothing: ids are reused after a kill or a reboot. A process counts when its
program has the right name and it works in our data folder (both servers change into theirs). This also finds
the children that a killed server left behind.
"""

import signal
import time
from pathlib import Path

import psutil

PATIENCE_SECONDS = 10


def processes_in(folder: Path, program: str) -> list[psutil.Process]:
    return [process for process in psutil.process_iter(["name"]) if is_server(process, folder, program)]


def is_server(process: psutil.Process, folder: Path, program: str) -> bool:
    if process.info["name"] != program:
        return False
    try:
        return Path(process.cwd()) == folder.resolve()
    except (psutil.Error, OSError):  # it ended meanwhile, or belongs to somebody else
        return False


def end(processes: list[psutil.Process], gentle: signal.Signals, patience: float = PATIENCE_SECONDS) -> None:
    """Ask the processes to end, then make them; return when they are gone."""
    for number in (gentle, signal.SIGKILL):
        for process in processes:
            send(process, number)
        deadline = time.monotonic() + patience
        while (
            processes := [found for found in processes if is_alive(found)]
        ) and time.monotonic() < deadline:
            time.sleep(0.02)


def is_alive(process: psutil.Process) -> bool:
    """A zombie is not: a server's parent is process 1, which in a container may never collect it."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def send(process: psutil.Process, what: signal.Signals) -> None:
    try:
        process.send_signal(what)
    except psutil.NoSuchProcess:
        return
