"""Both servers of one purpose together, and who may stop them."""

import atexit
import fcntl
import os
import shutil
from dataclasses import dataclass
from typing import IO, Literal, Self
from urllib.parse import quote, unquote, urlsplit

from cdmo_portal.local.folders import Folders, Purpose, folders_for
from cdmo_portal.local.postgres import PORT, Cluster
from cdmo_portal.local.roles import APPLICATION, DATABASE, OWNER
from cdmo_portal.local.valkey import Broker

Part = Literal["postgres", "valkey"]
BOTH: frozenset[Part] = frozenset({"postgres", "valkey"})

# The open handle is the lock: the system lets go of it when this process ends, however it ends.
_holds: dict[Purpose, IO[str]] = {}


@dataclass(frozen=True, slots=True)
class Database:
    """Where a database is and as whom to enter it; `host` is a folder for a socket."""

    host: str
    port: int
    name: str
    user: str

    @property
    def url(self) -> str:
        return f"postgresql://{self.user}@/{self.name}?host={quote(self.host)}&port={self.port}"

    @classmethod
    def from_url(cls, url: str) -> Self:
        parts = urlsplit(url)
        query = dict(pair.partition("=")[::2] for pair in parts.query.split("&"))
        return cls(
            host=unquote(query.get("host", "")) or parts.hostname or "",
            port=int(query.get("port") or parts.port or PORT),
            name=unquote(parts.path.lstrip("/")),
            user=unquote(parts.username or ""),
        )


@dataclass(frozen=True, slots=True)
class Servers:
    """How to reach the servers: the application's role for all work, the owner's for migrations."""

    database_url: str
    owner_database_url: str
    redis_url: str
    started_by_us: bool

    @property
    def database(self) -> Database:
        return Database.from_url(self.database_url)

    @property
    def owner_database(self) -> Database:
        return Database.from_url(self.owner_database_url)


def start(purpose: Purpose) -> Servers:
    """Start the servers, or attach to them, and leave them running until `stop`."""
    folders = prepared(purpose)
    with folders.locked():
        servers = _running(folders, BOTH)
        (folders.root / "kept").touch()
    return servers


def hold(purpose: Purpose, parts: frozenset[Part] = BOTH) -> Servers:
    """Start the servers, or attach to them, for as long as this process lives or until `release`.

    The last process that lets go stops them, unless somebody called `start`.
    """
    folders = prepared(purpose)
    with folders.locked():
        servers = _running(folders, parts)
        if purpose not in _holds:
            _holds[purpose] = (folders.root / "users").open("a")
            fcntl.flock(_holds[purpose], fcntl.LOCK_SH)
    return servers


def release(purpose: Purpose) -> None:
    """Let go of the servers; the last to let go stops them. Does nothing when they are not held."""
    handle = _holds.pop(purpose, None)
    if handle is None:
        return
    folders = folders_for(purpose)
    with handle, folders.locked():
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if not (folders.root / "kept").exists():
            _stop(folders)


def attach(purpose: Purpose) -> Servers | None:
    """The running servers, or None when one of them does not run or does not answer."""
    folders = folders_for(purpose)
    cluster, broker = Cluster(folders), Broker(folders)
    if not (cluster.postmaster() and cluster.accepts_connections() and broker.accepts_connections()):
        return None
    return _addresses(folders, BOTH, started=False)


def stop(purpose: Purpose) -> None:
    """Stop both servers whoever uses them; nothing happens when they do not run."""
    folders = folders_for(purpose)
    if not folders.root.is_dir():
        return
    with folders.locked():
        _stop(folders)


def remove(purpose: Purpose) -> None:
    """Stop both servers and delete their data."""
    stop(purpose)
    root = folders_for(purpose).root
    if root.is_dir():
        shutil.rmtree(root)


def ensure_environment(purpose: Purpose) -> Servers:
    """Set DATABASE_URL, OWNER_DATABASE_URL and REDIS_URL where they are absent.

    A variable that is set stays, and its server is not started. Servers are held until this process ends.
    """
    wanted: dict[Part, str] = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
    parts = frozenset(part for part, variable in wanted.items() if not os.environ.get(variable))
    started = False
    if parts:
        servers = hold(purpose, parts)
        started = servers.started_by_us
        atexit.register(_release_at_exit, purpose, os.getpid())
        _set_environment(servers, parts)
    database_url = os.environ["DATABASE_URL"]
    owner_url = os.environ.get("OWNER_DATABASE_URL") or database_url
    return Servers(database_url, owner_url, os.environ["REDIS_URL"], started)


def prepared(purpose: Purpose) -> Folders:
    folders = folders_for(purpose)
    folders.prepare()
    return folders


def _running(folders: Folders, parts: frozenset[Part]) -> Servers:
    started = [
        "postgres" in parts and Cluster(folders).start(),
        "valkey" in parts and Broker(folders).start(),
    ]
    if any(started):
        (folders.root / "kept").unlink(missing_ok=True)
    return _addresses(folders, parts, started=any(started))


def _addresses(folders: Folders, parts: frozenset[Part], *, started: bool) -> Servers:
    application = Database(str(folders.socket), PORT, DATABASE, APPLICATION)
    owner = Database(str(folders.socket), PORT, DATABASE, OWNER)
    redis_url = Broker(folders).url if "valkey" in parts else ""
    return Servers(application.url, owner.url, redis_url, started)


def _stop(folders: Folders) -> None:
    Cluster(folders).stop()
    Broker(folders).stop()
    (folders.root / "kept").unlink(missing_ok=True)
    if folders.socket.is_dir():
        folders.socket.rmdir()


def _set_environment(servers: Servers, parts: frozenset[Part]) -> None:
    if "postgres" in parts:
        os.environ["DATABASE_URL"] = servers.database_url
        os.environ["OWNER_DATABASE_URL"] = servers.owner_database_url
    if "valkey" in parts:
        os.environ["REDIS_URL"] = servers.redis_url


def _release_at_exit(purpose: Purpose, pid: int) -> None:
    # A forked child inherits this registration, and must not stop the servers of its parent.
    if os.getpid() == pid:
        release(purpose)
