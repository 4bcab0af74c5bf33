"""Several commands that run together: their output on one screen, one end for all.

Each runs under a guard (guard.py) in a session of its own, so that a Ctrl-C reaches us alone and we stop them
in order, and so that they end even when we are killed.
"""

import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
# The guard's own patience and a little more.
STOP_SECONDS = 8
NAME_WIDTH = 6


class ChildDied(Exception):
    """One of the commands ended although nobody asked it to."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} ended by itself with code {code}")
        self.name = name
        self.code = code


@dataclass(frozen=True, slots=True)
class Child:
    """A command and the name that its lines carry."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


class Family:
    """The running commands."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._ended: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        self._processes: list[subprocess.Popen[str]] = []

    def begin(self, child: Child) -> None:
        process = subprocess.Popen(  # noqa: S603 - the caller's own commands
            [sys.executable, "-I", str(GUARD), *child.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(child.environment),
            start_new_session=True,
            text=True,
            errors="replace",
        )
        self._processes.append(process)
        threading.Thread(target=self._follow, args=(child.name, process), daemon=True).start()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until a command ends, which raises ChildDied, or until the time is over."""
        try:
            name, code = self._ended.get(timeout=seconds)
        except queue.Empty:
            return
        raise ChildDied(name, code)

    def stop(self) -> None:
        """End all commands; return when they are gone."""
        for process in self._processes:
            if process.stdin:
                process.stdin.close()
        for process in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _follow(self, name: str, process: subprocess.Popen[str]) -> None:
        if process.stdout:
            with process.stdout as lines:
                for line in lines:
                    self._write(f"{name:<{NAME_WIDTH}} | {line.rstrip()}")
        self._ended.put((name, process.wait()))


@contextmanager
def together(write: Callable[[str], object]) -> Iterator[Family]:
    """A family that lasts as long as the block; its output goes to `write` line by line."""
    family = Family(write)
    try:
        yield family
    finally:
        family.stop()
