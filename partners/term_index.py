"""The vocabulary in memory, as search and screens need it: by code, by bit, by facet, with folded words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from partners.folding import words
from partners.models import Term


@dataclass(frozen=True, slots=True)
class Entry:
    """One term. `lineage` are the bits of the term and its ancestors, nearest first."""

    code: str
    label: str
    facet: str
    bit: int
    lineage: tuple[int, ...]
    implied: tuple[int, ...]
    names: tuple[str, ...]  # the label first
    words: frozenset[str]
    is_retired: bool
    base_unit: str
    countries: tuple[str, ...]


class TermIndex:
    """All terms, in the order of the vocabulary."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self.by_code = {entry.code: entry for entry in self.entries}
        self.by_bit = {entry.bit: entry for entry in self.entries}
        self._text: dict[int, frozenset[str]] = {}

    @cached_property
    def position(self) -> dict[int, int]:
        """By bit, the place in the order of the vocabulary."""
        return {entry.bit: place for place, entry in enumerate(self.entries)}

    @cached_property
    def by_facet(self) -> dict[str, list[Entry]]:
        """The terms in use of each facet."""
        groups: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if not entry.is_retired:
                groups[entry.facet].append(entry)
        return groups

    @cached_property
    def all_words(self) -> list[str]:
        """Every folded word of the vocabulary that is long enough to be mistyped."""
        return sorted({word for entry in self.entries for word in entry.words if len(word) > 3})

    def label(self, code: str) -> str:
        entry = self.by_code.get(code)
        return entry.label if entry else code

    def search_words(self, bit: int) -> frozenset[str]:
        """What finds a site that offers this term: its names, its parents', and those of what it implies."""
        if bit not in self._text:
            entry = self.by_bit[bit]
            own = {*entry.lineage, *entry.implied}
            self._text[bit] = frozenset(word for each in own for word in self.by_bit[each].words)
        return self._text[bit]

    def search_names(self, bit: int) -> list[str]:
        """The names whose words these are, the term's own first."""
        entry = self.by_bit[bit]
        return [name for each in (*entry.lineage, *entry.implied) for name in self.by_bit[each].names]

    def groups_of(self, country: str) -> list[Entry]:
        return [entry for entry in self.by_facet.get("geography", ()) if country in entry.countries]

    def group_words(self, country: str) -> frozenset[str]:
        """The names of the regions (geo.* terms) that a country belongs to."""
        return frozenset(word for entry in self.groups_of(country) for word in entry.words)


_current: tuple[tuple[int, int | None], TermIndex] | None = None


def term_index() -> TermIndex:
    """The vocabulary of the database, kept in this process until it changes (one cheap query)."""
    global _current  # noqa: PLW0603 - a cache of the process, replaced as a whole
    version = _version()
    if _current is None or _current[0] != version:
        _current = version, TermIndex(_load())
    return _current[1]


def _version() -> tuple[int, int | None]:
    # xmin is the transaction that wrote a row last, so a changed label is seen as well as a new term.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), max(xmin::text::bigint) FROM {Term._meta.db_table}")  # noqa: S608
        count, newest = cursor.fetchone()
    return count, newest


def _load() -> list[Entry]:
    terms = list(Term.objects.select_related("facet").order_by("facet__position", "position", "pk"))
    by_pk = {term.pk: term for term in terms}
    by_code = {term.code: term for term in terms}
    return [_entry(term, by_pk, by_code) for term in terms]


def _entry(term: Term, by_pk: dict[int, Term], by_code: dict[str, Term]) -> Entry:
    lineage = [term]
    while (parent_id := lineage[-1].parent_id) is not None and by_pk[parent_id] not in lineage:
        lineage.append(by_pk[parent_id])
    names = (term.label, *term.synonyms)
    return Entry(
        code=term.code,
        label=term.label,
        facet=term.facet.code,
        bit=term.bit,
        lineage=tuple(each.bit for each in lineage),
        implied=tuple(by_code[code].bit for code in term.implies if code in by_code),
        names=names,
        words=frozenset(word for name in names for word in words(name)),
        is_retired=term.retired_at is not None,
        base_unit=term.base_unit,
        countries=tuple(term.countries),
    )
