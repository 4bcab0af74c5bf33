"""Which Python the set-up takes, what it hands from pip to uv, and when it has nothing to do."""

import os
import shlex
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.local import bootstrap
from cdmo_portal.local.bootstrap import Python


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder with a space, with its lock files and a whole environment."""
    root = tmp_path / "a project"
    (root / "requirements").mkdir(parents=True)
    for name in ("demo", "dev"):
        (root / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    (root / ".venv" / "bin").mkdir(parents=True)
    program(root / ".venv" / "bin" / "python", "exit 0")
    (root / ".venv" / ".made-at").write_text(str(root))
    return root


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def fake_python(path: Path, version: str, *, venv: int = 1) -> Path:
    return program(path, f"echo {shlex.quote(f'{version} {venv}')}")


def stamp(project: Path, name: str) -> None:
    bootstrap.stamp(project, name).write_text(bootstrap.lock_digest(project, name))


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (["3.12.9", "3.13.0", "3.14.1"], "3.13.0"),
        (["3.14.1", "3.12.9"], "3.12.9"),
        (["3.14.1", "3.15.0"], "3.15.0"),
        (["3.13.0", "3.13.5"], "3.13.5"),
    ],
)
def test_choose_when_there_are_several_then_takes_the_version_we_like_best(
    versions: list[str], expected: str
) -> None:
    found = [Python(version, tuple(map(int, version.split("."))), has_venv=True) for version in versions]

    assert bootstrap.choose(found).path == expected


def test_choose_when_one_lacks_venv_then_takes_the_other() -> None:
    without = Python("/usr/bin/python3.13", (3, 13, 5), has_venv=False)
    with_venv = Python("/opt/python3.13", (3, 13, 0), has_venv=True)

    assert bootstrap.choose([without, with_venv]) == with_venv


def test_find_python_when_a_shim_fails_and_another_is_too_old_then_finds_the_one_in_pyenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "shims" / "python3.13", "echo 'pyenv: version 3.13 is not installed' >&2; exit 127")
    fake_python(tmp_path / "bin" / "python3", "3 11 2")
    hidden = fake_python(tmp_path / "pyenv" / "versions" / "3.12.1" / "bin" / "python", "3 12 1")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "shims"), str(tmp_path / "bin")]))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path))

    found = bootstrap.find_python(tmp_path)

    assert found == Python(str(hidden), (3, 12, 1), has_venv=True)


def test_candidates_when_pyenvs_folder_is_somebody_elses_then_looks_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:  # as for an ordinary user; root may read every folder
        raise PermissionError(13, "Permission denied")

    here = fake_python(tmp_path / "bin" / "python3.13", "3 13 0")
    monkeypatch.setattr(Path, "glob", refuse)

    found = bootstrap.candidates({"PATH": str(tmp_path / "bin"), "PYENV_ROOT": "/elsewhere"}, tmp_path)

    assert found == [str(here)]


def test_find_python_when_there_is_none_then_says_what_to_install_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_python(tmp_path / "bin" / "python3", "3 11 2")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)

    with pytest.raises(bootstrap.SetUpFailed, match=r"^Python 3\.12 or newer is needed.*\.$"):
        bootstrap.find_python(tmp_path)


def test_find_uv_when_there_is_neither_uv_nor_venv_then_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(bootstrap.SetUpFailed, match=r"/usr/bin/python3 has no venv module"):
        bootstrap.find_uv(tmp_path, Python("/usr/bin/python3", (3, 12, 3), has_venv=False))


@pytest.mark.parametrize(("answer", "taken"), [("uv 0.13.9 (abc 2026-11-01)", True), ("uv 0.1.5", False)])
def test_find_uv_when_path_has_one_then_takes_it_if_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, *, taken: bool
) -> None:
    on_path = program(tmp_path / "bin" / "uv", f"echo '{answer}'")
    own = program(tmp_path / ".tools" / "uv-venv" / "bin" / "uv", "echo 'uv 0.13.9'")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")

    uv = bootstrap.find_uv(tmp_path, Python("/usr/bin/python3", (3, 12, 3), has_venv=False))

    assert uv == str(on_path if taken else own)


def test_candidates_when_our_own_environment_is_on_path_then_it_is_left_out(tmp_path: Path) -> None:
    fake_python(tmp_path / ".venv" / "bin" / "python3", "3 13 0")
    elsewhere = fake_python(tmp_path / "bin" / "python3", "3 13 0")
    path = os.pathsep.join([str(tmp_path / ".venv" / "bin"), str(tmp_path / "bin")])

    assert bootstrap.candidates({"PATH": path}, tmp_path) == [str(elsewhere)]


@pytest.mark.parametrize(
    ("installed", "wanted", "expected"),
    [("demo", "demo", True), ("dev", "demo", True), ("dev", "dev", True), ("demo", "dev", False)],
)
def test_is_satisfied_when_one_set_is_installed_then_contained_sets_are_too(
    project: Path, installed: str, wanted: str, *, expected: bool
) -> None:
    stamp(project, installed)

    assert bootstrap.is_satisfied(project, wanted) is expected


def test_is_satisfied_when_the_lock_file_changed_then_not(project: Path) -> None:
    stamp(project, "demo")
    (project / "requirements" / "demo.txt").write_text("# demo, with something new\n")

    assert not bootstrap.is_satisfied(project, "demo")


def test_is_whole_when_an_installation_was_interrupted_then_not(project: Path) -> None:
    (project / ".venv" / ".installing").touch()

    assert not bootstrap.is_whole(project)


def test_is_whole_when_the_project_was_moved_then_not(project: Path, tmp_path: Path) -> None:
    moved = project.rename(tmp_path / "elsewhere")

    assert not bootstrap.is_whole(moved)


def test_is_whole_when_its_python_was_removed_then_not(project: Path) -> None:
    (project / ".venv" / "bin" / "python").unlink()
    (project / ".venv" / "bin" / "python").symlink_to("/nowhere/python3.13")

    assert not bootstrap.is_whole(project)


def test_parse_pip_settings_when_given_pips_listing_then_environment_wins_over_files() -> None:
    listing = """:env:.index-url='https://env.example/simple'
