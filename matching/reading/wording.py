"""Word lists of the reader: the YAML files under data/, and patterns made of them."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATA: Final = Path(__file__).parent / "data"


def loaded(name: str) -> Any:
    """The file of a name; its header says what is in it."""
    text = (_DATA / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, _Loader)  # noqa: S506 - a safe loader


def alternation(words: Iterable[object]) -> str:
    """Of plain words the longest is tried first, so that none hides another."""
    return "|".join(sorted(map(str, words), key=len, reverse=True))


def pattern(words: Iterable[str], *, before: str = "", after: str = "") -> re.Pattern[str]:
    """Any of the regular expressions, without regard to case."""
    return re.compile(f"{before}(?:{'|'.join(words)}){after}", re.IGNORECASE)


@cache
def _wording() -> dict[str, re.Pattern[str]]:
    return {name: pattern(words) for name, words in loaded("wording").items()}


def says(name: str, text: str) -> bool:
    """Whether the text has words of that list in data/wording.yaml."""
    return _wording()[name].search(text) is not None
