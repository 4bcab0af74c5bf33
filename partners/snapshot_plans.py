"""What a snapshot would do to capacity windows; nothing is written here.

It speaks for the lines it names, and for nothing else. Windows that it leaves out are closed; lines that it
does not name stay as they are. A line of which some row was refused keeps what that row may have spoken of.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from partners.feeds.rows import CapacityRow, RowError, Snapshot, without_overlaps
from partners.line_ids import lines_by_ids
from partners.models import CapacityWindow, Feed, Line
from partners.quarters import beyond_nominal, touched

FACTS: Final = (
    "quantity",
    "unit",
    "lead_time_weeks",
    "smallest_campaign",
    "confidence",
    "reason",
    "held_until",
    "valid_until",
    "note",
)

type Change = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whose lines a snapshot may name, and the way it came by, which has to be each line's own."""

    partner_id: int
    source: Line.Source
    feed: Feed | None = None


def kept_by_feed(feed: Feed) -> Keeper:
    return Keeper(feed.partner_id, Line.Source.FEED, feed)


@dataclass(frozen=True, slots=True)
class Span:
    """A period with its state and quantity, as quarters are counted from."""

    start: dt.date
    end: dt.date
    state: str
    quantity: Decimal


def span_of(window: CapacityWindow) -> Span:
    return Span(window.period.lower, window.period.upper, window.state, window.quantity)


@dataclass(slots=True)
class LinePlan:
    """What one snapshot does to one line."""

    line: Line
    rows: list[CapacityRow]
    is_whole: bool
    close: list[CapacityWindow] = field(default_factory=list)
    update: list[tuple[CapacityWindow, CapacityRow]] = field(default_factory=list)
    add: list[CapacityRow] = field(default_factory=list)
    keep: list[CapacityWindow] = field(default_factory=list)

    def changes(self) -> list[Change]:
        """One entry per window that is closed, changed or added; a confirmation alone is none."""
        altered = [(window, row) for window, row in self.update if facts_of(window) != stated_in(row)]
        return [
            *(_change(self.line, as_spoken(window), window.quantity, None) for window in self.close),
            *(_change(self.line, as_spoken(row), window.quantity, row.quantity) for window, row in altered),
            *(_change(self.line, as_spoken(row), None, row.quantity) for row in self.add),
        ]


@dataclass(frozen=True, slots=True)
class SnapshotPlan:
    """What a snapshot does to each line that it names. `errors` are the file's own and those found beside
    the profile."""

    lines: tuple[LinePlan, ...] = ()
    errors: tuple[RowError, ...] = ()
    matched: "Matched | None" = None

    def speaks_of(self, line_id: int, start: dt.date, end: dt.date) -> bool:
        """Whether some row of that line reaches into [start, end), or a refused row may have done so."""
        if self.matched is None:
            return False
        rows = self.matched.rows.get(line_id, ())
        is_doubted = line_id in self.matched.doubted or not self.matched.is_placed
        return is_doubted or any(row.start < end and row.end > start for row in rows)

    @property
    def added(self) -> int:
        return sum(len(each.add) for each in self.lines)

    @property
    def closed(self) -> int:
        return sum(len(each.close) for each in self.lines)

    def changes(self) -> tuple[Change, ...]:
        return tuple(change for each in self.lines for change in each.changes())


def plan_snapshot(keeper: Keeper, snapshot: Snapshot, *, is_locking: bool = False) -> SnapshotPlan:
    """What the snapshot does to the lines as they stand; locked to the end of the transaction if asked."""
    found = _match(keeper, snapshot)
    plans: list[LinePlan] = []
    errors = [*snapshot.errors, *found.errors]
    lines = Line.objects.filter(pk__in=found.rows).order_by("pk").select_related("site")
    for line in lines.select_for_update(of=("self",)) if is_locking else lines:
        is_whole = found.is_placed and line.pk not in found.doubted
        plan = _plan(keeper, line, found.rows[line.pk], is_whole=is_whole)
        if isinstance(plan, LinePlan):
            plans.append(plan)
        else:
            errors.append(plan)
    return SnapshotPlan(tuple(plans), tuple(sorted(errors, key=lambda error: error.line_number)), found)


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows by line; which lines also had refused rows, and whether every refused row says its line."""

    rows: dict[int, list[CapacityRow]]
    errors: list[RowError]
    doubted: set[int | None]
    is_placed: bool


def _match(keeper: Keeper, snapshot: Snapshot) -> Matched:
    """Rows and lines brought together by the CDMO's own ids or ours."""
    known = {ids: line.pk for ids, line in lines_by_ids(keeper.partner_id).items()}
    # One line may be named by two ids; its rows must not overlap all the same.
    found = [row for row in snapshot.rows if _ids(row) in known]
    kept, overlaps = without_overlaps(found, lambda row: (known[_ids(row)], row.state), snapshot.called)
    by_line: dict[int, list[CapacityRow]] = defaultdict(list)
    for row in kept:
        by_line[known[_ids(row)]].append(row)
    strangers = {_ids(row): row for row in reversed(snapshot.rows) if _ids(row) not in known}
    refused = [*snapshot.errors, *overlaps]
    return Matched(
        by_line,
        [_unknown(row) for row in strangers.values()] + overlaps,
        doubted={known.get(_ids(error)) for error in refused},
        is_placed=all(error.site_id and error.resource_id for error in refused),
    )


