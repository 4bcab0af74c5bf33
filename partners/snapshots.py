"""A snapshot becomes capacity windows. It speaks for the lines it names, and for nothing else.

Windows that a snapshot leaves out are closed, never deleted; lines that it does not name stay as they are. A
line of which some row was refused keeps what the refused row may have spoken of.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from partners.changes import mark_changed
from partners.feeds.rows import CapacityRow, RowError, Snapshot, without_overlaps
from partners.models import CapacityWindow, Feed, Line
from partners.quarters import beyond_nominal

FACTS = (
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
class Applied:
    """What a snapshot did. `errors` are the file's own and those found beside the profile."""

    lines_named: int = 0
    added: int = 0
    changed: int = 0
    closed: int = 0
    changes: tuple[Change, ...] = ()
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A period with its state and quantity, as quarters are counted from."""

    start: dt.date
    end: dt.date
    state: str
    quantity: Decimal


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


def apply_snapshot(feed: Feed, snapshot: Snapshot) -> Applied:
    """Write the snapshot in the running transaction. The caller holds the feed's lease."""
    found = _match(feed, snapshot)
    plans: list[LinePlan] = []
    errors = [*snapshot.errors, *found.errors]
    lines = Line.objects.select_for_update(of=("self",)).filter(pk__in=found.rows).order_by("pk")
    for line in lines.select_related("site"):
        is_whole = found.is_placed and line.pk not in found.doubted
        plan = _plan(feed, line, found.rows[line.pk], is_whole=is_whole)
        if isinstance(plan, LinePlan):
            plans.append(plan)
        else:
            errors.append(plan)
    return _write_all(feed, plans, errors)


def _write_all(feed: Feed, plans: Sequence[LinePlan], errors: Iterable[RowError]) -> Applied:
    written = [_write(feed, plan) for plan in plans]
    mark_changed(*{plan.line.site_id for plan, (_, is_news) in zip(plans, written, strict=True) if is_news})
    changes = tuple(change for found, _ in written for change in found)
    return Applied(
        lines_named=len(plans),
        added=sum(len(plan.add) for plan in plans),
        changed=sum(change["before"] is not None and change["after"] is not None for change in changes),
        closed=sum(len(plan.close) for plan in plans),
        changes=changes,
        errors=tuple(sorted(errors, key=lambda error: error.line_number)),
    )


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows by line; which lines also had refused rows, and whether every refused row says its line."""

    rows: dict[int, list[CapacityRow]]
    errors: list[RowError]
    doubted: set[int | None]
    is_placed: bool


def _match(feed: Feed, snapshot: Snapshot) -> Matched:
    """Rows and lines brought together by the CDMO's own ids or ours."""
    known: dict[tuple[str, str], int] = {}
    for line in Line.objects.filter(site__partner_id=feed.partner_id).select_related("site"):
        for site_id in (line.site.external_id, str(line.site.uid)):
            for line_id in (line.external_id, str(line.uid)):
                known[site_id, line_id] = line.pk
    # One line may be named by two ids; its rows must not overlap all the same.
    found = [row for row in snapshot.rows if _ids(row) in known]
    kept, overlaps = without_overlaps(found, lambda row: (known[_ids(row)], row.state))
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


def _plan(feed: Feed, line: Line, rows: list[CapacityRow], *, is_whole: bool) -> LinePlan | RowError:
    """What to do to a locked line, or why nothing may be done."""
    existing = list(line.windows.current().select_related("feed"))
    refusal = _refusal(feed, line, rows, existing)
    if refusal is not None:
        return refusal
    plan = LinePlan(line, rows, is_whole)
    _sort(plan, existing)
    if line.nominal_per_quarter is not None:
        return _within_nominal(plan, line.nominal_per_quarter)
    return plan


def _refusal(
    feed: Feed, line: Line, rows: Sequence[CapacityRow], existing: Iterable[CapacityWindow]
) -> RowError | None:
    if line.capacity_source != Line.Source.FEED:
        source = line.get_capacity_source_display().lower()
        message = f"This line's source is {source}; switch it to feed on your profile first."
        return _line_error(line, rows[0], "resource_id", message)
    others = [window.feed for window in existing if window.feed and window.feed_id != feed.pk]
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
    spans += [Span(w.period.lower, w.period.upper, w.state, w.quantity) for w in plan.keep]
    excess = beyond_nominal(spans, nominal)
    if excess is None:
        return plan
    quarter, total = excess
    rows = (row for row in plan.rows if row.start < quarter.end and row.end > quarter.start)
    message = (
        f"{_plain(total)} {plan.line.capacity_unit} over all states in {quarter}, "
        f"but the line can do {_plain(nominal)} a quarter."
    )
    return _line_error(plan.line, next(rows, plan.rows[0]), "quantity", message)


def _write(feed: Feed, plan: LinePlan) -> tuple[list[Change], bool]:
    """The changes, in words, and whether readers learn something new (an observation on a new day is)."""
    changes = [_change(plan.line, window, window.quantity, None) for window in plan.close]
    closed = CapacityWindow.objects.filter(pk__in=[window.pk for window in plan.close])
    closed.update(closed_at=timezone.now())
    is_news = bool(plan.close or plan.add)
    for window, row in plan.update:
        before, was_observed_on = _facts(window), window.observed_at.date()
        _take_over(feed, window, row)
        is_news = is_news or _facts(window) != before or window.observed_at.date() != was_observed_on
        if _facts(window) != before:
            changes.append(_change(plan.line, window, before["quantity"], window.quantity))
    CapacityWindow.objects.bulk_update(
        [window for window, _ in plan.update], [*FACTS, "observed_at", "source", "feed"], batch_size=500
    )
    added = [_new_window(feed, plan.line, row) for row in plan.add]
    CapacityWindow.objects.bulk_create(added, batch_size=1_000)
    changes += [_change(plan.line, window, None, window.quantity) for window in added]
    return changes, is_news


def _take_over(feed: Feed, window: CapacityWindow, row: CapacityRow) -> None:
    window.feed, window.source = feed, Line.Source.FEED
    window.observed_at = row.observed_at
    for name, value in _stated(row).items():
        setattr(window, name, value)


def _new_window(feed: Feed, line: Line, row: CapacityRow) -> CapacityWindow:
    return CapacityWindow(
        site_id=line.site_id,
        line=line,
        period=DateRange(row.start, row.end),
        state=row.state,
        observed_at=row.observed_at,
        audience=line.capacity_audience,
        source=Line.Source.FEED,
        feed=feed,
        **_stated(row),
    )


def _stated(row: CapacityRow) -> dict[str, object]:
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


def _facts(window: CapacityWindow) -> dict[str, object]:
    return {name: getattr(window, name) for name in FACTS}


def _change(line: Line, window: CapacityWindow, before: object, after: object) -> Change:
    """One line of the log. Equal quantities mean that something beside the quantity changed."""
    return {
        "line": f"{line.site.name}, {line.name}",
        "period": f"{window.period.lower} to {window.period.upper}",
        "state": window.state,
        "unit": window.unit,
        "before": None if before is None else _plain(before),
        "after": None if after is None else _plain(after),
    }


def _plain(value: object) -> str:
    return f"{Decimal(str(value)).normalize():f}"
