"""Everyday words that mean a term in certain company: "fill" beside vials, "transfer" beside a process."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from matching.reading.mentions import Mention
from matching.reading.passages import Sentence
from matching.reading.wording import loaded


@dataclass(frozen=True, slots=True)
class Hint:
    term: str
    words: re.Pattern[str]
    near: re.Pattern[str]
    unless: re.Pattern[str] | None


@cache
def hints() -> tuple[Hint, ...]:
    """The entries of data/hints.yaml."""
    raw = loaded("hints")
    return tuple(
        Hint(
            each["term"],
            _whole(each["words"]),
            _whole(each["near"]),
            _whole(each["unless"]) if each["unless"] else None,
        )
        for each in raw
    )


def _whole(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def hinted(sentence: Sentence, found: list[Mention]) -> Iterator[Mention]:
    """The first words that hint at each term which the sentence does not name already."""
    named = {code for mention in found for code in mention.codes}
    text = sentence.text
    for hint in hints():
        words = hint.words.search(text) if hint.term not in named else None
        if words is None or (hint.unless and hint.unless.search(text)) or not hint.near.search(text):
            continue
        yield Mention(sentence.start + words.start(), sentence.start + words.end(), (hint.term,))
