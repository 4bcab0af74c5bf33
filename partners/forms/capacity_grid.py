"""The quarter grid of one line as inputs: a cell for each state and quarter, and what it held when opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from partners import units
from partners.actions.capacity_grid import Sheet
from partners.capacity_grids import Cell, Standing, standing
from partners.models import CapacityWindow, Line
from partners.quarters import THOUSANDTH, Quarter

LONGEST: Final = 40
LARGEST: Final = Decimal(10) ** 11


class CellRefused(ValueError):
    """The text is no quantity; the sentence says what is expected."""


@dataclass(slots=True)
class Input:
    """A cell of the page. `text` is what it shows, `error` why that cannot be kept."""

    cell: Cell
    name: str
    text: str
    stands: Standing | None
    value: Decimal | None = None
    error: str = ""

    @property
    def is_locked(self) -> bool:
        """Whether windows of other days or units stand here."""
        return self.stands is not None and self.stands.window is None


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    inputs: list[Input]


@dataclass(frozen=True, slots=True)
class Total:
    quarter: Quarter
    quantity: Decimal
    is_beyond: bool


class GridForm:
    """`data` is what was posted; a line of which nothing was posted shows what stands."""

    def __init__(
        self,
        line: Line,
        windows: Sequence[CapacityWindow],
        quarters: Sequence[Quarter],
        data: Mapping[str, str] | None = None,
    ) -> None:
        self.line, self.quarters = line, quarters
        self.stands = standing(line, windows)
        self.seen_name = f"{line.uid.hex}-seen"
        self.is_posted = data is not None and self.seen_name in data
        posted = data if data is not None and self.is_posted else {}
        self.seen = read_seen(posted[self.seen_name]) if self.is_posted else self._stored()
        self.inputs = {cell: self._input(cell, posted) for cell in self._cells()}

    @property
    def rows(self) -> list[Row]:
        return [
            Row(str(label), [self.inputs[Cell(state, quarter)] for quarter in self.quarters])
            for state, label in CapacityWindow.State.choices
        ]

    @property
    def seen_text(self) -> str:
        return write_seen(self.seen)

    @property
    def refused(self) -> list[Input]:
        return [each for each in self.inputs.values() if each.error]

    @property
    def totals(self) -> list[Total]:
        """Over all states, as typed; texts that are no numbers count as nothing."""
        nominal, found = self.line.nominal_per_quarter, []
        for quarter in self.quarters:
            values = (each.value for each in self.inputs.values() if each.cell.quarter == quarter)
            total = sum((value for value in values if value is not None), Decimal(0))
            found.append(Total(quarter, total, nominal is not None and total > nominal))
        return found

    def sheet(self) -> Sheet:
        typed = {cell: each.value for cell, each in self.inputs.items()}
        return Sheet(self.line.uid, self.seen, typed)

    def meet(self, stored: "GridForm") -> None:
        """After somebody else saved: what was typed stays, the rest is as stored, and so is what was seen."""
        for cell, each in self.inputs.items():
            if each.value == self.seen.get(cell) or stored.inputs[cell].is_locked:
                self.inputs[cell] = stored.inputs[cell]
            each.stands = stored.inputs[cell].stands
        self.seen, self.stands = stored.seen, stored.stands

    def _cells(self) -> list[Cell]:
        return [Cell(state, quarter) for state in CapacityWindow.State.values for quarter in self.quarters]

    def _stored(self) -> dict[Cell, Decimal]:
        shown = set(self._cells())
        return {cell: each.quantity for cell, each in self.stands.items() if cell in shown}

    def _input(self, cell: Cell, posted: Mapping[str, str]) -> Input:
        name, before = f"{self.line.uid.hex}-{cell.key}", self.seen.get(cell)
        stands = self.stands.get(cell)
        if name not in posted:
            return Input(cell, name, typed_form(before), stands, before)
        found = Input(cell, name, posted[name].replace("\x00", "\ufffd")[: LONGEST * 2], stands)
        try:
            found.value = before if found.text == typed_form(before) else quantity(found.text, self.line)
        except CellRefused as error:
            found.error = str(error)
        return found


def quantity(text: str, line: Line) -> Decimal | None:
    """A quantity as people and spreadsheets write it; nothing and a lone dash are "not stated".

    Raises CellRefused. "1,5" is one and a half, "1,500" fifteen hundred, and "1.500" may be either.
    """
    if text.strip() in ("", "-", "–", "—"):
        return None
    try:
        entered = units.parse(text)
    except units.NumberUnreadable as error:
        raise CellRefused(str(error)) from error
    value = entered.lo
    if value is None or value != entered.hi or entered.count != 1:
        raise CellRefused(_("Give one number."))
    if entered.unit and entered.unit.casefold() != line.capacity_unit.casefold():
        raise CellRefused(
            _("This line counts in %(unit)s; leave the unit out.") % {"unit": line.capacity_unit}
        )
    return _within_limits(value)


def _within_limits(value: Decimal) -> Decimal:
    if value < 0:
        raise CellRefused(_("The quantity cannot be negative."))
    if value >= LARGEST:
        raise CellRefused(_("This is more than any line can do."))
    if value != (rounded := value.quantize(THOUSANDTH)):
        raise CellRefused(_("At most three decimals are kept."))
    return rounded


def typed_form(value: Decimal | None) -> str:
    """The value so that it is read back as itself: "1.2340", since "1.234" could be a thousand more."""
    if value is None:
        return ""
    text = f"{value.normalize():f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def write_seen(seen: Mapping[Cell, Decimal | None]) -> str:
    return " ".join(f"{cell.key}={value:f}" for cell, value in seen.items() if value is not None)


def read_seen(text: str) -> dict[Cell, Decimal]:
    """What a page said that it had shown. Whoever meddles with it meets a conflict, nothing worse."""
    found: dict[Cell, Decimal] = {}
    for part in text.split():
        key, _sign, number = part.partition("=")
        cell = Cell.from_key(key)
        if cell is not None and number.replace(".", "", 1).isdecimal() and len(number) <= LONGEST:
            found[cell] = Decimal(number)
    return found
