"""Reading a brief's text with the vocabulary that this version ships."""

import datetime as dt
from functools import cache

from matching.reading.findings import Reading
from matching.reading.lexicon import Lexicon, LexiconTerm
from matching.reading.reading import read
from partners.vocabulary import current_vocabulary


def interpret(text: str, as_of: dt.date) -> Reading:
    """The reading of `text` as of a day. Nothing of it is logged, stored or sent."""
    return read(text, lexicon(), as_of)


@cache
def lexicon() -> Lexicon:
    vocabulary = current_vocabulary()
    return Lexicon(
        LexiconTerm(
            code=entry.code,
            facet=entry.facet,
            label=entry.label,
            parent=entry.parent,
            synonyms=entry.synonyms,
            base_unit=entry.base_unit,
            unit_factors={unit: float(factor) for unit, factor in entry.unit_factors.items()},
            countries=vocabulary.countries_of(entry.code) if entry.facet == "geography" else frozenset(),
        )
        for entry in vocabulary.terms.values()
    )
