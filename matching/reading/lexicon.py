"""The words that a reader knows: terms of the controlled vocabulary, built once per process."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from matching.reading.places import Gazetteer
from matching.reading.words import folded_words

PHRASES: Final = Path(__file__).parent / "data" / "phrases.yaml"
GAP: Final = "~"
MOST_SKIPPED: Final = 3
_SHORT: Final = 3
_LABEL_WORDS: Final = 4
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ALSO_CALLED: Final = {
    "Holland": "NL", "Czech Republic": "CZ", "Czechia": "CZ", "U.S.": "US", "U.S.A.": "US", "America": "US", "Puerto Rico": "geo.us", "Britain": "GB", "Wales": "GB",
    "European Union": "geo.eu", "E.U.": "geo.eu", "EU/EEA": "geo.eea", "EEA": "geo.eea", "Western Europe": "geo.europe", "Western European": "geo.europe", "Central Europe": "geo.europe",
    "continental Europe": "geo.europe", "continental US": "geo.us", "continental U.S.": "geo.us", "contiguous US": "geo.us", "US mainland": "geo.us", "mainland US": "geo.us", "continental United States": "geo.us",
    "American": "US", "German": "DE", "French": "FR", "Italian": "IT", "Spanish": "ES", "Irish": "IE", "Dutch": "NL", "Belgian": "BE", "Austrian": "AT", "Danish": "DK", "Swedish": "SE", "British": "GB", "mainland China": "CN",
    "Asia-Pacific": "geo.apac", "South Korea": "KR", "Taiwan": "TW",
}  # fmt: skip
_NO_PLACES: Final = frozenset(
    {
        "CH",
        "AU",
        "Asia",
        "Jersey",
        "Georgia",
        "Chad",
        "Guinea",
        "Turkey",
        "Jordan",
        "domestic (US sponsor)",
        "onshore US",
        "Far East",
        "within the EU",
        "US-based",
    }
)


@dataclass(frozen=True, slots=True)
class LexiconTerm:
    """What reading needs of one entry of the vocabulary."""

    code: str
    facet: str
    label: str
    parent: str = ""
    synonyms: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()


@dataclass(slots=True)
class Phrase:
    """Words that mean terms. `written` is as the source has it; `keeps_case` where only that spelling counts."""

    written: str
    codes: tuple[str, ...]
    keeps_case: bool


@dataclass(slots=True)
class Node:
    """One word further into the phrases that begin alike."""

    following: dict[str, "Node"] = field(default_factory=dict)
    phrase: Phrase | None = None


class Lexicon:
    """Phrases as a tree of words, and the terms they mean."""

    def __init__(
        self,
        terms: Iterable[LexiconTerm],
        countries: Mapping[str, str],
        phrases: Mapping[str, Any] | None = None,
    ) -> None:
        """`countries` are the names of all countries by their ISO code."""
        self.terms: dict[str, LexiconTerm] = {term.code: term for term in terms}
        self.countries = {code: term.countries for code, term in self.terms.items() if term.countries}
        self.gazetteer = Gazetteer.of(self._place_names(countries))
        source = read_phrases() if phrases is None else phrases
        self.reported_as: dict[str, str] = source.get("reported_as", {})
        self.root = Node()
        silent = {folded_words(each) for group in source.get("alone_means_nothing", ()) for each in group}
        for code, written in self._names():
            if folded_words(written) not in silent:
                self._add(written, code)
        for code, words in source.get("means", {}).items():
            for written in words:
                self._add(written, code)

    def facet(self, code: str) -> str:
        term = self.terms.get(code)
        return term.facet if term else ""

    def label(self, code: str) -> str:
        term = self.terms.get(code)
        return term.label if term else code

    def ancestors(self, code: str) -> Iterator[str]:
        """The term's parents, nearest first."""
        term = self.terms.get(code)
        while term and term.parent:
            yield term.parent
            term = self.terms.get(term.parent)

    def _place_names(self, countries: Mapping[str, str]) -> dict[str, str]:
        """Names of countries and groups; a country that a term stands for has the term's code."""
        names = {name: code for code, name in countries.items()} | _ALSO_CALLED
        terms = [term for term in self.terms.values() if term.code.startswith("geo.") and term.countries]
        own = {next(iter(term.countries)): term.code for term in reversed(terms) if len(term.countries) == 1}
        names = {name: own.get(code, code) for name, code in names.items()}
        for term in terms:
            names |= dict.fromkeys((*term.synonyms, term.label), term.code)
        return {name: code for name, code in names.items() if name not in _NO_PLACES}

    def _names(self) -> Iterator[tuple[str, str]]:
        for term in self.terms.values():
            if term.facet in {"geography", "scale"}:
                continue
            yield from ((term.code, synonym) for synonym in term.synonyms)
            if len(folded_words(term.label)) <= _LABEL_WORDS and not set(term.label) & set('(,"'):
                yield term.code, term.label

    def _add(self, written: str, code: str) -> None:
        for words in _spellings(written):
            node = self.root
            for word in words:
                node = node.following.setdefault(word, Node())
            letters = "".join(sign for sign in written if sign.isalpha())
            keeps_case = len(letters) <= _SHORT and letters.isupper()
            if node.phrase is None:
                node.phrase = Phrase(written, (code,), keeps_case)
            elif code not in node.phrase.codes:
                node.phrase.codes += (code,)


def _spellings(written: str) -> set[tuple[str, ...]]:
    """As separate words, and with what hyphens join written as one: pre-filled, prefilled."""
    parts = [part if part == GAP else " ".join(folded_words(part)) for part in written.split()]
    apart = tuple(word for part in parts for word in part.split())
    joined = tuple(
        word
        for part in written.split()
        for word in ([part] if part == GAP else folded_words(part.replace("-", "")))
    )
    return {each for each in (apart, joined) if each}


def read_phrases() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.load(PHRASES.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    return raw
