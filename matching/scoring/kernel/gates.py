"""Three-valued gates on columns. A gate says of each row of a block whether it is met and whether unmet.

Neither means unknown. NaN is a number that is not stated; it is known to fail only where the other end does.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matching.scoring.kernel.columns import Bools, Bytes, Numbers, TableInvalid, require_numbers, require_rows

UNMET, UNKNOWN, MET = 0, 1, 2
"""Codes of a verdict, as numbers of a uint8 column."""

type Changeable = bool | Bools
"""Whether a failure could be changed: of the whole gate, or of each row."""


class Gate(Protocol):
    @property
    def changeable(self) -> Changeable: ...

    def require(self, name: str, rows: int) -> None:
        """Raises TableInvalid when a column does not fit."""

    def compare(self, rows: slice, met: Bools, unmet: Bools, spare: Bools) -> None:
        """Write into `met` and `unmet`; `spare` is there for the gate's own use."""


@dataclass(frozen=True, slots=True, eq=False)
class Covers:
    """The stated range [low, high] contains the whole range asked, ends included."""

    low: Numbers
    high: Numbers
    asked_low: float
    asked_high: float
    changeable: Changeable = True

    def require(self, name: str, rows: int) -> None:
        require_bound(f"{name}.asked_low", self.asked_low)
        require_bound(f"{name}.asked_high", self.asked_high)
        require_column(f"{name}.low", self.low, rows)
        require_column(f"{name}.high", self.high, rows)

    def compare(self, rows: slice, met: Bools, unmet: Bools, spare: Bools) -> None:
        low, high = self.low[rows], self.high[rows]
        asked_low, asked_high = np.float64(self.asked_low), np.float64(self.asked_high)
        np.less_equal(low, asked_low, out=met)
        np.greater_equal(high, asked_high, out=spare)
        np.bitwise_and(met, spare, out=met)
        np.greater(low, asked_low, out=unmet)
        np.less(high, asked_high, out=spare)
        np.bitwise_or(unmet, spare, out=unmet)


@dataclass(frozen=True, slots=True, eq=False)
class AtLeast:
    """The stated number reaches the bound."""

    column: Numbers
    bound: float
    changeable: Changeable = True

    def require(self, name: str, rows: int) -> None:
        require_bound(f"{name}.bound", self.bound)
        require_column(f"{name}.column", self.column, rows)

    def compare(self, rows: slice, met: Bools, unmet: Bools, spare: Bools) -> None:
        np.greater_equal(self.column[rows], np.float64(self.bound), out=met)
        np.less(self.column[rows], np.float64(self.bound), out=unmet)


@dataclass(frozen=True, slots=True, eq=False)
class AtMost:
    """The stated number does not pass the bound."""

    column: Numbers
    bound: float
    changeable: Changeable = True

    def require(self, name: str, rows: int) -> None:
        require_bound(f"{name}.bound", self.bound)
        require_column(f"{name}.column", self.column, rows)

    def compare(self, rows: slice, met: Bools, unmet: Bools, spare: Bools) -> None:
        np.less_equal(self.column[rows], np.float64(self.bound), out=met)
        np.greater(self.column[rows], np.float64(self.bound), out=unmet)


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """Yes and no as bits of a uint8 column, so four such gates share a byte. Neither bit: not stated.

    `met` and `unmet` are the masks of the bit that answers as asked and of the other one; a requirement that
    something be absent swaps them. A row with both contradicts itself and counts as unknown.
    """

    flags: Bytes
    met: int
    unmet: int
    changeable: Changeable = False

    def require(self, name: str, rows: int) -> None:
        for end, mask in (("met", self.met), ("unmet", self.unmet)):
            if not 1 <= mask <= 255:
                raise TableInvalid(f"{name}.{end}", "must be a mask from 1 to 255")
        require_bytes(f"{name}.flags", self.flags, rows)

    def compare(self, rows: slice, met: Bools, unmet: Bools, spare: Bools) -> None:
        both = np.uint8(self.met | self.unmet)
        answers = np.bitwise_and(self.flags[rows], both, out=spare.view(np.uint8))
        np.equal(answers, np.uint8(self.met), out=met)
        np.equal(answers, np.uint8(self.unmet), out=unmet)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Verdicts found elsewhere: 0 unmet, 1 unknown, 2 met."""

    codes: Bytes
    changeable: Changeable = False

    def require(self, name: str, rows: int) -> None:
        require_bytes(f"{name}.codes", self.codes, rows)
        if len(self.codes) and self.codes.max() > MET:
            raise TableInvalid(f"{name}.codes", "must be 0 (unmet), 1 (unknown) or 2 (met)")

    def compare(self, rows: slice, met: Bools, unmet: Bools, spare: Bools) -> None:
        np.equal(self.codes[rows], np.uint8(MET), out=met)
        np.equal(self.codes[rows], np.uint8(UNMET), out=unmet)


def require_bound(field: str, bound: float) -> None:
    if np.isnan(bound):
        raise TableInvalid(field, "is not a number")


def require_column(field: str, column: Numbers, rows: int) -> None:
    require_numbers(field, column)
    require_rows(field, len(column), rows)


def require_bytes(field: str, column: Bytes, rows: int) -> None:
    if column.ndim != 1 or column.dtype != np.uint8:
        raise TableInvalid(field, f"must be uint8 of one dimension, is {column.dtype} of {column.ndim}")
    require_rows(field, len(column), rows)
