"""A real browser for tests marked `browser`; without a Chromium they are skipped, and say so."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

# Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
EXPECTED = ("the server responded with a status of", "htmx:afterRequest", "htmx:sendAbort")
RULES = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")
OF_COLOUR_AND_SIZE = ("color-contrast", "target-size", "scrollable-region-focusable")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not CHROMIUM:
        pytest.skip("no Chromium found: set CHROMIUM to its path")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    silent = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*quiet, *silent]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    wide = {"width": 1440, "height": 900}
    return {**browser_context_args, "viewport": wide, "reduced_motion": "reduce", "service_workers": "block"}


def violations(page: Page, rules: Sequence[str] = RULES, *, without: str = "") -> list[str]:
    """What axe finds on the page as it stands, but for the parts that match the selector `without`.

    From its top: a target of which the sticky header covers a part would be measured by the rest of it.
    """
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.evaluate(AXE)
    run = "([rules, without]) => axe.run({exclude: without ? [without] : []}, {runOnly: rules})"
    found = page.evaluate(run, [list(rules), without])["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def complaints(source: Page | BrowserContext) -> list[str]:
    """Errors that pages log from now on (a breach of the CSP is one).

    The browser also logs every answer of 400 and above; those that a test asks for are no fault of a page.
    htmx logs a request that a newer one of the same form replaced, which is what it should do.
    """
    seen: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(each in message.text for each in EXPECTED):
            seen.append(message.text)

    source.on("console", note)
    if isinstance(source, Page):
        source.on("pageerror", lambda error: seen.append(str(error)))
    else:
        source.on("weberror", lambda error: seen.append(str(error.error)))
    return seen
