"""Names of places and what they are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from matching.reading.wording import loaded

_SHORT: Final = 5
_FIRST_WORD: Final = re.compile(r"(?<!\w)[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Spot:
    """A name in a text. `codes` are several where the name is a region without a term of its own."""

    start: int
    end: int
    codes: tuple[str, ...]
    is_adjective: bool = False
    is_weak: bool = False  # a bare country code such as CH, which may be something else
    is_region: bool = False


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names with what they are: a `geo.*` code, or an ISO country code where no term is the country."""

    pattern: re.Pattern[str]
    codes: Mapping[str, str]
    adjectives: frozenset[str] = frozenset()
    weak: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first_words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Mapping[str, str]) -> "Gazetteer":
        """Names in up to five capitals count in that spelling only: US is a country, us are people."""
        raw = read_names()
        weak = {name: code for name, code in raw["weak"].items() if name not in names}
        regions = {name: tuple(codes) for name, codes in raw["regions"].items()}
        own = set(raw["exact"]) | set(weak)
        exact = {name for name in (*names, *weak, *regions) if name in own or _is_short(name)}
        free = {*names, *regions} - exact
        words = [*map(re.escape, _longest_first(exact)), f"(?i:{_any(free)})"]
        codes = {name if name in exact else name.casefold(): code for name, code in names.items()}
        adjectives = frozenset(word.casefold() for each in raw["adjectives"].values() for word in each)
        keys = {name if name in exact else name.casefold(): codes for name, codes in regions.items()}
        first = frozenset(
            match.group().casefold() for name in exact | free if (match := _FIRST_WORD.match(name))
        )
        return cls(re.compile(rf"(?:{'|'.join(words)})(?!\w)"), codes, adjectives, weak, keys, first)

    def found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Names that mean one code, beyond doubt."""
        for spot in self.spots(text):
            if not spot.is_region and not spot.is_weak:
                yield spot.start, spot.end, spot.codes[0]

    def spots(self, text: str) -> Iterator[Spot]:
        for match in self._matches(text):
            word = match.group()
            key = word if word in self.codes or word in self.weak or word in self.regions else word.casefold()
            start, end = match.span()
            if key in self.regions:
                yield Spot(start, end, self.regions[key], is_region=True)
            elif key in self.weak:
                yield Spot(start, end, (self.weak[key],), is_weak=True)
            else:
                yield Spot(start, end, (self.codes[key],), is_adjective=word.casefold() in self.adjectives)

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        """The names are many: only where a word begins one of them is the pattern tried."""
        end = 0
        for word in _FIRST_WORD.finditer(text):
            if word.start() >= end and word.group().casefold() in self.first_words:
                match = self.pattern.match(text, word.start())
                if match:
                    end = match.end()
                    yield match


def _is_short(name: str) -> bool:
    return len(name) <= _SHORT and name.isupper()


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _any(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, _longest_first(names)))


@cache
def read_names() -> dict[str, Any]:
    raw: dict[str, Any] = loaded("places")
    return raw


def names_of_places() -> dict[str, str]:
    """The names and adjectives of data/places.yaml with their codes."""
    raw = read_names()
    return {
        name: code for kind in ("names", "adjectives") for code, names in raw[kind].items() for name in names
    }
