"""Words around a finding that decide about it, kept in data/wording.yaml."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

WORDING: Final = Path(__file__).parent / "data" / "wording.yaml"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    raw = yaml.load(WORDING.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    return {name: re.compile("|".join(words), re.IGNORECASE) for name, words in raw.items()}


def says(name: str, text: str) -> bool:
    """Whether the text has words of that list."""
    return _patterns()[name].search(text) is not None
