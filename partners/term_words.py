"""Terms of the vocabulary by the words that people write: label, code or synonym."""

import difflib
import re
from collections.abc import Collection
from functools import cache

from partners.vocabulary import TermEntry, current_vocabulary


def entries_of(facets: Collection[str]) -> list[TermEntry]:
    """The terms of these facets, or all of them."""
    terms = current_vocabulary().terms.values()
    return [entry for entry in terms if not facets or entry.facet in facets]


def term_called(text: str, facets: frozenset[str]) -> TermEntry | None:
    """The one term of these facets that has this label, code or synonym."""
    return _by_word(facets).get(_folded(text))


def labels_near(text: str, facets: frozenset[str]) -> list[str]:
    """What may have been meant, for a word that is unknown. Compares with every word, so it is not quick."""
    words = _by_word(facets)
    near = difflib.get_close_matches(_folded(text), words, n=3, cutoff=0.5)
    return list(dict.fromkeys(words[word].label for word in near))


@cache
def _by_word(facets: frozenset[str]) -> dict[str, TermEntry]:
    """Entries by folded label, code and synonym; where two share a word, labels win over synonyms."""
    words: dict[str, TermEntry] = {}
    entries = entries_of(facets)
    for entry in entries:
        for synonym in entry.synonyms:
            words.setdefault(_folded(synonym), entry)
    for entry in entries:
        words[_folded(entry.label)] = words[_folded(entry.code)] = entry
    return words


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()
