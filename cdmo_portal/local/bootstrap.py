"""Make `.venv` with the packages of one set: `python3 cdmo_portal/local/bootstrap.py demo|dev|bench`.

Runs as a plain script on any Python from 3.8 with the standard library alone, before anything is installed.
It finds a Python >= 3.12, gets uv (from PATH, else into `.tools/`), and installs what the lock file names.
Where nothing changed it returns at once; what was interrupted it repairs. It never downloads a Python.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

PROJECT = Path(__file__).resolve().parents[2]
MINIMUM = (3, 12)
MINIMUM_UV = (0, 9)
# The order in which versions are liked; the first is what `.python-version` names.
LIKED = ((3, 13), (3, 12))
NAMES = ("python3.13", "python3.12", "python3.14", "python3", "python")
# A set is satisfied by itself and by the sets that contain it, so that `make demo` strips no test tools.
SATISFIED_BY = {"demo": ("demo", "dev", "bench"), "dev": ("dev", "bench"), "bench": ("bench",)}

PROBE = """
import sys
from importlib.util import find_spec
print(*sys.version_info[:3], int(bool(find_spec("venv") and find_spec("ensurepip"))))
"""


class SetUpFailed(Exception):
    """The message is the one line that the person reads."""


class Python(NamedTuple):
    path: str
    version: tuple[int, ...]
    has_venv: bool


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in SATISFIED_BY:
        print("Usage: bootstrap.py demo|dev|bench", file=sys.stderr)
        return 2
    try:
        set_up(PROJECT, arguments[0])
    except SetUpFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Set-up was interrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


def set_up(project: Path, wanted: str) -> None:
    """Bring the environment to what the wanted set names; one process at a time does so."""
    tools = project / ".tools"
    try:
        tools.mkdir(exist_ok=True)
        lock = (tools / "lock").open("a")
    except OSError as error:
        raise SetUpFailed(f"{tools} cannot be written: {error.strerror}.") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_satisfied(project, wanted):
            install(project, wanted)


# --- what is there -------------------------------------------------------------------------------------


def is_satisfied(project: Path, wanted: str) -> bool:
    return is_whole(project) and any(
        stamp(project, name).is_file() and stamp(project, name).read_text() == lock_digest(project, name)
        for name in SATISFIED_BY[wanted]
    )


def is_whole(project: Path) -> bool:
    """Whether the environment runs, was not interrupted, and is where it was made (its scripts name it)."""
    environment = project / ".venv"
    made_at = environment / ".made-at"
    return (
        os.access(environment / "bin" / "python", os.X_OK)
        and not (environment / ".installing").exists()
        and made_at.is_file()
        and made_at.read_text() == str(project)
    )


def stamp(project: Path, name: str) -> Path:
    return project / ".venv" / f".installed-{name}"


def lock_file(project: Path, name: str) -> Path:
    return project / "requirements" / f"{name}.txt"


def lock_digest(project: Path, name: str) -> str:
    return hashlib.sha256(lock_file(project, name).read_bytes()).hexdigest()


# --- making it -----------------------------------------------------------------------------------------


def install(project: Path, wanted: str) -> None:
    python = find_python(project)
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    for variable in ("UV_SYSTEM_PYTHON", "UV_WORKING_DIR", "UV_PROJECT", "VIRTUAL_ENV"):
        environment.pop(variable, None)
    uv = find_uv(project, python)
    if not is_whole(project):
        say(f"Making .venv with Python {'.'.join(map(str, python.version))} …")
        run(
            [uv, "venv", "--quiet", "--no-project", "--clear", "--python", python.path, ".venv"],
            project,
            environment,
        )
        (project / ".venv" / ".made-at").write_text(str(project))
    options = parse_pip_settings(answer([*some_pip(project, python), "config", "list"], project))
    environment.update(uv_environment(options, environment))
    say(f"Installing the packages of requirements/{wanted}.txt …")
    begun = project / ".venv" / ".installing"
    begun.touch()
    for name in SATISFIED_BY:
        if stamp(project, name).exists():
            stamp(project, name).unlink()
    command = [uv, "pip", "install", "--quiet", "--require-hashes", "--python", ".venv/bin/python"]
    run([*command, *uv_options(options), "-r", str(lock_file(project, wanted))], project, environment)
    stamp(project, wanted).write_text(lock_digest(project, wanted))
    begun.unlink()


def run(command: list[str], project: Path, environment: dict[str, str]) -> None:
    try:
        code = subprocess.call(command, cwd=project, env=environment)  # noqa: S603 - words of ours
    except OSError as error:
        raise SetUpFailed(f"{command[0]} cannot be run: {error.strerror}.") from error
    if code != 0:
        what = " ".join(Path(word).name for word in command[:3])
        raise SetUpFailed(f"Set-up stopped: `{what}` failed (see above). The next run goes on from here.")


def answer(command: list[str], project: Path) -> str:
    """What a program prints; nothing where it fails, hangs or is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - words of ours
            command, cwd=project, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""


def say(line: str) -> None:
    print(line, flush=True)


# --- Python --------------------------------------------------------------------------------------------


def find_python(project: Path) -> Python:
    """The best Python there is. Each candidate is run, because pyenv's shims exist and fail."""
    found = []
    for path in candidates(os.environ, project):
        python = probe(path, project)
        if python and python.version >= MINIMUM:
            found.append(python)
            if python.version[:2] == LIKED[0] and python.has_venv:
                break
    if not found:
        raise SetUpFailed(
            "Python 3.12 or newer is needed, and neither PATH nor pyenv has one: install Python 3.13."
        )
    return choose(found)


