"""A typed Python client made from docs/openapi.yaml, as an integrator's team would make one; never kept."""

import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from django.conf import settings

DESCRIPTION = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
PACKAGE = "cdmo_portal_client"
SETTINGS = {
    "post_hooks": [],
    "package_name_override": PACKAGE,
    # As names of enumerations "line.name" and "line_name" would be the same.
    "literal_enums": True,
    # The generator knows no files but these.
    "content_type_overrides": {"application/pdf": "application/octet-stream"},
}
VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Generated:
    """The package, and each part of the description that the generator says it passed over."""

    folder: Path
    passed_over: dict[str, str]

    def operations(self) -> set[str]:
        return {each.stem for each in (self.folder / PACKAGE / "api").glob("*/*.py")} - {"__init__"}

    def call(self, tag: str, operation: str) -> ModuleType:
        return import_module(f"{PACKAGE}.api.{tag}.{operation}")

    @property
    def models(self) -> Any:
        """The classes of bodies and answers, which nobody can know before they are generated."""
        return import_module(f"{PACKAGE}.models")

    @property
    def client(self) -> Any:
        return import_module(PACKAGE).AuthenticatedClient


def generate(folder: Path) -> Generated:
    config, target = folder / "settings.yaml", folder / "client"
    config.write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    asked = ["generate", "--path", DESCRIPTION, "--config", config, "--output-path", target]
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *map(str, asked)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    passed_over = re.findall(r"WARNING parsing (\w+ \S+) .*\n\n(.+)", said)
    assert len(passed_over) == len(re.findall("WARNING|ERROR", said)), said
    return Generated(target, dict(passed_over))


def described_operations() -> set[str]:
    paths = yaml.load(DESCRIPTION.read_text(encoding="utf-8"), yaml.CSafeLoader)["paths"]
    return {path[verb]["operationId"] for path in paths.values() for verb in VERBS if verb in path}
