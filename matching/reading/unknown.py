"""Words that look like a technical term and that the vocabulary does not know, for a person to name."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from matching.reading.findings import Span, UnknownWords
from matching.reading.lexicon import Lexicon
from matching.reading.noticing import Read
from matching.reading.stances import Stance, stance_at
from matching.reading.wording import loaded, pattern
from matching.reading.words import folded

MOST: Final = 20
_ACRONYM: Final = re.compile(r"(?<![\w-])[A-Z][A-Z/&]{1,4}(?![\w-])")
# Endings of methods and operations: "electroporation", "osmometry", "spheronisation", "immunoblotting".
_METHOD: Final = re.compile(
    r"(?<![\w-])(?:(?!after|before|with|from|this|that|your|our|the|and|for|during|under|any|all|per)"
    r"[a-z]{3,14}[ -])?[a-z]{4,18}(?:ation|metry|scopy|graphy|lysis|phoresis|poration|nomics|assays?|"
    r"blotting|welding|moulding|casting|sealing|plating)(?![\w-])"
)
_HEADING: Final = re.compile(r"^[^a-z]*$")
_EVERYDAY: Final = pattern(loaded("everyday"))
_USED: Final = frozenset({Stance.NEEDED, Stance.WISHED, Stance.LATER, Stance.ASKED})


def unknown_words(reads: Iterable[Read], lexicon: Lexicon) -> list[UnknownWords]:
    """The first `MOST`, each spelling once; nothing of what is not needed or done by others."""
    return list(islice(_found(reads, lexicon), MOST))


def _found(reads: Iterable[Read], lexicon: Lexicon) -> Iterator[UnknownWords]:
    seen: set[str] = set()
    for read in reads:
        text, offset = read.sentence.text, read.sentence.start
        if _HEADING.match(text):
            continue
        for match in (*_ACRONYM.finditer(text), *_METHOD.finditer(text)):
            start, end = match.start() + offset, match.end() + offset
            words = match.group().lower()
            if words in seen or _is_known(match.group(), lexicon) or _is_noticed(read, start, end):
                continue
            seen.add(words)
            if stance_at(read.scopes, start, end) in _USED:
                yield UnknownWords(Span(start, end))


def _is_noticed(read: Read, start: int, end: int) -> bool:
    return any(notice.start < end and start < notice.end for notice in read.notices)


def _is_known(words: str, lexicon: Lexicon) -> bool:
    """Everyday words, names of places, and the first words of phrases that the vocabulary has."""
    if _EVERYDAY.fullmatch(words) or lexicon.gazetteer.pattern.fullmatch(words):
        return True
    parts = [folded(part) for part in re.split(r"[\s/&-]", words) if part]
    return all(part in lexicon.root.following or part.isdigit() for part in parts)
