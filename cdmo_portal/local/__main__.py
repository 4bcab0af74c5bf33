"""`python -m cdmo_portal.local start|stop|status|remove|run PURPOSE [COMMAND …]`."""

import argparse
import os
import signal
import subprocess
import sys

from cdmo_portal.local.errors import LocalServerError
from cdmo_portal.local.folders import PURPOSES, Purpose
from cdmo_portal.local.servers import attach, ensure_environment, remove, start, stop


def main() -> int:
    options = parser().parse_args()
    try:
        return act(options.action, options.purpose, options.command)
    except LocalServerError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="python -m cdmo_portal.local", description="PostgreSQL and Valkey, here."
    )
    result.add_argument("action", choices=["start", "stop", "status", "remove", "run"])
    result.add_argument("purpose", choices=PURPOSES)
    result.add_argument("command", nargs=argparse.REMAINDER, help="for run: the command and its arguments")
    return result


def act(action: str, purpose: Purpose, command: list[str]) -> int:
    match action:
        case "start":
            start(purpose)
            return status(purpose)
        case "stop":
            stop(purpose)
            return 0
        case "remove":
            remove(purpose)
            return 0
        case "run":
            ensure_environment(purpose)
            return run([word for word in command if word != "--"] if command[:1] == ["--"] else command)
        case _:
            return status(purpose)


def status(purpose: Purpose) -> int:
    servers = attach(purpose)
    if servers is None:
        print(f"The {purpose} servers do not run.")  # noqa: T201
        return 3
    for variable, url in (
        ("DATABASE_URL", servers.database_url),
        ("OWNER_DATABASE_URL", servers.owner_database_url),
        ("REDIS_URL", servers.redis_url),
    ):
        print(f"{variable}='{url}'")  # noqa: T201
    return 0


def run(command: list[str]) -> int:
    """Run the command with the servers' addresses in its environment; signals reach it before us."""
    child = subprocess.Popen(command, env=os.environ)  # noqa: S603 - the caller's own command
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _frame: child.send_signal(number))
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
