"""Terms of the vocabulary for words that it does not know: likeness by trigrams, kinship by full text."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

MOST_WORDS: Final = 40
LONGEST_WORDS: Final = 80
MOST_EACH: Final = 4
# Two words in three letters alike, or the stem of one word in a name of three: enough to ask, not to decide.
LEAST: Final = 0.3
PLAIN: Final = re.compile(r"[^\w\s+/.-]+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A term to choose, and the name of it (label or synonym) that is like the words."""

    code: str
    label: str
    name: str


# One round trip for all words. The vocabulary has some two thousand names: comparing them all takes a moment,
# and no index reaches into the synonyms. 'english' stems: drying and dried are one.
SUGGEST: Final = """
WITH asked AS MATERIALIZED (
    SELECT place, words, replace(plainto_tsquery('english', words)::text, '&', '|')::tsquery AS stems
    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS given (words, place)
), named AS MATERIALIZED (
    SELECT term.code, term.label, name, lower(name) AS folded, to_tsvector('english', name) AS stems
    FROM partners_term AS term
    JOIN partners_facet AS facet ON facet.id = term.facet_id
    CROSS JOIN LATERAL unnest(array_prepend(term.label, term.synonyms::text[])) AS name
    WHERE term.retired_at IS NULL AND facet.code = ANY (%(facets)s)
), scored AS (
    SELECT asked.place, named.code, named.label, named.name,
           greatest(
               similarity(named.folded, asked.words), 0.9 * strict_word_similarity(asked.words, named.folded)
           ) + ts_rank(named.stems, asked.stems, 1) AS score
    FROM asked CROSS JOIN named
), best AS (
    SELECT DISTINCT ON (place, code) place, code, label, name, score
    FROM scored WHERE score >= %(least)s
    ORDER BY place, code, score DESC, name
)
SELECT place, code, label, name
FROM (SELECT *, row_number() OVER (PARTITION BY place ORDER BY score DESC, code) AS rank FROM best) AS ranked
WHERE rank <= %(most)s
ORDER BY place, rank
"""  # fmt: skip


def suggestions_for(words: Sequence[str], facets: Collection[str]) -> list[tuple[Suggestion, ...]]:
    """For each of the words, in their order, up to four terms of these facets, the likest first."""
    found: list[list[Suggestion]] = [[] for _ in words]
    asked = [PLAIN.sub(" ", each).casefold()[:LONGEST_WORDS] for each in words[:MOST_WORDS]]
    if asked:
        # Django's types of parameters know no lists of text, hence Any.
        given: dict[str, Any] = {"words": asked, "facets": list(facets), "least": LEAST, "most": MOST_EACH}
        with connection.cursor() as cursor:
            cursor.execute(SUGGEST, given)
            for place, code, label, name in cursor.fetchall():
                found[place - 1].append(Suggestion(code, label, name))
    return [tuple(each) for each in found]
