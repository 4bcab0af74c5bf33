"""From typed text to a condition on search rows: every word, the last as prefix, typos when needed."""

from difflib import get_close_matches
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from partners.folding import compounds
from partners.importers.countries import country_names
from partners.models import SearchRow
from partners.row_conditions import any_of
from partners.term_index import TermIndex

LONGEST_TEXT: Final = 200
MOST_WORDS: Final = 12
# With this many rows found as typed, the text is taken to be spelt as meant.
ENOUGH: Final = 3
SHORTEST_TYPO: Final = 4
MOST_ALIKE: Final = 1_000
# One wrong letter in the middle of a word of nine leaves a likeness of 0.54.
THRESHOLD: Final = "pg_trgm.word_similarity_threshold"
LEAST_LIKENESS: Final = 0.5

type Parts = tuple[str, ...]
type Likes = dict[Parts, list[str]]
"""Words that were typed, with the known words that they are taken for."""


class TextSearch:
    """What a text finds among one reader's rows.

    Whether typos are forgiven depends on the text and the reader alone, never on the other filters: else a
    tick in a facet could bring rows back that its count did not promise.
    """

    def __init__(self, text: str, rows: QuerySet[SearchRow], terms: TermIndex) -> None:
        self.words = compounds(text)[:MOST_WORDS]
        self.exact = SearchQuery(_all_words(self.words), config="simple", search_type="raw")
        self.is_forgiving = False
        self.likes: Likes = {}
        # The page asks some ten times, so the rows are looked up once.
        found = list(rows.filter(words=self.exact).values_list("pk", flat=True)) if self.words else []
        self.condition = any_of("pk", found)
        if self.words and len(found) < ENOUGH:
            self._forgive(rows, terms)

    def _forgive(self, rows: QuerySet[SearchRow], terms: TermIndex) -> None:
        if not any(_may_be_a_typo(parts) for parts in self.words):
            return
        self.likes = _likes(self.words, terms)
        forgiving = _forgiving(self.words, self.likes)
        like = rows.filter(self.condition | forgiving).order_by("-is_profiled", "pk")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [THRESHOLD, str(LEAST_LIKENESS)])
            self.condition = any_of("pk", like.values_list("pk", flat=True)[:MOST_ALIKE])
        self.is_forgiving = True

    @property
    def rank(self) -> Combinable:
        """How well a row fits: where the words stand, and, where typos are forgiven, how like its name is."""
        if not self.words:
            return Value(0.0)
        rank: Combinable = SearchRank(F("words"), self.exact)
        if self.is_forgiving:
            rank = rank + TrigramWordSimilarity(" ".join("".join(parts) for parts in self.words), "name")
        return rank


def _all_words(words: list[Parts]) -> str:
    if not words:
        return ""
    *whole, last = words
    return " & ".join([*(_word(parts) for parts in whole), _word(last, is_last=True)])


def _word(parts: Parts, *, is_last: bool = False) -> str:
    """One typed word as tsquery: its parts, or the parts as one. Letters and digits only."""
    mark = ":*" if is_last and len("".join(parts)) > 1 else ""
    split = " & ".join([*(f"'{part}'" for part in parts[:-1]), *(f"'{part}'{mark}" for part in parts[-1:])])
    return f"(({split}) | '{''.join(parts)}'{mark})" if parts[1:] else f"({split})"


def _may_be_a_typo(parts: Parts) -> bool:
    return len("".join(parts)) >= SHORTEST_TYPO


def _likes(words: list[Parts], terms: TermIndex) -> Likes:
    """For each word that may be a typo, the known words that are nearly it."""
    known = [*terms.all_words, *_country_words()]
    return {
        parts: get_close_matches("".join(parts), known, n=3, cutoff=0.8)
        for parts in words
        if _may_be_a_typo(parts)
    }


def _forgiving(words: list[Parts], likes: Likes) -> Q:
    """Each word as typed, or a known word or a name like it."""
    condition = Q()
    for parts in words:
        spelt = SearchQuery(_word(parts, is_last=True), config="simple", search_type="raw")
        either = Q(words=spelt)
        if _may_be_a_typo(parts):
            either |= Q(name__trigram_word_similar="".join(parts))
        for like in likes.get(parts, ()):
            either |= Q(words=SearchQuery(f"'{like}'", config="simple", search_type="raw"))
        condition &= either
    return condition


def _country_words() -> set[str]:
    return {word for name in country_names().values() for parts in compounds(name) for word in parts}