def _ids(row: CapacityRow | RowError) -> tuple[str, str]:
    return row.site_id, row.resource_id


def _unknown(row: CapacityRow) -> RowError:
    message = (
        f"No line of yours has the site_id “{row.site_id}” and resource_id “{row.resource_id}”. "
        "Give the site and the line these ids on your profile; all rows with them were left out."
    )
    return RowError(row.line_number, "resource_id", message, row.site_id, row.resource_id)


def _plan(keeper: Keeper, line: Line, rows: list[CapacityRow], *, is_whole: bool) -> LinePlan | RowError:
    """What to do to a locked line, or why nothing may be done."""
    existing = list(line.windows.current().select_related("feed"))
    refusal = _refusal(keeper, line, rows, existing)
    if refusal is not None:
        return refusal
    plan = LinePlan(line, rows, is_whole)
    _sort(plan, existing)
    if line.nominal_per_quarter is not None:
        return _within_nominal(plan, line.nominal_per_quarter)
    return plan


def _refusal(
    keeper: Keeper, line: Line, rows: Sequence[CapacityRow], existing: Iterable[CapacityWindow]
) -> RowError | None:
    if line.capacity_source != keeper.source:
        present, wanted = line.get_capacity_source_display(), str(keeper.source.label)
        message = (
            f"This line's source is {present.lower()}; switch it to {wanted.lower()} on your profile first."
        )
        return _line_error(line, rows[0], "resource_id", message)
    others = [window.feed for window in existing if window.feed and window.feed != keeper.feed]
    active = next((other for other in others if other.state == Feed.State.ACTIVE), None)
    if active is not None:
        message = f"This line is kept by the feed “{active.name}”; pause that one first."
        return _line_error(line, rows[0], "resource_id", message)
    strange = next((row for row in rows if row.unit != line.capacity_unit), None)
    if strange is not None:
        message = f"The unit is “{strange.unit}”, but this line counts in {line.capacity_unit}."
        return _line_error(line, strange, "unit", message)
    return None


def _line_error(line: Line, row: CapacityRow, name: str, message: str) -> RowError:
    text = f"{line.name}: {message} Nothing of this line was changed."
    return RowError(row.line_number, name, text, row.site_id, row.resource_id)


def _sort(plan: LinePlan, existing: Iterable[CapacityWindow]) -> None:
    rows = {(row.start, row.end, row.state): row for row in plan.rows}
    for window in existing:
        row = rows.pop((window.period.lower, window.period.upper, window.state), None)
        if row is not None:
            plan.update.append((window, row))
        elif plan.is_whole or _is_replaced(window, plan.rows):
            plan.close.append(window)
        else:
            plan.keep.append(window)
    plan.add = list(rows.values())


def _is_replaced(window: CapacityWindow, rows: Iterable[CapacityRow]) -> bool:
    return any(
        row.state == window.state and row.start < window.period.upper and row.end > window.period.lower
        for row in rows
    )


def _within_nominal(plan: LinePlan, nominal: Decimal) -> LinePlan | RowError:
    spans = [Span(row.start, row.end, row.state, row.quantity) for row in plan.rows]
    named = touched(spans)
    spans += [span_of(window) for window in plan.keep if window.unit == plan.line.capacity_unit]
    excess = beyond_nominal(spans, nominal, named)
    if excess is None:
        return plan
    quarter, total = excess
    rows = (row for row in plan.rows if row.start < quarter.end and row.end > quarter.start)
    message = (
        f"{plain(total)} {plan.line.capacity_unit} over all states in {quarter}, "
        f"but the line can do {plain(nominal)} a quarter."
    )
    return _line_error(plan.line, next(rows, plan.rows[0]), "quantity", message)


def stated_in(row: CapacityRow) -> dict[str, object]:
    return {
        "quantity": row.quantity,
        "unit": row.unit,
        "lead_time_weeks": row.lead_time_weeks,
        "smallest_campaign": row.min_campaign,
        "confidence": row.confidence,
        "reason": row.reason,
        "held_until": row.held_until,
        "valid_until": row.valid_until,
        "note": row.note,
    }


def facts_of(window: CapacityWindow) -> dict[str, object]:
    return {name: getattr(window, name) for name in FACTS}


def as_spoken(said: CapacityWindow | CapacityRow) -> Mapping[str, str]:
    """What a window or a row speaks of, in words."""
    start, end = (
        (said.start, said.end) if isinstance(said, CapacityRow) else (said.period.lower, said.period.upper)
    )
    return {"period": f"{start} to {end}", "state": said.state, "unit": said.unit}


def _change(line: Line, spoken: Mapping[str, str], before: object, after: object) -> Change:
    """One line of the log. Equal quantities mean that something beside the quantity changed."""
    return {
        "line": f"{line.site.name}, {line.name}",
        **spoken,
        "before": None if before is None else plain(before),
        "after": None if after is None else plain(after),
    }


def plain(value: object) -> str:
    return f"{Decimal(str(value)).normalize():f}"
