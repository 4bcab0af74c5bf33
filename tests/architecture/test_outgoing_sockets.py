"""Only `cdmo_portal.outgoing` opens outgoing connections; `cdmo_portal.local` talks to its own servers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = ("cdmo_portal", "partners", "matching")
MAY_OPEN = (ROOT / "cdmo_portal" / "outgoing", ROOT / "cdmo_portal" / "local")

# The demo looks whether its own port is free and its own web server answers, both on loopback; so does the
# benchmark, which plays the clients of its own web server.
EXCEPTIONS = {
    "cdmo_portal/management/commands/demo.py": {"http.client", "socket"},
    "cdmo_portal/management/commands/bench.py": {"socket"},
    "cdmo_portal/benchmarks/visitor.py": {"http.client"},
    "cdmo_portal/benchmarks/exports.py": {"http.client"},
}

# Whatever opens a connection by itself. Mail goes through Django, whose own module opens it.
NETWORK_MODULES = frozenset(
    {
        "_socket",
        "aiohttp",
        "asyncio.open_connection",
        "ftplib",
        "http.client",
        "httplib2",
        "httpx",
        "imaplib",
        "nntplib",
        "poplib",
        "pycurl",
        "requests",
        "smtplib",
        "socket",
        "socketserver",
        "ssl",
        "telnetlib",
        "urllib",
        "urllib3",
        "websockets",
        "xmlrpc",
    }
)
# Taking URLs apart and quoting them opens nothing.
HARMLESS = frozenset({"urllib.parse"})


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Dotted names that a module imports, also by `import_module("…")` and `__import__("…")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                yield str(node.args[0].value)


def network_imports(source: str) -> list[str]:
    return sorted(name for name in imported_names(ast.parse(source)) if _opens_connections(name))


def _opens_connections(name: str) -> bool:
    parts = name.split(".")
    prefixes = {".".join(parts[: length + 1]) for length in range(len(parts))}
    return bool(prefixes & NETWORK_MODULES) and not prefixes & HARMLESS


def test_application_when_read_then_only_the_outgoing_module_imports_network_modules() -> None:
    modules = [
        path
        for package in APPLICATION
        for path in sorted((ROOT / package).rglob("*.py"))
        if not any(path.is_relative_to(folder) for folder in MAY_OPEN)
    ]
    found = {str(path.relative_to(ROOT)): set(network_imports(path.read_text())) for path in modules}

    assert {path: names for path, names in found.items() if names - EXCEPTIONS.get(path, set())} == {}


def test_outgoing_when_read_then_the_guard_sees_its_imports() -> None:
    sources = [path.read_text() for path in sorted(MAY_OPEN[0].glob("*.py"))]

    found = {name.partition(".")[0] for source in sources for name in network_imports(source)}

    assert {"socket", "ssl", "urllib3", "http"} <= found


def test_outgoing_when_read_then_it_imports_nothing_of_ours_and_no_django() -> None:
    own = "cdmo_portal.outgoing"
    names = [
        name
        for path in sorted(MAY_OPEN[0].glob("*.py"))
        for name in imported_names(ast.parse(path.read_text()))
        if name.partition(".")[0] in ("django", *APPLICATION) and not name.startswith(own)
    ]

    assert names == []


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import os, socket as s",
        "from socket import create_connection",
        "import urllib.request",
        "from urllib import request",
        "import urllib",
        "import http.client",
        "from http import client",
        "def f():\n    import requests",
        "if True:\n    from httpx import get",
        "__import__('smtplib')",
        "import importlib\nimportlib.import_module('urllib3.util')",
        "from asyncio import open_connection",
    ],
)
def test_network_imports_when_a_module_opens_connections_then_it_is_seen(source: str) -> None:
    assert network_imports(source)


@pytest.mark.parametrize(
    "source",
    [
        "from urllib.parse import urlencode",
        "import urllib.parse",
        "from http import HTTPStatus",
        "import sockets",
    ],
)
def test_network_imports_when_a_module_opens_nothing_then_none_is_seen(source: str) -> None:
    assert network_imports(source) == []
