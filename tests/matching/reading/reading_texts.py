"""Reading a text in a test: with the vocabulary that the project ships, as of one day."""

import datetime as dt
from functools import cache
from pathlib import Path

from matching.interpreting import lexicon
from matching.reading.findings import Reading, Strength
from matching.reading.reading import read

AS_OF = dt.date(2026, 3, 2)
CASES = Path(__file__).parent / "cases"


def reading_of(text: str, as_of: dt.date = AS_OF) -> Reading:
    return read(text, lexicon(), as_of)


@cache
def strengths_of(text: str) -> dict[str, Strength]:
    """Every requirement of the text with its strength."""
    return {each.id: each.strength for each in reading_of(text).requirements}
