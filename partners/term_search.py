"""Terms of the vocabulary for what somebody is typing: by label, synonym or code, misspelt words last."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from partners.folding import folded, words
from partners.term_index import Entry, TermIndex
from partners.term_suggestions import suggestions_for
from partners.vocabulary import current_vocabulary

MOST_FOUND: Final = 12
LONGEST_QUERY: Final = 80
# How well a name fits what was typed; the smaller, the better.
SAME, BEGINS, WORDS_BEGIN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Found:
    """A term to choose. `name` is the synonym or code that fits, where that is not the label."""

    code: str
    label: str
    name: str
    where: str


def find_terms(
    typed: str, facets: Collection[str], terms: TermIndex, *, most: int = MOST_FOUND
) -> list[Found]:
    """The terms of these facets (all, where none is named) that fit, the best first; none for no words."""
    typed = typed[:LONGEST_QUERY]
    asked, query = words(typed), folded(typed)
    if not query:
        return []
    fitting = []
    for place, entry in enumerate(_in_use(facets, terms)):
        fit = _fit(entry, typed, query, asked)
        if fit is not None:
            rank, is_other_name, name = fit
            # Of names that fit as well, the shortest says the least besides.
            length = len(name or entry.label)
            fitting.append((rank, is_other_name, length, place, entry, name))
    fitting.sort(key=lambda each: each[:4])
    found = [_found(entry, name, terms) for *_rank, entry, name in fitting[:most]]
    return found or _alike(typed, facets, terms)[:most]


def terms_of(facet: str, terms: TermIndex) -> list[Found]:
    """All terms in use of one facet, in the order of the vocabulary."""
    return [_found(entry, "", terms) for entry in terms.by_facet.get(facet, ())]


def terms_named(codes: Collection[str], terms: TermIndex) -> list[Found]:
    """The terms in use of these codes, in the order of the vocabulary; codes of none are passed over."""
    found = [terms.by_code[code] for code in codes if code in terms.by_code]
    in_use = sorted(
        (each for each in found if not each.is_retired), key=lambda each: terms.position[each.bit]
    )
    return [_found(entry, "", terms) for entry in in_use]


def _in_use(facets: Collection[str], terms: TermIndex) -> Iterable[Entry]:
    return (
        entry for entry in terms.entries if not entry.is_retired and (not facets or entry.facet in facets)
    )


def _fit(entry: Entry, typed: str, query: str, asked: list[str]) -> tuple[int, bool, str] | None:
    """How well the best name of a term fits, whether that is another name than the label, and that name."""
    if entry.code == typed.strip().casefold():
        return SAME, True, entry.code
    ranks = ((_rank(name, query, asked), bool(place), name) for place, name in enumerate(entry.names))
    best = min(((rank, other, name) for rank, other, name in ranks if rank is not None), default=None)
    return best if best is None or best[1] else (best[0], False, "")


def _rank(name: str, query: str, asked: list[str]) -> int | None:
    whole, own = _folds(name)
    if whole == query:
        return SAME
    if whole.startswith(query):
        return BEGINS
    return WORDS_BEGIN if all(any(word.startswith(part) for word in own) for part in asked) else None


@lru_cache(maxsize=8_192)
def _folds(name: str) -> tuple[str, tuple[str, ...]]:
    return folded(name), tuple(words(name))


def _alike(typed: str, facets: Collection[str], terms: TermIndex) -> list[Found]:
    asked = facets or {entry.facet for entry in terms.entries}
    likely = suggestions_for([typed], asked)[0]
    return [
        _found(terms.by_code[each.code], "" if each.name == each.label else each.name, terms)
        for each in likely
        if each.code in terms.by_code
    ]


def _found(entry: Entry, name: str, terms: TermIndex) -> Found:
    above = [terms.by_bit[bit].label for bit in reversed(entry.lineage[1:])]
    return Found(entry.code, entry.label, name, " › ".join([facet_label(entry.facet), *above]))


def facet_label(code: str) -> str:
    """What screens call a facet; the code itself for one that the project's vocabulary does not have."""
    return current_vocabulary().facet_labels.get(code, code)
