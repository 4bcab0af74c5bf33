"""The words that a reader knows: terms of the controlled vocabulary, built once per process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LexiconTerm:
    """What reading needs of one entry of the vocabulary."""

    code: str
    facet: str
    label: str
    parent: str = ""
    synonyms: tuple[str, ...] = ()
    base_unit: str = ""
    unit_factors: Mapping[str, float] = field(default_factory=dict)
    countries: frozenset[str] = frozenset()


class Lexicon:
    def __init__(self, terms: Iterable[LexiconTerm]) -> None:
        self.terms = {term.code: term for term in terms}
