"""The repository speaks of the product only: no machine's paths, no package mirrors, nobody's address."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, tracked_files

# Lists of hashes, and files of others that we carry as they are.
LEFT_OUT = ("requirements/", "tests/vendor/", "static/js/htmx", "static/fonts/", "cdmo_portal/look/data/")
# "/home/me" is anybody's, in examples.
PLACES = ("/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/", "/wo" + "rk/", "/mnt/")
REGISTRIES = ("pypi", "pythonhosted", "registry.npmjs", "index-url", "proxy.golang", "artifactory", "nexus")
MAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
MAY_NAME = {"tests/architecture/test_repository.py"}
# "--no-emit-index-url" is how the list of hashes keeps addresses out; bootstrap.py hands pip's own on.
INDEX_IS_THE_TOPIC = {"Makefile", "cdmo_portal/local/bootstrap.py", "tests/local/test_bootstrap.py"}
# Names that are reserved for examples, and addresses of machines.
NO_MAIL = re.compile(r"(?:^|\.)example(?:\.(?:com|org|net))?$|\.(?:test|invalid|internal)$|^[\d.]+$")


def lines() -> Iterator[tuple[str, int, str]]:
    for path in tracked_files():
        name = str(path.relative_to(ROOT))
        if name.startswith(LEFT_OUT) or name in MAY_NAME or not is_text(path):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield name, number, line


def is_text(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


@pytest.fixture(autouse=True)
def _a_repository() -> None:
    if not tracked_files():
        pytest.skip("git is not here, or this is not its work tree")


def test_files_when_read_then_none_names_a_folder_of_one_machine() -> None:
    found = [
        f"{name}:{number}"
        for name, number, line in lines()
        if any(re.search(rf"(?<![\w.}}-]){re.escape(place)}(?!me\b)\w", line) for place in PLACES)
    ]

    assert found == []


def test_files_when_read_then_none_names_a_package_registry() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, number, line in lines()
        if name not in INDEX_IS_THE_TOPIC and any(word in line.lower() for word in REGISTRIES)
    ]

    assert found == []


def test_files_when_read_then_every_mail_address_is_made_up() -> None:
    found = [
        f"{name}:{number}: {domain}"
        for name, number, line in lines()
        for domain in MAIL.findall(line)
        if not NO_MAIL.search(domain)
    ]

    assert found == []


def test_files_when_read_then_no_work_is_left_noted_in_them() -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    found = [f"{name}:{number}" for name, number, line in lines() if marks.search(line)]

    assert found == []
