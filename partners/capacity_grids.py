"""What stands in each cell of a line's quarter grid: a state in a quarter, and the windows behind it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from partners.models import CapacityWindow, Line
from partners.quarters import Quarter, shares


@dataclass(frozen=True, slots=True)
class Cell:
    state: str
    quarter: Quarter

    @property
    def key(self) -> str:
        """For the names of inputs: "open-2027Q3"."""
        return f"{self.state}-{self.quarter.code}"

    @classmethod
    def from_key(cls, key: str) -> "Cell | None":
        state, _, code = key.partition("-")
        quarter = Quarter.from_code(code)
        return cls(state, quarter) if quarter and state in CapacityWindow.State else None

    @property
    def label(self) -> str:
        return f"{CapacityWindow.State(self.state).label}, {self.quarter}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a cell holds. `window` is the one that spans just this quarter in the line's unit.

    Without it the quantity comes from windows of other days or units, of which it is the quarter's share:
    such a cell cannot be typed over.
    """

    quantity: Decimal
    window: CapacityWindow | None


def standing(line: Line, windows: Iterable[CapacityWindow]) -> dict[Cell, Standing]:
    """The cells that current windows of the line speak of; all others are not stated."""
    quantities: dict[Cell, Decimal] = defaultdict(Decimal)
    whole: dict[Cell, CapacityWindow] = {}
    for window in windows:
        for quarter, part in shares(window.period.lower, window.period.upper, window.quantity).items():
            quantities[Cell(window.state, quarter)] += part
        if (cell := whole_quarter(line, window)) is not None:
            whole[cell] = window
    return {cell: Standing(quantity, whole.get(cell)) for cell, quantity in quantities.items()}


def whole_quarter(line: Line, window: CapacityWindow) -> Cell | None:
    """The cell that the window fills, if it spans one quarter in the line's unit."""
    quarter = Quarter.of(window.period.lower)
    spans = (window.period.lower, window.period.upper) == (quarter.start, quarter.end)
    return Cell(window.state, quarter) if spans and window.unit == line.capacity_unit else None


def cells_of(window: CapacityWindow) -> set[Cell]:
    parts = shares(window.period.lower, window.period.upper, window.quantity)
    return {Cell(window.state, quarter) for quarter in parts}
