"""Cells of a table as JSON can hold them, and how many of them a file may have."""

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any, Final

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.limits import LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from cdmo_portal.documents.plain_text import CONTROL, LINE_ENDS

type Cell = str | float | bool | dict[str, str] | None

TOO_MANY: Final = f"has more than {MOST_ROWS:,} rows below its headings or {MOST_COLUMNS} columns"


class Room:
    """What is left of the cells that a file may have, all of its sheets together."""

    def __init__(self) -> None:
        self.cells = MOST_CELLS

    def table(self, name: str, rows: Iterable[list[Any]]) -> dict[str, Any]:
        """One sheet; a sheet that is too large or empty is named with the reason, and the others stay."""
        kept: list[list[Cell]] = []
        blank = 0
        for row in rows:
            cells = trimmed([cell_of(value) for value in row])
            if not cells:
                blank += 1
                continue
            if len(kept) + blank > MOST_ROWS or len(cells) > MOST_COLUMNS:
                return {"name": name, "rows": [], "refused": TOO_MANY}
            kept += [[] for _ in range(blank)]
            kept.append(cells)
            blank = 0
            self._take(cells)
        return {"name": name, "rows": kept, "refused": "" if kept else "is empty"}

    def _take(self, cells: list[Cell]) -> None:
        self.cells -= sum(cell is not None for cell in cells)
        if self.cells < 0:
            raise DocumentRefused(
                f"This file has more than {MOST_CELLS:,} filled cells. Keep only the sheet that is needed."
            )


def trimmed(cells: list[Cell]) -> list[Cell]:
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def cell_of(value: Any) -> Cell:
    """A day stays a day, whatever its time; text loses control characters and blanks around it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dt.date):
        return {"date": f"{value:%Y-%m-%d}"}
    text = CONTROL.sub("", LINE_ENDS.sub("\n", str(value)[:LONGEST_CELL])).strip()
    return text or None