global.cert='/etc/ssl/ca.crt'
global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'
global.index-url='https://global.example/simple'
download.index-url='https://never.example/simple'
freeze.timeout='10'
"""

    assert bootstrap.parse_pip_settings(listing) == {
        "cert": ["/etc/ssl/ca.crt"],
        "extra-index-url": ["https://one.example/simple", "https://two.example/simple"],
        "index-url": ["https://env.example/simple"],
    }


@given(st.text())
def test_parse_pip_settings_when_given_anything_then_never_fails(listing: str) -> None:
    assert isinstance(bootstrap.parse_pip_settings(listing), dict)


def test_uv_environment_when_pip_is_configured_then_uv_gets_the_same(tmp_path: Path) -> None:
    options = {
        "index-url": ["https://one.example/simple"],
        "extra-index-url": [f"file://{tmp_path}/missing", f"file://{tmp_path}", "https://two.example/simple"],
        "cert": ["/etc/ssl/ca.crt"],
        "trusted-host": ["one.example"],
    }

    assert bootstrap.uv_environment(options, {}) == {
        "UV_DEFAULT_INDEX": "https://one.example/simple",
        "UV_INDEX": f"file://{tmp_path} https://two.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INSECURE_HOST": "one.example",
        "SSL_CERT_FILE": "/etc/ssl/ca.crt",
    }


@pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_uv_environment_when_the_person_set_uv_then_it_is_left_alone(variable: str) -> None:
    options = {"index-url": ["https://pip.example/simple"]}

    assert bootstrap.uv_environment(options, {variable: "https://theirs.example/simple"}) == {}


def test_uv_options_when_a_folder_of_links_is_missing_then_it_is_passed_over(tmp_path: Path) -> None:
    options = {"find-links": [str(tmp_path), str(tmp_path / "missing")], "no-index": ["true"]}

    assert bootstrap.uv_options(options) == ["--find-links", str(tmp_path), "--no-index"]


@pytest.mark.parametrize("arguments", [[], ["prod"], ["demo", "dev"]])
def test_main_when_the_set_is_unknown_then_shows_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = bootstrap.main(arguments)

    assert code == 2
    assert "demo|dev" in capsys.readouterr().err
