"""Runs one command and ends it, with all it started, when the process that asked for it is gone.

`python guard.py COMMAND …`, as a plain script. The caller keeps the other end of our standard input: when it
closes, because the caller closed it or was killed in any way, the command is asked to stop, then made to.
"""

import os
import signal
import subprocess
import sys
import threading

PATIENCE_SECONDS = 5
KILLED_BY_SIGNAL = 128


def main(command: list[str]) -> int:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603 - the caller's words
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop(child))
    threading.Thread(target=stop_when_alone, args=(child,), daemon=True).start()
    code = child.wait()
    kill_group(child)
    return code if code >= 0 else KILLED_BY_SIGNAL - code


def stop_when_alone(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1024):  # not sys.stdin: its lock, held here, aborts the interpreter's end
        pass
    stop(child)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ask the command itself, which asks its own children; later end the whole group."""
    if child.poll() is None:
        child.terminate()
        timer = threading.Timer(PATIENCE_SECONDS, kill_group, (child,))
        timer.daemon = True
        timer.start()


def kill_group(child: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nobody is left; macOS says the latter of a zombie
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
