"""What tells one company's name from another's: its words without legal forms and the words of the trade."""

from typing import Final

from partners.folding import words

LEGAL: Final = (
    "gmbh kg kgaa ag sa sas sarl spa srl bv nv llc llp lp plc inc ltd limited pvt pty pte co corp corporation"
    " company ab as aps oy sl lda kft sro doo group holding holdings international intl"
)
OF_THE_TRADE: Final = (
    "pharma pharmaceutical pharmaceuticals biopharma biotech biologics bio laboratory laboratories labs"
    " manufacturing mfg services solutions industries technologies sciences products healthcare health"
    " medical life drug chemical chemicals plant site works facility"
)
COMMON: Final = frozenset(words(f"{LEGAL} {OF_THE_TRADE}"))


def telling_words(name: str) -> list[str]:
    """The words of a name that other companies do not carry as well; all of them where none is left."""
    found = list(dict.fromkeys(words(name)))
    return [word for word in found if word not in COMMON and len(word) > 1] or found
