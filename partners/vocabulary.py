"""The controlled vocabulary as the project ships it: partners/data/vocabulary.yaml, read and checked.

`current_vocabulary()` is what the application reads labels, parents, synonyms and units from; the rows of the
database are brought up to the same file by `manage.py load_vocabulary`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "data" / "vocabulary.yaml"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is about ten times as fast
_TERM_KEYS = frozenset(
    {"id", "label", "syn", "children", "implies", "not", "note"}
    | {"edqm", "eu_gmp", "base_unit", "aliases", "iso", "includes"}
)


class VocabularyError(Exception):
    """The file is not a vocabulary; the message names the term and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class FacetEntry:
    code: str
    label: str
    note: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class TermEntry:
    """One term as the file has it; `unit_factors` turn a unit into the base unit by multiplication."""

    code: str
    facet: str
    label: str
    parent: str = ""
    position: int = 0
    synonyms: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    note: str = ""
    edqm_code: str = ""
    eu_gmp_codes: tuple[str, ...] = ()
    base_unit: str = ""
    unit_factors: Mapping[str, Decimal] = field(default_factory=dict)
    countries: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """All facets and terms in the order of the file."""

    facets: tuple[FacetEntry, ...]
    terms: Mapping[str, TermEntry]

    def label(self, code: str) -> str:
        """The term's label, or the code itself where the file no longer has it."""
        entry = self.terms.get(code)
        return entry.label if entry else code

    @cached_property
    def facet_labels(self) -> Mapping[str, str]:
        return {facet.code: facet.label for facet in self.facets}

    def lineage(self, code: str) -> tuple[str, ...]:
        """The term and its ancestors, nearest first."""
        line: list[str] = []
        while code in self.terms:
            line.append(code)
            code = self.terms[code].parent
        return tuple(line)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for entry in self.terms.values():
            found.setdefault(entry.parent, []).append(entry.code)
        return {parent: tuple(codes) for parent, codes in found.items() if parent}

    def descendants(self, code: str) -> tuple[str, ...]:
        """The term and everything below it: what satisfies a requirement for it."""
        below = [each for child in self.children.get(code, ()) for each in self.descendants(child)]
        return (code, *below)

    def of_facet(self, facet: str) -> tuple[TermEntry, ...]:
        return tuple(entry for entry in self.terms.values() if entry.facet == facet)

    def countries_of(self, code: str) -> frozenset[str]:
        """The ISO countries of a `geo.*` group, those of the groups it includes among them."""
        entry = self.terms[code]
        return frozenset(entry.countries).union(*(self.countries_of(each) for each in entry.includes))


@cache
def current_vocabulary() -> Vocabulary:
    """The vocabulary that this version of the project ships."""
    return read_vocabulary(FILE.read_text(encoding="utf-8"))


def read_vocabulary(text: str) -> Vocabulary:
    """The vocabulary of a YAML text; `VocabularyError` names the first thing that is wrong with it."""
    try:
        raw = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise VocabularyError(f"The vocabulary is not readable YAML: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("facets"), list):
        raise VocabularyError("The vocabulary needs a list named `facets`.")
    facets: list[FacetEntry] = []
    entries: list[TermEntry] = []
    for position, raw_facet in enumerate(raw["facets"]):
        facet = FacetEntry(
            _word(raw_facet, "id"), _word(raw_facet, "label"), raw_facet.get("note", ""), position
        )
        facets.append(facet)
        entries += _entries(raw_facet.get("terms", []), facet.code, "")
    vocabulary = Vocabulary(tuple(facets), _by_code(entries))
    _check_facets(facets)
    _check_references(vocabulary)
    return vocabulary


def _entries(raw_terms: Any, facet: str, parent: str) -> Iterator[TermEntry]:
    if not isinstance(raw_terms, list):
        raise VocabularyError(f"The terms under {parent or facet} are not a list.")
    for raw in raw_terms:
        entry = _entry(raw, facet, parent)
        yield entry
        yield from _entries(raw.get("children", []), facet, entry.code)


def _entry(raw: Any, facet: str, parent: str) -> TermEntry:
    code = _word(raw, "id")
    if unknown := sorted(set(raw) - _TERM_KEYS):
        raise VocabularyError(f"{code}: unknown key {unknown[0]!r}.")
    return TermEntry(
        code=code,
        facet=facet,
        parent=parent,
        label=_word(raw, "label"),
        synonyms=_words(raw, "syn"),
        implies=_words(raw, "implies"),
        look_alikes=_words(raw, "not"),
        note=str(raw.get("note", "")),
        edqm_code=str(raw.get("edqm", "")),
        eu_gmp_codes=tuple(part.strip() for part in str(raw.get("eu_gmp", "")).split(",") if part.strip()),
        base_unit=str(raw.get("base_unit", "")),
        unit_factors=_factors(code, raw.get("aliases", {})),
        countries=_words(raw, "iso"),
        includes=_words(raw, "includes"),
    )


def _word(raw: Any, key: str) -> str:
    word = raw.get(key) if isinstance(raw, dict) else None
    if not isinstance(word, str) or not word.strip():
        raise VocabularyError(f"An entry has no text under {key!r}: {str(raw)[:80]}")
    return word


def _words(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts. YAML reads a bare `NO` as false, so anything but text is refused."""
    words = raw.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise VocabularyError(f"{raw['id']}: {key!r} is not a list of texts; quote words such as NO.")
    return tuple(words)


def _factors(code: str, raw: Any) -> dict[str, Decimal]:
    try:
        factors = {str(unit): Decimal(str(factor)) for unit, factor in raw.items()}
    except (AttributeError, InvalidOperation) as error:
        raise VocabularyError(f"{code}: a unit has no number as its factor.") from error
    if not all(factor.is_finite() and factor > 0 for factor in factors.values()):
        raise VocabularyError(f"{code}: the factor of a unit is not above zero.")
    return factors


def _by_code(entries: Iterable[TermEntry]) -> dict[str, TermEntry]:
    terms: dict[str, TermEntry] = {}
    for position, entry in enumerate(entries):
        if entry.code in terms:
            raise VocabularyError(f"{entry.code} stands twice.")
        terms[entry.code] = replace(entry, position=position)
    return terms


def _check_facets(facets: Iterable[FacetEntry]) -> None:
    seen: set[str] = set()
    for facet in facets:
        if facet.code in seen:
            raise VocabularyError(f"The facet {facet.code} stands twice.")
        seen.add(facet.code)


def _check_references(vocabulary: Vocabulary) -> None:
    for entry in vocabulary.terms.values():
        for kind, codes in (("implies", entry.implies), ("includes", entry.includes)):
            for code in codes:
                if code not in vocabulary.terms:
                    raise VocabularyError(f"{entry.code} {kind} {code}, which does not exist.")
        if entry.code.startswith("sc.") and not entry.base_unit:
            raise VocabularyError(f"{entry.code} has no base unit.")
    _check_cycles(vocabulary, "implies")
    _check_cycles(vocabulary, "includes")


def _check_cycles(vocabulary: Vocabulary, kind: str) -> None:
    done: set[str] = set()

    def visit(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            raise VocabularyError(f"{' → '.join((*path, code))} is a circle of {kind!r}.")
        if code not in done:
            for each in getattr(vocabulary.terms[code], kind):
                visit(each, (*path, code))
            done.add(code)

    for code in vocabulary.terms:
        visit(code, ())
