"""Quarter grids of a site's lines, saved in one go: all that was typed holds, or nothing of it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.actions.capacity import MoreThanNominal, kept_elsewhere
from partners.actions.editing import require_editor
from partners.ageing import add_days
from partners.capacity_grids import Cell, Standing, cells_of, standing
from partners.changes import mark_changed
from partners.models import CapacityWindow, Line, Site
from partners.quarters import all_beyond_nominal
from partners.snapshot_plans import Span, span_of

OBSERVED: Final = ("observed_at", "valid_until", "held_until", "source", "feed")
"""The fields of a window that `observe` writes."""

type Quantities = Mapping[Cell, Decimal | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One line's grid as it came back: `seen` is what it showed when opened, `typed` what it holds now.

    A cell that is not in them is not stated; a cell in which both agree was left alone.
    """

    line_uid: UUID
    seen: Quantities
    typed: Quantities

    @property
    def changes(self) -> dict[Cell, Decimal | None]:
        return {cell: value for cell, value in self.typed.items() if value != self.seen.get(cell)}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that somebody else has changed as well, or that no longer takes what is typed."""

    line: Line
    cell: Cell
    typed: Decimal | None
    stored: Decimal | None


class GridChangedMeanwhile(Exception):
    """Somebody else has saved since the page was opened; nothing was written."""

    def __init__(self, conflicts: Sequence[Conflict], reasons: Sequence[str]) -> None:
        super().__init__(_("Somebody else has saved this since you opened the page."))
        self.conflicts, self.reasons = conflicts, reasons


class GridRefused(Exception):
    """Some cells cannot hold what was typed; `errors` says why, by line and cell. Nothing was written."""

    def __init__(self, errors: Mapping[tuple[UUID, Cell], str]) -> None:
        super().__init__("; ".join(dict.fromkeys(errors.values())))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Saved:
    """How many cells were changed, and how many windows were said to be still true."""

    changed: int
    confirmed: int


@dataclass(slots=True)
class _Plan:
    """One locked line, what stands on it, and what is to become of it."""

    line: Line
    sheet: Sheet
    windows: list[CapacityWindow]
    stands: dict[Cell, Standing] = field(init=False)
    changes: dict[Cell, Decimal | None] = field(init=False)

    def __post_init__(self) -> None:
        self.stands = standing(self.line, self.windows)
        asked = self.sheet.changes
        self.changes = {cell: value for cell, value in asked.items() if value != self.stored(cell)}

    def stored(self, cell: Cell) -> Decimal | None:
        found = self.stands.get(cell)
        return found.quantity if found else None

    def window(self, cell: Cell) -> CapacityWindow | None:
        found = self.stands.get(cell)
        return found.window if found else None

    def is_as_seen(self, cell: Cell) -> bool:
        return self.stored(cell) == self.sheet.seen.get(cell)

    def after(self) -> list[Span]:
        """The line's windows as they will be, in its unit."""
        unit = self.line.capacity_unit
        replaced = {window.pk for cell in self.changes if (window := self.window(cell))}
        kept = [span_of(each) for each in self.windows if each.unit == unit and each.pk not in replaced]
        typed = ((cell, value) for cell, value in self.changes.items() if value is not None)
        return kept + [Span(cell.quarter.start, cell.quarter.end, cell.state, value) for cell, value in typed]


@transaction.atomic
def save_grid(*, site: Site, sheets: Iterable[Sheet], by: Actor, is_confirming: bool = False) -> Saved:
    """Write the cells that were changed; the state that results is judged, not the way to it.

    With `is_confirming` what the person saw and left alone is said to be still true today. Raises NotAllowed,
    GridChangedMeanwhile or GridRefused, and then writes nothing.
    """
    require_editor(by, site)
    by_line = {sheet.line_uid: sheet for sheet in sheets}
    plans = _locked_plans(site, by_line)
    _refuse_conflicts(plans, by_line)
    _refuse_errors(plans)
    saved = [_write(plan, by, is_confirming=is_confirming) for plan in plans]
    result = Saved(sum(each.changed for each in saved), sum(each.confirmed for each in saved))
    if result.changed or result.confirmed:
        mark_changed(site.pk)
    return result


def _locked_plans(site: Site, sheets: Mapping[UUID, Sheet]) -> list[_Plan]:
    """Locked in the order of their keys, as snapshots lock them, so that two never wait for each other."""
    lines = Line.objects.select_for_update(of=("self",)).filter(site=site, uid__in=sheets).order_by("pk")
    found = list(lines)
    windows: dict[int, list[CapacityWindow]] = defaultdict(list)
    for window in CapacityWindow.objects.current().filter(line__in=found):
        windows[window.line_id].append(window)
    return [_Plan(line, sheets[line.uid], windows[line.pk]) for line in found]


