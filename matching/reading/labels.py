"""What the label of a field or of a table's row says of the bare numbers after it: "OEL (ng/m3): 400"."""

import re
from dataclasses import dataclass
from typing import Final

from matching.reading.numerals import FACTORS
from matching.reading.unit_words import Kind, UnitRule, currency_in, noun_in, unit_after

_I: Final = re.IGNORECASE
_LABEL: Final = re.compile(r"[\s|*•–>-]*(?P<label>[^:|=\d][^:|=]{1,60}?)\s?[:|=]")
_BRACKET: Final = re.compile(
    r"[(\[](?:in )?(?P<unit>[^()\[\]]{1,24})[)\]]|,? in (?P<plain>[\w/%µ°-]{1,12}(?: [\w/%-]{1,8})?)\s*$"
)
_PER: Final = re.compile(
    r"\b(?P<noun>[a-z-]{1,20})\s?(?:per|/|a)\s?(?:year|annum|batch|lot|run|month|campaign)\b", _I
)
_NUMBER_OF: Final = re.compile(r"^(?:total )?(?:no\.?|number|quantity|amount) of (?P<noun>.{3,40})$", _I)
_MANY: Final = re.compile(r"\b(?P<noun>batches|lots|runs|campaigns|samples|pulls|time ?points)$", _I)
_THOUSANDS: Final = frozenset({"'000", "000", "000s", "1000", "1,000"})


@dataclass(frozen=True, slots=True)
class Label:
    """`end` is where the label ends; bare numbers after it are of `rule` and multiplied by `factor`."""

    end: int = 0
    rule: UnitRule | None = None
    factor: float = 1.0

    @property
    def says_something(self) -> bool:
        return self.rule is not None


def label_of(text: str) -> Label:
    found = _LABEL.match(text)
    if not found:
        return Label()
    words = found["label"]
    bracket = _BRACKET.search(words)
    written = (bracket["unit"] or bracket["plain"]).strip() if bracket else ""
    factor = 1_000.0 if written in _THOUSANDS else FACTORS.get(written.lower(), 1.0)
    if factor != 1.0:
        return Label(found.end(), _counted(words), factor)
    return Label(found.end(), _whole(written) or _named(words))


def _counted(words: str) -> UnitRule | None:
    """ "Vials (k)" counts vials, "Budget in EUR (million)" euros."""
    if currency := currency_in(words):
        return UnitRule("", currency, Kind.MONEY)
    noun = noun_in(words)
    return UnitRule("", noun, Kind.COUNT) if noun else None


def _named(words: str) -> UnitRule | None:
    for pattern in (_NUMBER_OF, _PER, _MANY):
        found = pattern.search(words)
        unit = unit_after(f" {found['noun']}", 0, len(found["noun"]) + 1) if found else None
        if unit:
            return unit[0]
    return None


def _whole(written: str) -> UnitRule | None:
    unit = unit_after(f" {written}", 0, len(written) + 1) if written else None
    return unit[0] if unit and unit[1] == len(written) + 1 else None
