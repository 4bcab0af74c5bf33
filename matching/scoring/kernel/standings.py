"""Where every row stands by its gates, and how many rows each gate lets through. See `eligibility`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.scoring.eligibility import MOST_NAMED_FAILURES, MOST_OPEN_QUESTIONS, Standing
from matching.scoring.kernel.columns import BLOCK, Bools, Bytes, TableInvalid, blocks
from matching.scoring.kernel.gates import MET, UNKNOWN, UNMET, Changeable, Coded, Gate

REST, NEAR_MISS, OPEN_QUESTIONS, ELIGIBLE = 0, 1, 2, 3
STANDINGS = (Standing.REST, Standing.NEAR_MISS, Standing.OPEN_QUESTIONS, Standing.ELIGIBLE)
"""Standing of each code, worst first."""
MOST_GATES = 255
"""Gates are counted per row in one byte."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """`standing` has a code per row; `counts`, (gates, 3), how many rows are unmet, unknown and met."""

    standing: Bytes
    counts: NDArray[np.int64]


def judge(gates: Sequence[Gate], rows: int, *, codes: Bytes | None = None) -> Judged:
    """Judge all rows by all gates. `codes`, (gates, rows) in uint8, receives every verdict if it is given.

    Raises TableInvalid when a column or `codes` does not fit.
    """
    require_gates(gates, rows, codes)
    standing = np.empty(rows, np.uint8)
    counts = np.zeros((len(gates), 3), np.int64)
    tally = Tally(min(BLOCK, rows))
    for block in blocks(rows):
        tally.clear(block.stop - block.start)
        for i, gate in enumerate(gates):
            tally.add(gate, block, counts[i])
            if codes is not None:
                tally.code_into(codes[i, block])
        tally.standing_into(standing[block], len(gates))
    counts[:, UNKNOWN] = rows - counts[:, UNMET] - counts[:, MET]
    return Judged(standing, counts)


def standing_of(codes: Bytes, changeable: Sequence[Changeable]) -> Bytes:
    """A standing per row from the codes of verdicts, (gates, rows), and whether failures can be changed."""
    if codes.ndim != 2 or len(codes) != len(changeable):
        raise TableInvalid("codes", f"must be (gates, rows) with {len(changeable)} gates")
    gates = [Coded(each, can_change) for each, can_change in zip(codes, changeable, strict=True)]
    return judge(gates, codes.shape[1]).standing


def standings_counted(standing: Bytes) -> dict[Standing, int]:
    return {name: int(np.count_nonzero(standing == code)) for code, name in enumerate(STANDINGS)}


def require_gates(gates: Sequence[Gate], rows: int, codes: Bytes | None) -> None:
    if len(gates) > MOST_GATES:
        raise TableInvalid("gates", f"at most {MOST_GATES}, not {len(gates)}")
    for i, gate in enumerate(gates):
        name = f"gates[{i}]"
        gate.require(name, rows)
        if not isinstance(gate.changeable, bool) and gate.changeable.shape != (rows,):
            raise TableInvalid(f"{name}.changeable", f"must be one answer, or one for each of {rows} rows")
    if codes is not None and (codes.dtype != np.uint8 or codes.shape != (len(gates), rows)):
        raise TableInvalid("codes", f"must be uint8 of the shape {(len(gates), rows)}")


class Tally:
    """The running numbers of one block: gates met and unmet per row, and whether a failure is for good."""

    def __init__(self, most: int) -> None:
        self.bytes = np.empty((3, most), np.uint8)
        self.bools = np.empty((4, most), np.bool_)

    def clear(self, rows: int) -> None:
        self.passed, self.failed, self.unknown = self.bytes[:, :rows]
        self.final, self.met, self.unmet, self.spare = self.bools[:, :rows]
        self.passed[:] = 0
        self.failed[:] = 0
        self.final[:] = False

    def add(self, gate: Gate, block: slice, counts: NDArray[np.int64]) -> None:
        gate.compare(block, self.met, self.unmet, self.spare)
        counts[MET] += np.count_nonzero(self.met)
        counts[UNMET] += np.count_nonzero(self.unmet)
        np.add(self.passed, self.met.view(np.uint8), out=self.passed)
        np.add(self.failed, self.unmet.view(np.uint8), out=self.failed)
        self.note_final(gate.changeable, block)

    def note_final(self, changeable: bool | Bools, block: slice) -> None:  # noqa: FBT001 - a property of the gate
        if isinstance(changeable, bool):
            if not changeable:
                np.bitwise_or(self.final, self.unmet, out=self.final)
            return
        np.greater(self.unmet, changeable[block], out=self.spare)
        np.bitwise_or(self.final, self.spare, out=self.final)

    def code_into(self, out: Bytes) -> None:
        """1 + met − unmet."""
        np.add(self.met.view(np.uint8), np.uint8(UNKNOWN), out=out)
        np.subtract(out, self.unmet.view(np.uint8), out=out)

    def standing_into(self, out: Bytes, gates: int) -> None:
        """Each list asks more than the one below it, so the code is how many of the three a row satisfies."""
        most_unknown = min(MOST_OPEN_QUESTIONS, gates // 2)
        np.subtract(np.uint8(gates), self.passed, out=self.unknown)
        np.subtract(self.unknown, self.failed, out=self.unknown)
        is_known = np.less_equal(self.unknown, np.uint8(most_unknown), out=self.met)
        is_near = np.less_equal(self.failed, np.uint8(MOST_NAMED_FAILURES), out=self.unmet)
        np.bitwise_and(is_near, is_known, out=is_near)
        np.greater(is_near, self.final, out=is_near)
        np.equal(self.failed, np.uint8(0), out=self.spare)
        np.bitwise_and(self.spare, is_known, out=self.spare)
        np.add(is_near.view(np.uint8), self.spare.view(np.uint8), out=out)
        np.equal(self.passed, np.uint8(gates), out=self.spare)
        np.add(out, self.spare.view(np.uint8), out=out)
