"""Where the servers of one machine keep their data and sockets, and which account they run as.

Only folders made here are ever chmodded or chowned, never anything above them.
"""

import fcntl
import hashlib
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from cdmo_portal.local.errors import AccountMissing, FolderUnusable

Purpose = Literal["demo", "test"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

PROJECT = Path(__file__).resolve().parents[2]
SHARED_FOLDER = Path("/var/tmp")  # noqa: S108 - survives a reboot; what we make in it is private and checked


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that the servers run as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one purpose."""

    purpose: Purpose
    root: Path
    socket: Path
    account: Account | None

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    def prepare(self) -> None:
        """Make what is missing and refuse what is not ours."""
        traversable = 0o711 if self.account else 0o700
        private_folder(self.root.parent, traversable)
        private_folder(self.root, traversable)
        for folder in (self.postgres, self.valkey, self.socket):
            private_folder(folder, 0o700, self.account)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time may look at, start or stop the servers of this purpose."""
        with (self.root / "lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def folders_for(purpose: Purpose) -> Folders:
    root = base_folder() / purpose
    # A socket's path may have 107 bytes on Linux and 103 on macOS, however deep the project lies.
    digest = hashlib.sha256(f"{os.geteuid()}:{root}".encode()).hexdigest()[:12]
    return Folders(purpose, root, SHARED_FOLDER / f"cdmo-{digest}", server_account())


def base_folder() -> Path:
    """`CDMO_LOCAL_DIR`, or `.local` in the project, or a folder under /var/tmp where that cannot work."""
    if chosen := os.environ.get("CDMO_LOCAL_DIR"):
        return Path(chosen).expanduser().absolute()
    if os.geteuid() != 0 and can_be_private(PROJECT / ".local"):
        return PROJECT / ".local"
    digest = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]
    return SHARED_FOLDER / f"cdmo-portal-{os.geteuid()}-{digest}"


def can_be_private(folder: Path) -> bool:
    """Whether the folder can be made and closed to others, which some mounted file systems cannot."""
    try:
        private_folder(folder, 0o700)
    except FolderUnusable:
        return False
    return stat.S_IMODE(folder.stat().st_mode) == 0o700


def server_account() -> Account | None:
    """The account for the servers, or None when we are an ordinary user and run them ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise AccountMissing(
        "PostgreSQL refuses to run as root and this machine has no account 'nobody': run as an ordinary user."
    )


def private_folder(folder: Path, mode: int, owner: Account | None = None) -> None:
    """Make the folder with this mode and owner; an existing one has to be ours already."""
    uid = owner.uid if owner else os.geteuid()
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
            raise FolderUnusable(f"{folder} belongs to somebody else: remove it, or set CDMO_LOCAL_DIR.")
        if found.st_uid != uid and owner:
            os.chown(folder, owner.uid, owner.gid)
        if stat.S_IMODE(found.st_mode) != mode:
            folder.chmod(mode)
    except OSError as error:
        raise FolderUnusable(f"{folder} cannot be used: {error.strerror}. Set CDMO_LOCAL_DIR.") from error
