"""Commands that run together and end together: with real processes."""

import os
import queue
import signal
import subprocess
import sys
import time

import psutil
import pytest

from cdmo_portal.local.folders import PROJECT
from cdmo_portal.local.processes import Child, ChildDied, together
from cdmo_portal.local.server_processes import is_alive

SECONDS = 20

# Prints its own pid and that of a grandchild, then sleeps; the grandchild ignores a polite request.
PARENT = """
import os, subprocess, sys, time
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
child.stdout.readline()
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""

RUNNER = """
import sys, time, os
from cdmo_portal.local.processes import Child, together
with together(lambda line: print(line, flush=True)) as family:
    family.begin(Child("parent", (sys.executable, "-c", sys.argv[1]), os.environ))
    time.sleep(600)
"""


def python(name: str, script: str) -> Child:
    return Child(name, (sys.executable, "-c", script), os.environ)


def printed_pids(line: str) -> list[psutil.Process]:
    return [psutil.Process(int(word)) for word in line.partition("|")[2].split()]


def all_gone(processes: list[psutil.Process]) -> bool:
    deadline = time.monotonic() + SECONDS
    while any(is_alive(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(is_alive(process) for process in processes)


def test_together_when_a_command_prints_then_its_lines_carry_its_name() -> None:
    lines: queue.Queue[str] = queue.Queue()

    with together(lines.put) as family:
        family.begin(python("web", "import time; print('hello', flush=True); time.sleep(600)"))
        line = lines.get(timeout=SECONDS)

    assert line == "web    | hello"


def test_together_when_a_command_ends_then_it_is_named_and_the_others_are_stopped() -> None:
    lines: queue.Queue[str] = queue.Queue()

    with together(lines.put) as family:
        family.begin(python("web", PARENT))
        others = printed_pids(lines.get(timeout=SECONDS))
        family.begin(python("worker", "raise SystemExit(3)"))
        with pytest.raises(ChildDied, match="worker ended by itself with code 3"):
            family.wait(SECONDS)

    assert len(others) == 2
    assert all_gone(others)


def test_together_when_a_command_is_killed_then_its_code_names_the_signal_and_its_children_are_gone() -> None:
    lines: queue.Queue[str] = queue.Queue()

    with together(lines.put) as family:
        family.begin(python("beat", PARENT))
        processes = printed_pids(lines.get(timeout=SECONDS))
        processes[0].kill()
        with pytest.raises(ChildDied) as died:
            family.wait(SECONDS)

        assert died.value.code == 128 + signal.SIGKILL
        assert all_gone(processes)


def test_wait_when_nothing_ends_in_time_then_returns() -> None:
    with together(lambda _line: None) as family:
        family.begin(python("web", "import time; time.sleep(600)"))

        family.wait(seconds=0.01)


def test_commands_when_their_runner_is_killed_then_none_is_left() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER, PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as runner:
        assert runner.stdout is not None
        processes = printed_pids(runner.stdout.readline())

        runner.kill()

    assert len(processes) == 2
    assert all_gone(processes)
