"""What every judgement needs beside the facts: day, vocabulary, the brief's time frame, spot."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.scoring.facts import LineFacts, Scope, SiteFacts, Vocabulary
from matching.scoring.requirements import TimeFrame


@dataclass(frozen=True, slots=True)
class Context:
    """Made once per match by `context_for`; term families are looked up, not walked, per statement."""

    today: dt.date
    vocabulary: Vocabulary
    time_frame: TimeFrame
    families: Mapping[str, frozenset[str]]
    implying: dict[str, frozenset[str]] = field(default_factory=dict)

    def satisfying(self, term: str) -> frozenset[str]:
        """The term and all terms under it: any of them satisfies it."""
        return self.families.get(term) or frozenset({term})

    def terms_implying(self, term: str) -> frozenset[str]:
        """Terms that bring the term with them, e.g. antibody-drug conjugate brings cytotoxics."""
        if term not in self.implying:
            self.implying[term] = find_implying(term, self)
        return self.implying[term]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a requirement is judged: a site at a scope and, for lines and buildings, by way of one line."""

    site: SiteFacts
    scope: Scope = Scope.SITE
    line: LineFacts | None = None

    @property
    def is_within_site(self) -> bool:
        return self.scope in (Scope.LINE, Scope.BUILDING)

    @property
    def name(self) -> str:
        if self.is_within_site and self.line is not None:
            return f"line {self.line.name}"
        return "the site"


def context_for(today: dt.date, vocabulary: Vocabulary, time_frame: TimeFrame) -> Context:
    families: dict[str, set[str]] = {}
    for term in {*vocabulary.labels, *vocabulary.parents, *vocabulary.parents.values()}:
        for ancestor in vocabulary.lineage(term):
            families.setdefault(ancestor, set()).add(term)
    return Context(
        today, vocabulary, time_frame, {term: frozenset(family) for term, family in families.items()}
    )


def find_implying(term: str, context: Context) -> frozenset[str]:
    wanted = set(context.satisfying(term))
    implying: set[str] = set()
    while True:
        found = {
            child
            for source, targets in context.vocabulary.implies.items()
            if wanted.intersection(targets)
            for child in context.satisfying(source)
        }
        if found <= implying:
            return frozenset(implying - context.satisfying(term))
        implying |= found
        wanted |= found
