"""The tables of an Excel workbook (.xlsx). Formulas arrive as the values that Excel last worked out."""

import io
from typing import Any, Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from cdmo_portal.documents.cells import Room
from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.limits import MOST_CELLS, MOST_SHEETS
from cdmo_portal.documents.packages import refuse_unsafe

# Empty cells count here: what stands far away from everything else would make a huge table of nothing.
LARGEST_AREA: Final = 8 * MOST_CELLS
FAR: Final = "has cells far away from its table"


def workbook_tables(data: bytes) -> list[dict[str, Any]]:
    """Of the sheets that a person sees, in their order. Raises DocumentRefused."""
    refuse_unsafe(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = [
                each.name
                for each in book.sheets_metadata
                if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
            ]
            if len(names) > MOST_SHEETS:
                raise DocumentRefused(f"This workbook has more than {MOST_SHEETS} sheets.")
            room = Room()
            return [_table(book, name, room) for name in names]
    except PasswordError as error:
        raise DocumentRefused("This workbook has a password. Save it without.") from error
    # Broken XML and numbers that are none come as errors of several kinds.
    except (CalamineError, ValueError, OSError, OverflowError, KeyError, IndexError) as error:
        raise DocumentRefused("This workbook is damaged, or is no Excel workbook.") from error


def _table(book: CalamineWorkbook, name: str, room: Room) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > LARGEST_AREA:
        return {"name": name, "rows": [], "refused": FAR}
    return room.table(name, sheet.to_python(skip_empty_area=False))