def candidates(variables: os._Environ[str] | dict[str, str], project: Path) -> list[str]:
    """Where a Python may be, likely ones first, without the environment that we are about to make."""
    folders = [Path(folder) for folder in variables.get("PATH", "").split(os.pathsep) if folder]
    paths = [folder / name for name in NAMES for folder in folders]
    roots = [Path(variables["PYENV_ROOT"])] if variables.get("PYENV_ROOT") else []
    if variables.get("HOME"):
        roots.append(Path(variables["HOME"]) / ".pyenv")
    for root in roots:
        paths += installed_below(root)
    ours = project / ".venv"
    usable = (str(path) for path in paths if ours not in path.parents and os.access(path, os.X_OK))
    return list(dict.fromkeys(usable))


def installed_below(root: Path) -> list[Path]:
    """The Pythons of a pyenv folder, newest first; none where the folder is somebody else's."""
    try:
        return sorted(root.glob("versions/*/bin/python"), reverse=True)
    except OSError:
        return []


def probe(path: str, project: Path) -> Python | None:
    words = answer([path, "-I", "-c", PROBE], project).split()
    if len(words) != 4:
        return None
    return Python(path, tuple(int(word) for word in words[:3]), words[3] == "1")


def choose(found: list[Python]) -> Python:
    """The version we like best; among equals one with venv, then the newest, then the one found first."""

    def rank(python: Python) -> tuple[int, bool, tuple[int, ...]]:
        minor = python.version[:2]
        liked = LIKED.index(minor) if minor in LIKED else len(LIKED)
        return liked, not python.has_venv, tuple(-number for number in python.version)

    return min(found, key=rank)


# --- uv ------------------------------------------------------------------------------------------------


def find_uv(project: Path, python: Python) -> str:
    own = project / ".tools" / "uv-venv"
    for uv in (shutil.which("uv"), str(own / "bin" / "uv")):
        if uv and uv_version(uv, project) >= MINIMUM_UV:
            return uv
    if not python.has_venv:
        raise SetUpFailed(
            f"{python.path} has no venv module: install it (Debian: python3-venv) or install uv."
        )
    say("Installing uv into .tools …")
    shutil.rmtree(own, ignore_errors=True)
    run([python.path, "-m", "venv", str(own)], project, dict(os.environ))
    command = [str(own / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    plain = {name: value for name, value in os.environ.items() if name not in ("PIP_TARGET", "PIP_PREFIX")}
    plain["PIP_USER"] = "0"
    run([*command, "--require-hashes", "-r", str(lock_file(project, "uv"))], project, plain)
    return str(own / "bin" / "uv")


def uv_version(uv: str, project: Path) -> tuple[int, ...]:
    found = re.match(r"uv (\d+)\.(\d+)\.(\d+)", answer([uv, "--version"], project))
    return tuple(int(number) for number in found.groups()) if found else ()


def some_pip(project: Path, python: Python) -> list[str]:
    """A pip that can say how this machine is configured."""
    own = project / ".tools" / "uv-venv" / "bin" / "python"
    return [str(own) if own.exists() else python.path, "-m", "pip"]


# --- pip's settings, handed on to uv -------------------------------------------------------------------


def parse_pip_settings(listing: str) -> dict[str, list[str]]:
    """Option → its words, out of `pip config list`; environment over `install` over `global`, as in pip."""
    found: dict[str, dict[str, list[str]]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        key, equals, value = line.partition("=")
        section, _, option = key.rpartition(".")
        if not equals or section not in found:
            continue
        try:
            found[section][option] = str(ast.literal_eval(value)).split()
        except (ValueError, SyntaxError):
            continue
    return {**found["global"], **found["install"], **found[":env:"]}


def uv_environment(options: dict[str, list[str]], variables: dict[str, str]) -> dict[str, str]:
    """What uv reads from its environment; what the person set for uv is left alone. Addresses may hold a
    password, so they are not put on the command line, where every account sees it."""
    wanted = {
        "UV_DEFAULT_INDEX": reachable(options.get("index-url", []))[-1:],
        "UV_INDEX": reachable(options.get("extra-index-url", [])),
        "UV_INSECURE_HOST": options.get("trusted-host", []),
        "UV_HTTP_TIMEOUT": options.get("timeout") or options.get("default-timeout") or [],
        "SSL_CERT_FILE": options.get("cert", []),
        "SSL_CLIENT_CERT": options.get("client-cert", []),
        "HTTPS_PROXY": options.get("proxy", []),
    }
    if wanted["UV_INDEX"]:
        wanted["UV_INDEX_STRATEGY"] = ["unsafe-best-match"]  # as pip chooses; the hashes keep it safe
    same_thing = {
        "UV_DEFAULT_INDEX": "UV_INDEX_URL",
        "UV_INDEX": "UV_EXTRA_INDEX_URL",
        "HTTPS_PROXY": "https_proxy",
    }
    return {
        name: " ".join(words)
        for name, words in wanted.items()
        if words and not variables.get(name) and not variables.get(same_thing.get(name, name))
    }


def uv_options(options: dict[str, list[str]]) -> list[str]:
    links = [word for place in reachable(options.get("find-links", [])) for word in ("--find-links", place)]
    closed = options.get("no-index", ["false"])[-1:] in (["true"], ["1"], ["yes"], ["on"])
    return [*links, *(["--no-index"] if closed else [])]


def reachable(places: list[str]) -> list[str]:
    """Without folders that are not there: pip passes over them, uv stops."""
    return [
        place for place in places if ("://" in place and not is_missing_file(place)) or Path(place).exists()
    ]


def is_missing_file(place: str) -> bool:
    parts = urlsplit(place)
    return parts.scheme == "file" and not Path(unquote(parts.path)).exists()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
