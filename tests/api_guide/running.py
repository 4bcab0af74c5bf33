"""A guide's fenced blocks, run in their order, with what the guide says that each prints."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
RUN, SHOWN = ("bash", "python"), ("json", "text")
# Variables and functions are exported, so that they go on from one block to the next.
BEFORE, AFTER = "set -euo pipefail -o allexport\n", '\nenv -0 > "$KEPT"\n'
# What another day, another world or another count prints otherwise; statuses stay as they are.
MOVING = [
    (re.compile(r"http://localhost:\d+"), "https://portal.example"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uid>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<moment>"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "<day>"),
    (re.compile(r"cursor=[^&\"]+"), "cursor=<cursor>"),
    (re.compile(r";([qrtw])=\d+"), r";\1=<number>"),
    (re.compile(r"(?<![\w./-])(?![2-5]\d\d\b)\d+(\.\d+)?(?![\w-])"), "<number>"),
]


@dataclass(frozen=True)
class Step:
    """One block to run, and the text that it prints."""

    language: str
    source: str
    shown: str


def steps_of(text: str) -> Iterator[Step]:
    """Every block that is run; who shows an answer of nothing has put a block in the wrong place."""
    blocks: list[tuple[str, str]] = BLOCK.findall(text)
    for number, (language, source) in enumerate(blocks):
        if language in RUN:
            following, shown = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
            yield Step(language, source, shown if following in SHOWN else "")
        elif language not in SHOWN or number == 0 or blocks[number - 1][0] not in RUN:
            raise ValueError(f"A block that is neither run nor an answer: {source}")


def plain(text: str) -> str:
    for pattern, word in MOVING:
        text = pattern.sub(word, text)
    return text.replace("\r", "").strip()


class Terminal:
    """A shell and an interpreter that share variables of the environment and a folder."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        kept = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "KEPT": str(folder / ".variables")}
        self.variables = kept | variables

    def printed(self, step: Step) -> str:
        return self._bash(step.source) if step.language == "bash" else self._python(step.source)

    def _bash(self, source: str) -> str:
        done = subprocess.run(
            [str(shutil.which("bash")), "-c", BEFORE + source + AFTER],
            cwd=self.folder, env=self.variables, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{source}\n{done.stdout}\n{done.stderr}"
        kept = (self.folder / ".variables").read_text(encoding="utf-8").split("\0")
        self.variables |= dict(each.split("=", 1) for each in kept if each)
        return done.stdout

    def _python(self, source: str) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), patch.dict(os.environ, self.variables):
            exec(source, self.names)  # noqa: S102 - our own document
        return out.getvalue()
