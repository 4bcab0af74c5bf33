"""One Valkey server in a folder of ours: an append-only file, never evicting, on loopback with a password."""

import json
import secrets
import signal
import socket
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cdmo_portal.local.binaries import run, valkey_program
from cdmo_portal.local.errors import RecoveryTookTooLong, StartFailed
from cdmo_portal.local.folders import Folders
from cdmo_portal.local.server_processes import end, processes_in

RECOVERY_SECONDS = 60
ATTEMPTS = 3
# The client's own retries would take seconds where we ask again in a moment.
ONCE = Retry(NoBackoff(), 0)


@dataclass(frozen=True, slots=True)
class Broker:
    folders: Folders

    @property
    def log(self) -> Path:
        return self.folders.valkey / "server.log"

    @property
    def access(self) -> Path:
        """Port and password of the running server; readable by us alone."""
        return self.folders.valkey / "access.json"

    @property
    def url(self) -> str:
        access = json.loads(self.access.read_text())
        return f"redis://:{access['password']}@127.0.0.1:{access['port']}/0"

    def processes(self) -> list[psutil.Process]:
        return processes_in(self.folders.valkey, "valkey-server")

    def accepts_connections(self) -> bool:
        if not self.access.is_file():
            return False
        options: dict[str, Any] = {"socket_timeout": 2, "socket_connect_timeout": 2, "retry": ONCE}
        try:
            with closing(redis.Redis.from_url(self.url, **options)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def start(self) -> bool:
        """Make sure that the server runs; say whether we had to start it."""
        if self.processes() and self._became_ready():
            return False
        end(self.processes(), signal.SIGTERM)
        for attempt in range(ATTEMPTS):  # somebody may take the port before the server does
            self._launch(anew=attempt > 0)
            if self._became_ready():
                return True
        raise StartFailed(f"Valkey did not start: see {self.log}.")

    def stop(self) -> None:
        end(self.processes(), signal.SIGTERM)

    def _launch(self, *, anew: bool) -> None:
        """Where the last server was, if that is known, so that its clients find the new one."""
        access = None if anew else self._last_access()
        if access is None:
            access = {"port": free_port(), "password": secrets.token_urlsafe(24)}
            self.access.touch(mode=0o600)
            self.access.write_text(json.dumps(access))
        # By standard input: neither the list of processes nor a file shows the password to others.
        done = run(
            valkey_program(self.folders),
            "-",
            account=self.folders.account,
            folder=self.folders.valkey,
            given=self._configuration(access["port"], access["password"]),
        )
        if done.returncode != 0:
            raise StartFailed(f"Valkey did not start: {done.stderr.strip() or done.stdout.strip()}")

    def _last_access(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self.access.read_text())
        except (OSError, ValueError):  # never started, or killed while it wrote
            return None
        return found

    def _configuration(self, port: int, password: str) -> str:
        lines = (
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            "daemonize yes",
            f'dir "{self.folders.valkey}"',
            f'logfile "{self.log}"',
            "appendonly yes",
            "maxmemory-policy noeviction",
            'save ""',
        )
        return "\n".join(lines) + "\n"

    def _became_ready(self) -> bool:
        deadline = time.monotonic() + RECOVERY_SECONDS
        while not self.accepts_connections():
            if not self._alive():
                return False
            if time.monotonic() > deadline:
                raise RecoveryTookTooLong(
                    f"Valkey was not ready after {RECOVERY_SECONDS} seconds: see {self.log}, then try again."
                )
            time.sleep(0.02)
        return True

    def _alive(self) -> bool:
        """Whether the server runs; a daemon needs a moment until it works in its folder."""
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            if self.processes():
                return True
            time.sleep(0.02)
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
