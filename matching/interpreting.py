"""Reading a brief's text with the vocabulary that this version ships."""

import datetime as dt
from functools import cache

from matching.reading.findings import Reading
from matching.reading.lexicon import Lexicon, LexiconTerm
from matching.reading.reading import read
from partners.importers.countries import country_names
from partners.vocabulary import current_vocabulary


def interpret(text: str, as_of: dt.date) -> Reading:
    """The reading of `text` as of a day. Nothing of it is logged, stored or sent."""
    return read(text, lexicon(), as_of)


@cache
def lexicon() -> Lexicon:
    vocabulary = current_vocabulary()
    terms = (
        LexiconTerm(
            code=entry.code,
            facet=entry.facet,
            label=entry.label,
            parent=entry.parent,
            synonyms=entry.synonyms,
            countries=vocabulary.countries_of(entry.code) if entry.facet == "geography" else frozenset(),
        )
        for entry in vocabulary.terms.values()
    )
    return Lexicon(terms, country_names())


def measures_in_base(measure: str, number: float, unit: str) -> float:
    """A number of a measure in its base unit; in its own unit where the vocabulary has no factor."""
    entry = current_vocabulary().terms.get(measure)
    factor = entry.unit_factors.get(unit) if entry else None
    return number * float(factor) if factor is not None else number