def _refuse_conflicts(plans: Sequence[_Plan], sheets: Mapping[UUID, Sheet]) -> None:
    conflicts: list[Conflict] = []
    reasons: list[str] = []
    for plan in plans:
        is_elsewhere = plan.line.capacity_source != Line.Source.FORM
        if is_elsewhere and plan.changes:
            reasons.append(kept_elsewhere(plan.line, Line.Source.FORM))
        conflicts += [
            Conflict(plan.line, cell, value, plan.stored(cell))
            for cell, value in plan.changes.items()
            if is_elsewhere or not plan.is_as_seen(cell)
        ]
    gone = sheets.keys() - {plan.line.uid for plan in plans}
    if any(sheets[uid].changes for uid in gone):
        reasons.append(_("A line was removed meanwhile; what you typed for it cannot be kept."))
    if conflicts or reasons:
        raise GridChangedMeanwhile(conflicts, reasons)


def _refuse_errors(plans: Iterable[_Plan]) -> None:
    errors = {(plan.line.uid, cell): sentence for plan in plans for cell, sentence in _errors(plan).items()}
    if errors:
        raise GridRefused(errors)


def _errors(plan: _Plan) -> dict[Cell, str]:
    line, errors = plan.line, {}
    if line.nominal_per_quarter is not None:
        judged = {cell.quarter for cell in plan.changes}
        beyond = all_beyond_nominal(plan.after(), line.nominal_per_quarter, judged)
        for cell in (cell for cell in plan.changes if cell.quarter in beyond):
            total = beyond[cell.quarter]
            errors[cell] = str(
                MoreThanNominal(cell.quarter, total, line.nominal_per_quarter, line.capacity_unit)
            )
    for cell in plan.changes:
        if cell in plan.stands and plan.window(cell) is None:
            errors[cell] = _("Windows of other days stand here; change those one by one.")
    return errors


def _write(plan: _Plan, by: Actor, *, is_confirming: bool) -> Saved:
    if plan.line.capacity_source != Line.Source.FORM:
        return Saved(0, 0)
    now = timezone.now()
    for cell, value in plan.changes.items():
        _write_cell(plan, cell, value, now)
    confirmed = _confirm(plan, now) if is_confirming else 0
    if plan.changes or confirmed:
        cells = [
            [cell.key, *(None if each is None else str(each) for each in (plan.stored(cell), value))]
            for cell, value in plan.changes.items()
        ]
        record("capacity.grid_saved", by=by, about=plan.line, data={"cells": cells, "confirmed": confirmed})
    return Saved(len(plan.changes), confirmed)


def _write_cell(plan: _Plan, cell: Cell, value: Decimal | None, now: dt.datetime) -> None:
    window = plan.window(cell)
    if value is None:
        if window is not None:
            window.closed_at = now
            window.save(update_fields=["closed_at"])
        return
    line = plan.line
    window = window or CapacityWindow(
        site_id=line.site_id,
        line=line,
        period=DateRange(cell.quarter.start, cell.quarter.end),
        state=cell.state,
        unit=line.capacity_unit,
        audience=line.capacity_audience,
    )
    window.quantity = value
    observe(window, line, now)
    window.save()


def _confirm(plan: _Plan, now: dt.datetime) -> int:
    """Windows that were on the page as they stand, whether a cell or other days."""
    confirmed = [
        window
        for window in plan.windows
        if cells_of(window) & plan.sheet.typed.keys()
        and not cells_of(window) & plan.changes.keys()
        and all(plan.is_as_seen(cell) for cell in cells_of(window) if cell in plan.sheet.typed)
    ]
    for window in confirmed:
        observe(window, plan.line, now)
    CapacityWindow.objects.bulk_update(confirmed, OBSERVED, batch_size=500)
    return len(confirmed)


def observe(window: CapacityWindow, line: Line, now: dt.datetime) -> None:
    """Somebody vouches for the window today, so a day that has passed no longer ends what it says."""
    today = timezone.localdate(now)
    window.observed_at = now
    window.source, window.feed = Line.Source.FORM, None
    window.held_until = _unless_past(window.held_until, today)
    window.valid_until = (
        add_days(today, line.capacity_valid_days)
        if line.capacity_valid_days is not None
        else _unless_past(window.valid_until, today)
    )


def _unless_past(day: dt.date | None, today: dt.date) -> dt.date | None:
    return day if day is not None and day >= today else None
