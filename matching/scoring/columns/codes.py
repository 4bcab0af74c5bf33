"""Numbers for codes, so that columns hold integers. Numbers are given once per process and never reused."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from matching.scoring.columns.arrays import Ints

MOST_BITS = 62


@dataclass(slots=True)
class Codes:
    """Grows only; a code keeps its number, so that segments built at different times fit together."""

    numbers: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def number(self, code: str) -> int:
        """The code's number, given now if it has none."""
        found = self.numbers.get(code)
        if found is not None:
            return found
        with self.lock:
            return self.numbers.setdefault(code, len(self.numbers))

    def find(self, codes: Iterable[str]) -> Ints:
        """The numbers of those codes that have one, in rising order."""
        found = (self.numbers.get(code) for code in codes)
        return np.array(sorted(number for number in found if number is not None), dtype=np.int32)

    def bit(self, code: str) -> int:
        """The code's own bit in a 64-bit set. Raises OverflowError past 62 codes."""
        number = self.number(code)
        if number >= MOST_BITS:
            raise OverflowError(f"{code}: a set of bits holds {MOST_BITS} codes")
        return 1 << number

    def bits(self, codes: Iterable[str]) -> int:
        """The bits of those codes that have one."""
        found = (self.numbers.get(code) for code in codes)
        return sum(1 << number for number in set(found) if number is not None)


@dataclass(frozen=True, slots=True)
class CodeBook:
    """`terms` also numbers measures, authorities, operations, hazards; stages and outcomes are bit sets."""

    terms: Codes = field(default_factory=Codes)
    stages: Codes = field(default_factory=Codes)
    outcomes: Codes = field(default_factory=Codes)
    units: Codes = field(default_factory=Codes)
    partners: Codes = field(default_factory=Codes)
