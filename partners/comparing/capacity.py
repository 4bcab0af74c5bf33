"""Open capacity side by side, as far as its audience allows: never a share of what is not said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from cdmo_portal.look.wording import dated
from partners.comparing.facts import Facts
from partners.comparing.options import Option
from partners.comparing.rows import Cell, Row, not_stated
from partners.open_capacity import QUARTERS_SHOWN, Opening
from partners.quarters import Quarter, quarters_from

MOST_LINES: Final = 8
"""Of one option on a page; the profile and the workbook have them all."""


@dataclass(frozen=True, slots=True)
class Heat:
    """One option in the map: the quarter that is told to be open, and its lines where numbers may be seen."""

    name: str
    opening: str
    next_open: Sequence[dict[str, bool]]
    lines: Sequence[dict[str, Any]]

    @property
    def shown(self) -> Sequence[dict[str, Any]]:
        return self.lines[:MOST_LINES]

    @property
    def more(self) -> int:
        return len(self.lines) - len(self.shown)


@dataclass(frozen=True, slots=True)
class HeatMap:
    quarters: Sequence[str]
    rows: Sequence[Heat]
    needed: str = ""

    @property
    def has_numbers(self) -> bool:
        return any(each.lines for each in self.rows)


def opening_row(options: Sequence[Option], facts: Facts) -> Row | None:
    """None where nobody says a word about capacity."""
    cells = tuple(_opening(option, facts) for option in options)
    is_told = any(each.is_stated for each in cells)
    return Row(_("Next open quarter"), cells) if is_told else None


def heat_map(options: Sequence[Option], facts: Facts, needed: Quarter | None = None) -> HeatMap | None:
    """`needed` is the quarter that somebody asks for, to be outlined."""
    quarters = quarters_from(Quarter.of(facts.today), QUARTERS_SHOWN)
    rows = [_heat(option, facts, quarters, needed) for option in options]
    is_told = any(row.lines or any(cell["is_open"] for cell in row.next_open) for row in rows)
    if not is_told:
        return None
    return HeatMap([str(each) for each in quarters], rows, str(needed) if needed in quarters else "")


def _opening(option: Option, facts: Facts) -> Cell:
    found = _first(option, facts)
    if found is not None:
        site_id, opening = found
        reported = _("reported open on %s") % dated(opening.reported_on, facts.today)
        at = (option.name_of(site_id),) if len(option.sites) > 1 else ()
        return Cell(str(opening.quarter), (*at, reported))
    if option.sites and not any(site.pk in facts.told_capacity for site in option.sites):
        return not_stated(_("Told to sponsors only"))
    return not_stated()


def _first(option: Option, facts: Facts) -> tuple[int, Opening] | None:
    """The site of the option that is open first."""
    found = [(site.pk, facts.openings[site.pk]) for site in option.sites if site.pk in facts.openings]
    return min(found, key=lambda each: each[1].quarter, default=None)


def _heat(option: Option, facts: Facts, quarters: Sequence[Quarter], needed: Quarter | None) -> Heat:
    found = _first(option, facts)
    tables = [(site.pk, facts.capacity[site.pk]) for site in option.sites if site.pk in facts.capacity]
    lines = [_line(option, pk, row, quarters, needed) for pk, table in tables for row in table.rows]
    return Heat(
        name=option.name,
        opening=_opening(option, facts).text,
        next_open=[
            {"is_open": bool(found and found[1].quarter == quarter), "is_needed": quarter == needed}
            for quarter in quarters
        ],
        lines=lines,
    )


def _line(
    option: Option, site_id: int, row: dict[str, Any], quarters: Sequence[Quarter], needed: Quarter | None
) -> dict[str, Any]:
    """The line as the heat map reads it, with its unit in sight and the needed quarter marked."""
    cells = [
        {**cell, "is_needed": quarter == needed} for cell, quarter in zip(row["cells"], quarters, strict=True)
    ]
    site = f"{option.name_of(site_id)}: " if len(option.sites) > 1 else ""
    note = f"{row['unit']}, {row['note']}"
    if row["is_stale"]:
        note = _("Too old to count: %s") % note
    return {**row, "label": f"{site}{row['label']}", "note": note, "cells": cells}
