"""Words folded so that spelling hides no match: case, accents, British and American, plurals.

The rules are those of the vocabulary (`matching_rules` in its file). Both sides are folded, so a rule may be
crude: it conflates rare words, it never hides one.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Letters and digits are words of their own, so that "10R" and "ISO13485" match "10 R" and "ISO 13485".
WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*")
SPELLINGS: Final = (
    ("iz", "is"), ("yz", "ys"), ("ae", "e"), ("oe", "e"), ("sulph", "sulf"), ("colour", "color"),
    ("flavour", "flavor"), ("tumour", "tumor"), ("vapour", "vapor"), ("labell", "label"),
    ("programme", "program"), ("licence", "license"), ("litre", "liter"), ("titre", "titer"),
    ("centre", "center"), ("fibre", "fiber"), ("mould", "mold"), ("aluminum", "aluminium"),
    ("tablett", "tablet"),
)  # fmt: skip


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """One word as matching compares it."""
    plain = unicodedata.normalize("NFKD", word).casefold().replace("’", "'").removesuffix("'s")
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    for old, new in SPELLINGS:
        plain = plain.replace(old, new)
    return _singular(plain)


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def folded_words(text: str) -> tuple[str, ...]:
    return tuple(folded(match.group()) for match in WORD.finditer(text))
