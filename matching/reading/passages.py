"""A text cut into sentences and words, with the place of each in the text as it was given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matching.reading.words import WORD, folded

# Longer ones are cut at a blank: rules look at one sentence at a time, so that reading stays linear.
LONGEST_SENTENCE: Final = 1_500
_ABBREVIATIONS: Final = (
    "e.g|i.e|approx|ca|pref|incl|excl|resp|vs|no|nos|dr|mr|ms|inc|ltd|co|corp|st|fig|min|max|est|dept|al|"
    "jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|ph|temp|vol|conc|mio|tsd|d.h|z.b|bzw|cf|eng|stk|p.a"
)
_ENDS_WITH_ABBREVIATION: Final = re.compile(rf"(?:^|[\s(])(?:{_ABBREVIATIONS}|[A-Za-z])\.$", re.IGNORECASE)
_BOUNDARY: Final = re.compile(
    r"[.!?]+[\"')\]]*(?=\s)|\n[ \t]*(?=\n)|"
    r"\n(?=[ \t]*(?:[-*•–·▪>]|\(?\d{1,2}[.)]\s|\d+\.\d+|[a-z]\)\s|[A-Z][^\n:]{1,40}:\s|\|))"
    r"|\n(?=[ \t]*[A-Z#][^\n.;]{1,50}\n[ \t]*(?:[-*•–·▪(]|\d))"
)
_STARTS_LIKE_A_SENTENCE: Final = re.compile(r"\s+[\"'(\[*•-]*[A-Z0-9À-ÞŒ]")


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    folded: str


class Sentence:
    """A stretch of the text; offsets of everything in it count from the start of the whole text."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.text = text[start:end]

    @property
    def is_question(self) -> bool:
        return self.text.rstrip("\"') \n").endswith("?")


def words_of(text: str) -> list[Word]:
    return [Word(match.start(), match.end(), folded(match.group())) for match in WORD.finditer(text)]


def sentences_of(text: str) -> list[Sentence]:
    """In order; together they hold every word of the text."""
    found: list[Sentence] = []
    for start, end in _stretches(text):
        begin, stop = _trimmed(text, start, end)
        while stop - begin > LONGEST_SENTENCE:
            cut = text.rfind(" ", begin + 1, begin + LONGEST_SENTENCE)
            cut = begin + LONGEST_SENTENCE if cut < 0 else cut
            found.append(Sentence(text, begin, cut))
            begin = cut
        if begin < stop:
            found.append(Sentence(text, begin, stop))
    return found


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BOUNDARY.finditer(text):
        if match.group()[0] in ".!?" and not _is_end(text, start, match.end()):
            continue
        yield start, match.end()
        start = match.end()
    yield start, len(text)


def _is_end(text: str, start: int, end: int) -> bool:
    if text[end - 1] == "." and _ENDS_WITH_ABBREVIATION.search(text, max(start, end - 12), end):
        # "approx. 350k" and "Isolator pref. HPLC …": an abbreviation ends a sentence only before a capital.
        tail = text[max(start, end - 6) : end].lower()
        return tail.endswith(("pref.", "incl.", " al.")) and bool(re.match(r"\s+[A-Z]", text[end : end + 3]))
    return bool(_STARTS_LIKE_A_SENTENCE.match(text, end)) or not text[end : end + 40].strip()[:1].islower()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
