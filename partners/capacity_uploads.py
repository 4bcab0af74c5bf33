"""An uploaded table of capacity: read as feeds are, and planned as a snapshot that comes by upload."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from partners.feeds.cells import COLUMNS, REQUIRED, read_row
from partners.feeds.rows import CapacityRow, RowError, Snapshot, collected
from partners.importers.record_cells import CellUnreadable, DateOrder, day_of
from partners.line_ids import Ids, lines_by_ids
from partners.models import CapacityWindow, Line
from partners.snapshot_plans import (
    Keeper,
    LinePlan,
    SnapshotPlan,
    as_spoken,
    facts_of,
    plain,
    plan_snapshot,
    stated_in,
)
from partners.upload_plans import FieldChange, Outcome, PlannedRow, in_order, planned, refused
from partners.upload_tables import TextRow, TextTable, table_of

DAYS: Final = ("period_start", "period_end", "held_until", "valid_until")
LABELS: Final[Mapping[str, Any]] = {
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "lead_time_weeks": _("Lead time in weeks"),
    "smallest_campaign": _("Smallest campaign"),
    "confidence": _("Confidence"),
    "reason": _("Reason"),
    "held_until": _("Held until"),
    "valid_until": _("Valid until"),
    "note": _("Note"),
}
MOST_NAMED: Final = 50
GONE: Final = _("This line was removed meanwhile.")


def capacity_table(rows: Sequence[Sequence[Any]]) -> TextTable:
    """Raises TableRefused."""
    return table_of(rows, known=COLUMNS, needed=REQUIRED)


def snapshot_of(table: TextTable, *, received_at: dt.datetime) -> Snapshot:
    """`received_at` stands for `observed_at` where a row does not say it."""
    return collected((_read(table.header, row, received_at) for row in table.rows), "row")


def _read(header: Sequence[str], row: TextRow, received_at: dt.datetime) -> CapacityRow | RowError:
    cells = [
        _day_as_iso(cell, received_at) if name in DAYS else cell
        for name, cell in zip(header, row.cells, strict=False)
    ]
    return read_row(
        header, [*cells, *row.cells[len(header) :]], line_number=row.number, received_at=received_at
    )


def _day_as_iso(text: str, now: dt.datetime) -> str:
    """Excel writes days into CSV as its owner's country does; those that can be read in one way are taken."""
    try:
        day = day_of(text, DateOrder.UNSAID, today=now.date())
    except CellUnreadable:
        return text
    return day.isoformat() if day else text


def plan_capacity(
    partner_id: int, snapshot: Snapshot, *, is_locking: bool = False
) -> tuple[SnapshotPlan, list[PlannedRow]]:
    """What the table does to the partner's lines, and the same row by row."""
    plan = plan_snapshot(Keeper(partner_id, Line.Source.UPLOAD), snapshot, is_locking=is_locking)
    rows = [row for each in plan.lines for row in _rows_of(each)]
    names = {ids: f"{line.site.name}, {line.name}" for ids, line in lines_by_ids(partner_id).items()}
    return plan, in_order([*rows, *_refused_rows(snapshot, plan, names)])


def lines_of_other_source(plan: SnapshotPlan) -> list[Line]:
    """Lines that the table speaks of and whose capacity comes another way, as their refusal says."""
    named = plan.matched.rows.keys() if plan.matched else ()
    lines = Line.objects.filter(pk__in=named).exclude(capacity_source=Line.Source.UPLOAD)
    return list(lines.select_related("site").order_by("site__name", "name")[:MOST_NAMED])


def _rows_of(plan: LinePlan) -> Iterator[PlannedRow]:
    what = f"{plan.line.site.name}, {plan.line.name}"
    for window, row in plan.update:
        yield _kept(what, window, row)
    for row in plan.add:
        said = [(label, "", after) for label, before, after in _changes({}, stated_in(row))]
        yield planned(Outcome.NEW, rows=[row.line_number], what=what, about=_about(row), changes=said)
    for window in plan.close:
        gone = [(str(LABELS["quantity"]), _amount(window), "")]
        yield planned(Outcome.CLOSED, what=what, about=_about(window), changes=gone)


def _kept(what: str, window: CapacityWindow, row: CapacityRow) -> PlannedRow:
    changes = _changes(facts_of(window), stated_in(row))
    outcome = Outcome.CHANGED if changes else Outcome.SAME
    before, after = window.observed_at.date(), row.observed_at.date()
    if before != after:
        changes.append((str(_("Seen on")), f"{before}", f"{after}"))
    return planned(outcome, rows=[row.line_number], what=what, about=_about(row), changes=changes)


def _about(said: CapacityWindow | CapacityRow) -> str:
    spoken = as_spoken(said)
    return f"{spoken['period']}, {spoken['state']}"


def _amount(window: CapacityWindow) -> str:
    return f"{plain(window.quantity)} {window.unit}"


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[FieldChange]:
    return [
        (str(label), _shown(before.get(name)), _shown(after[name]))
        for name, label in LABELS.items()
        if before.get(name) != after[name] and (before or after[name] not in (None, ""))
    ]


def _shown(value: object) -> str:
    return "" if value is None else plain(value) if isinstance(value, Decimal) else str(value)


def _refused_rows(snapshot: Snapshot, plan: SnapshotPlan, names: Mapping[Ids, str]) -> Iterator[PlannedRow]:
    """Every row that does nothing: with its own reason, or with the row that has the reason for its line.

    A line is called by its name where the row's ids tell which it is.
    """

    def called(row: CapacityRow | RowError) -> str:
        ids = (row.site_id, row.resource_id)
        return names.get(ids) or ", ".join(each for each in ids if each)

    errors = {error.line_number: error for error in reversed(plan.errors)}
    for error in errors.values():
        yield refused(error.line_number, what=called(error), column=error.field, reason=error.message)
    done = {row.line_number for each in plan.lines for row in (*each.add, *(row for _w, row in each.update))}
    reasons = _shared_reasons(snapshot, plan)
    for row in snapshot.rows:
        if row.line_number not in done and row.line_number not in errors:
            reason = reasons.get(row.line_number) or reasons.get((row.site_id, row.resource_id))
            yield refused(
                row.line_number, what=called(row), column="", reason=reason or str(_("This line is gone."))
            )


def _shared_reasons(snapshot: Snapshot, plan: SnapshotPlan) -> dict[Any, str]:
    """By row, for lines that were refused whole; by ids, for those that are nobody's."""
    read = {row.line_number for row in snapshot.rows}
    by_number = {error.line_number: error for error in reversed(plan.errors) if error.line_number in read}
    reasons: dict[Any, str] = {
        (error.site_id, error.resource_id): _as_row(error) for error in by_number.values()
    }
    for rows in plan.matched.rows.values() if plan.matched else ():
        found = next((by_number[row.line_number] for row in rows if row.line_number in by_number), None)
        if found is not None:
            reasons |= {row.line_number: _as_row(found) for row in rows}
    return reasons


def _as_row(error: RowError) -> str:
    return f"Left out with row {error.line_number}: {error.message}"
