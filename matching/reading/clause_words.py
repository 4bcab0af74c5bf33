"""The words by which sentences are understood, compiled from data/cues.yaml and data/clauses.yaml."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from matching.reading.anchors import Index, anchors_of
from matching.reading.wording import loaded

_PART: Final = re.compile(r"\{([a-z]+)\}")
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


class CueWords:
    """All patterns of several word lists, each list under its name, found in one go."""

    def __init__(self, lists: Mapping[str, list[str]]) -> None:
        self.owners = [name for name, words in lists.items() for _ in words]
        spelt = [spelt_out(word) for words in lists.values() for word in words]
        self.patterns = [_compiled(word) for word in spelt]
        self.index = Index([anchors_of(word) for word in spelt])

    def found(self, text: str) -> dict[str, list[re.Match[str]]]:
        """By list, in the order of the text; of two that overlap the earlier, or the first listed, counts.

        Patterns with names in them see the text as written, the rest its lower case, which is faster.
        """
        lower = lowered(text)
        matches: dict[str, list[tuple[int, int, re.Match[str]]]] = defaultdict(list)
        for order in self.index.worth_trying(lower):
            is_cased, pattern = self.patterns[order]
            for match in pattern.finditer(text if is_cased else lower):
                matches[self.owners[order]].append((match.start(), order, match))
        return {name: _apart(each) for name, each in matches.items()}


def _apart(matches: list[tuple[int, int, re.Match[str]]]) -> list[re.Match[str]]:
    kept: list[re.Match[str]] = []
    for _, _, match in sorted(matches, key=lambda each: each[:2]):
        if not kept or match.start() >= kept[-1].end():
            kept.append(match)
    return kept


def _compiled(words: str) -> tuple[bool, re.Pattern[str]]:
    is_cased = _CASED in words
    return is_cased, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE if is_cased else 0)


def lowered(text: str) -> str:
    """Lower case of the same length, so that places hold: "İ" has two letters there."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
