"""The words that a reader knows: terms of the controlled vocabulary, built once per process."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from matching.reading.gazetteer import Gazetteer, names_of_places, read_names
from matching.reading.wording import loaded
from matching.reading.words import folded_words

GAP: Final = "~"
MOST_SKIPPED: Final = 3
_SHORT: Final = 3
_LABEL_WORDS: Final = 4


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
    """Words that mean terms, `written` as the source has it; `keeps_case` where only that spelling counts."""

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
            if folded_words(written) not in silent and not _is_number(written):
                self._add(written, code)
        for group in source.get("nothing", ()):
            for written in group:
                self._add(written, "")
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
        names = {name.removeprefix("The "): code for code, name in countries.items()} | names_of_places()
        terms = [term for term in self.terms.values() if term.code.startswith("geo.") and term.countries]
        own = {next(iter(term.countries)): term.code for term in reversed(terms) if len(term.countries) == 1}
        names = {name: own.get(code, code) for name, code in names.items()}
        for term in terms:
            names |= dict.fromkeys((*term.synonyms, term.label), term.code)
        for name in read_names()["no_places"]:
            names.pop(name, None)
        return names

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
                node.phrase = Phrase(written, (code,) if code else (), keeps_case)
            elif code and code not in node.phrase.codes:
                node.phrase.codes += (code,)


def _is_number(written: str) -> bool:
    """Temperatures and conditions, which `conditions` reads with their signs: "-80", "2 to 8", "25/60"."""
    return all(word.isdigit() or word in {"c", "to", "minus", "rh"} for word in folded_words(written))


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
    raw: dict[str, Any] = loaded("phrases")
    return raw
