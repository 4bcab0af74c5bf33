"""The words by which sentences are understood, compiled from data/cues.yaml and data/clauses.yaml."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from matching.reading.wording import loaded

_PART: Final = re.compile(r"\{([a-z]+)\}")
_OR_NAME: Final = "|{name}"
_CASED: Final = "(?-i:"


@cache
def cue_words() -> Mapping[str, Mapping[str, list[str]]]:
    """By stance and reach."""
    words: Mapping[str, Mapping[str, list[str]]] = loaded("cues")
    return words


@cache
def clause_words() -> Mapping[str, Any]:
    """Any: the sections differ in shape; `pattern_of` and `patterns_of` know them."""
    sections: Mapping[str, Any] = loaded("clauses")
    return sections


def spelt_out(pattern: str) -> str:
    """With the parts of clauses.yaml in the place of their {names}; parts name parts at most three deep."""
    parts = clause_words()["parts"]
    for _ in range(3):
        pattern = _PART.sub(lambda match: str(parts[match[1]]), pattern)
    return pattern


def joined(words: str | Iterable[str]) -> str:
    return spelt_out(words if isinstance(words, str) else "|".join(words))


def pattern_of(section: str, name: str, form: str = "(?:{})") -> re.Pattern[str]:
    return re.compile(form.replace("{}", joined(clause_words()[section][name])), re.IGNORECASE)


def patterns_of(section: str, form: str) -> dict[str, re.Pattern[str]]:
    """One pattern per stance, in the order of the file."""
    return {name: pattern_of(section, name, form) for name in clause_words()[section]}


def cue_patterns(words: list[str]) -> list[tuple[bool, re.Pattern[str]]]:
    """Each with whether it needs the text as written, as names do: the rest runs faster on lower case."""
    cased: dict[bool, list[str]] = {False: [], True: []}
    also = [word.replace(_OR_NAME, "") for word in words if _OR_NAME in word]
    for word in [*words, *also]:
        whole = spelt_out(word)
        cased[_CASED in whole].append(whole)
    return [
        (is_cased, re.compile(rf"(?<![\w-])(?:{'|'.join(each)})(?![\w-])", re.IGNORECASE if is_cased else 0))
        for is_cased, each in cased.items()
        if each
    ]


def lowered(text: str) -> str:
    """Lower case of the same length, so that places hold: "İ" has two letters there."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
