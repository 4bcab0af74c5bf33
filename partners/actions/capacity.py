"""Capacity windows that people keep by form, or their systems through the API."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.actions.capacity_ledgers import Key, LineLedger, MoreThanNominal, WindowsOverlap
from partners.changes import mark_changed
from partners.models import CapacityWindow, Line
from partners.snapshot_plans import Span

__all__ = [
    "MoreThanNominal",
    "NotKeptByForm",
    "WindowFacts",
    "WindowGone",
    "WindowsOverlap",
    "delete_window",
    "fill_window",
    "kept_elsewhere",
    "key_of",
    "new_window",
    "set_window",
]


class NotKeptByForm(Exception):
    """The line's capacity comes from elsewhere; switch its source first."""


class WindowGone(Exception):
    """The window has been closed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFacts:
    """What a person says about one window; `end` is the first day after it, the unit is the line's.

    An empty `audience` is that of the line, now and later; None leaves whose it is.
    """

    start: dt.date
    end: dt.date
    state: str
    quantity: Decimal
    lead_time_weeks: Decimal | None = None
    smallest_campaign: Decimal | None = None
    confidence: str = CapacityWindow.Confidence.FIRM
    reason: str = ""
    held_until: dt.date | None = None
    valid_until: dt.date | None = None
    note: str = ""
    audience: str | None = None

    @property
    def key(self) -> Key:
        return self.start, self.end, self.state

    @property
    def span(self) -> Span:
        return Span(self.start, self.end, self.state, self.quantity)


@transaction.atomic
def set_window(
    *,
    line: Line,
    facts: WindowFacts,
    by: Actor,
    window: CapacityWindow | None = None,
    source: Line.Source = Line.Source.FORM,
) -> CapacityWindow:
    """Add a window, or change `window`; a window of the same period and state is taken over.

    `source` is the way that the window comes by; it has to be the line's own.
    Raises NotKeptByForm, WindowsOverlap, MoreThanNominal or WindowGone, and then writes nothing.
    """
    line = _locked(line, source)
    others = list(line.windows.current())
    replaced = _replaced(others, facts, window)
    others = [other for other in others if replaced is None or other.pk != replaced.pk]
    LineLedger(line, others).require_room(facts.span)
    saved = replaced or new_window(line)
    fill_window(saved, line, facts, source)
    saved.save()
    record("capacity.set", by=by, about=saved, data={"line": line.pk, "quantity": str(facts.quantity)})
    mark_changed(line.site_id)
    return saved


@transaction.atomic
def delete_window(*, window: CapacityWindow, by: Actor, source: Line.Source = Line.Source.FORM) -> None:
    """Close the window; its row stays. Raises NotKeptByForm or WindowGone."""
    line = _locked(window.line, source)
    closed = line.windows.current().filter(pk=window.pk).update(closed_at=timezone.now())
    if not closed:
        raise WindowGone("Somebody else has removed this window already.")
    record("capacity.deleted", by=by, about=window, data={"line": line.pk})
    mark_changed(line.site_id)


def _locked(line: Line, source: Line.Source) -> Line:
    """The line's own row, locked: the sum over its windows is judged by one at a time."""
    locked = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if locked.capacity_source != source:
        raise NotKeptByForm(kept_elsewhere(locked, source))
    return locked


def kept_elsewhere(line: Line, wanted: Line.Source) -> str:
    present = line.get_capacity_source_display()
    return (
        f"The capacity of {line.name} comes by {_inside(present)}; "
        f"switch its source to {_inside(str(wanted.label))} first."
    )


def _inside(label: str) -> str:
    """A label inside a sentence; API keeps its capitals."""
    return label if label.isupper() else label.lower()


def _replaced(
    others: list[CapacityWindow], facts: WindowFacts, window: CapacityWindow | None
) -> CapacityWindow | None:
    if window is not None:
        found = next((other for other in others if other.pk == window.pk), None)
        if found is None:
            raise WindowGone("Somebody else has removed this window meanwhile.")
        return found
    return next((other for other in others if key_of(other) == facts.key), None)


def key_of(window: CapacityWindow) -> Key:
    return window.period.lower, window.period.upper, window.state


def new_window(line: Line) -> CapacityWindow:
    return CapacityWindow(site_id=line.site_id, line=line, audience=line.capacity_audience)


def fill_window(window: CapacityWindow, line: Line, facts: WindowFacts, source: Line.Source) -> None:
    """Let the window say these facts, as it is seen now."""
    window.period = DateRange(facts.start, facts.end)
    window.state = facts.state
    window.quantity = facts.quantity
    window.unit = line.capacity_unit
    window.lead_time_weeks = facts.lead_time_weeks
    window.smallest_campaign = facts.smallest_campaign
    window.confidence = facts.confidence
    window.reason = facts.reason
    window.held_until = facts.held_until
    window.valid_until = facts.valid_until
    window.note = facts.note
    if facts.audience is not None:
        window.follows_line = not facts.audience
        window.audience = facts.audience or line.capacity_audience
    window.source, window.feed = source, None
    window.observed_at = timezone.now()
