"""A snapshot becomes capacity windows. What it leaves out of the lines it names is closed, never deleted."""

from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from partners.changes import mark_changed
from partners.feeds.rows import CapacityRow, RowError
from partners.models import CapacityWindow
from partners.snapshot_plans import (
    FACTS,
    Change,
    Keeper,
    LinePlan,
    SnapshotPlan,
    facts_of,
    stated_in,
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a snapshot did. `errors` are the file's own and those found beside the profile.

    `lines` are the keys of those of which a window changed.
    """

    lines_named: int = 0
    added: int = 0
    changed: int = 0
    closed: int = 0
    changes: tuple[Change, ...] = ()
    errors: tuple[RowError, ...] = ()
    lines: tuple[int, ...] = ()


def write(keeper: Keeper, plan: SnapshotPlan) -> Applied:
    """Do what was planned, in the transaction that locked the lines. A feed has its lease held."""
    # First what it does, because doing it changes the windows that say what stood before.
    applied = outcome_of(plan)
    news = {each.line.site_id for each in plan.lines if _is_news(each)}
    for each in plan.lines:
        _write(keeper, each)
    mark_changed(*news)
    return applied


def outcome_of(plan: SnapshotPlan) -> Applied:
    """What the plan does once it is written."""
    changes = plan.changes()
    return Applied(
        lines_named=len(plan.lines),
        added=plan.added,
        changed=sum(change["before"] is not None and change["after"] is not None for change in changes),
        closed=plan.closed,
        changes=changes,
        errors=plan.errors,
        lines=tuple(each.line.pk for each in plan.lines if each.changes()),
    )


def _is_news(plan: LinePlan) -> bool:
    """Whether readers learn something; an observation on a new day is something, too."""
    return bool(plan.close or plan.add) or any(
        facts_of(window) != stated_in(row) or window.observed_at.date() != row.observed_at.date()
        for window, row in plan.update
    )


def _write(keeper: Keeper, plan: LinePlan) -> None:
    closed = CapacityWindow.objects.filter(pk__in=[window.pk for window in plan.close])
    closed.update(closed_at=timezone.now())
    for window, row in plan.update:
        _take_over(keeper, window, row)
    CapacityWindow.objects.bulk_update(
        [window for window, _ in plan.update], [*FACTS, "observed_at", "source", "feed"], batch_size=500
    )
    added = [_new_window(keeper, plan, row) for row in plan.add]
    CapacityWindow.objects.bulk_create(added, batch_size=1_000)


def _take_over(keeper: Keeper, window: CapacityWindow, row: CapacityRow) -> None:
    window.feed, window.source = keeper.feed, keeper.source
    window.observed_at = row.observed_at
    for name, value in stated_in(row).items():
        setattr(window, name, value)


def _new_window(keeper: Keeper, plan: LinePlan, row: CapacityRow) -> CapacityWindow:
    return CapacityWindow(
        site_id=plan.line.site_id,
        line=plan.line,
        period=DateRange(row.start, row.end),
        state=row.state,
        observed_at=row.observed_at,
        audience=plan.line.capacity_audience,
        source=keeper.source,
        feed=keeper.feed,
        **stated_in(row),
    )
