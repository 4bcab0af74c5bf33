"""Text folded so that spelling hides no match: case, accents, hyphens, British and American, plurals."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST_WORD: Final = 60
# Left out of texts and queries alike, so that "fill and finish" is "fill & finish" is "fill-finish".
SMALL_WORDS: Final = frozenset({"a", "an", "and", "by", "for", "in", "of", "or", "the", "to", "with"})
# Both sides are folded, so a rule may be crude: it conflates rare words, it never hides one.
SPELLINGS: Final = (
    ("iz", "is"), ("yz", "ys"), ("aem", "em"), ("paed", "ped"), ("oestr", "estr"), ("foet", "fet"),
    ("sulph", "sulf"), ("colour", "color"), ("flavour", "flavor"), ("tumour", "tumor"), ("vapour", "vapor"),
    ("labell", "label"), ("programme", "program"), ("litre", "liter"), ("centre", "center"),
    ("fibre", "fiber"), ("mould", "mold"), ("ageing", "aging"), ("aluminium", "aluminum"),
)  # fmt: skip
COMPOUND: Final = re.compile(r"[^\W_]+(?:[-/‐‑–][^\W_]+)*")
PART: Final = re.compile(r"[^\W_]+")
# As they stand in a text: an apostrophe is inside its word, and so is an accent written apart.
PART_WRITTEN: Final = re.compile(r"[^\W_](?:[^\W_]|['’\u0300-\u036f])*")
WRITTEN: Final = re.compile(rf"{PART_WRITTEN.pattern}(?:[-/‐‑–]{PART_WRITTEN.pattern})*")


def compounds(text: str) -> list[tuple[str, ...]]:
    """The words in order, each as the folded parts that hyphens and slashes join: ("pre", "filled")."""
    found = [
        tuple(_fold_word(part) for part in PART.findall(word)) for word in COMPOUND.findall(_plain(text))
    ]
    telling = [parts for parts in found if not (len(parts) == 1 and parts[0] in SMALL_WORDS)]
    return telling or found


def words(text: str) -> list[str]:
    """Every word to index: the parts of compounds, and the compounds written as one."""
    return [word for parts in compounds(text) for word in ((*parts, "".join(parts)) if parts[1:] else parts)]


def folded(text: str) -> str:
    return " ".join(word for parts in compounds(text) for word in parts)


@dataclass(frozen=True, slots=True)
class Written:
    """A word where it stands in a text, with its folded parts: "Pre-filled" is ("pre", "filled")."""

    start: int
    end: int
    parts: tuple[str, ...]


@lru_cache(maxsize=8_192)
def written(text: str) -> tuple[Written, ...]:
    """The words of a text with their places: every compound, and after it its parts."""
    found = []
    for word in WRITTEN.finditer(text):
        parts = [(part, compounds(part[0])) for part in PART_WRITTEN.finditer(word[0])]
        folds = [(part, folds[0][0]) for part, folds in parts if folds]
        if len(folds) > 1:
            found.append(Written(word.start(), word.end(), tuple(fold for _, fold in folds)))
        found += [Written(word.start() + p.start(), word.start() + p.end(), (fold,)) for p, fold in folds]
    return tuple(found)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()


def _fold_word(word: str) -> str:
    word = word[:LONGEST_WORD]
    for old, new in SPELLINGS:
        word = word.replace(old, new)
    return _singular(word)


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
