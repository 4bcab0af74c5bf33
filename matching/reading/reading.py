"""`read`: the text of a brief in, a reading with evidence out. Same text and day, same reading."""

import datetime as dt

from matching.reading.findings import Reading
from matching.reading.lexicon import Lexicon


def read(text: str, lexicon: Lexicon, as_of: dt.date) -> Reading:
    return Reading(text, as_of)
