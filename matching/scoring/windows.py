"""Capacity windows of one line against one time frame: proven open, perhaps open, not reported."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from matching.scoring.facts import LineFacts, WindowFact
from matching.scoring.requirements import CapacityAsked, TimeFrame
from partners.ageing import CAPACITY_DAYS, add_days, add_months, add_weeks, is_older_than_days

FACTORS: dict[str, tuple[str, float]] = {
    "batch": ("batches", 1),
    "slot": ("slots", 1),
    "campaign": ("campaigns", 1),
    "day": ("days", 1),
    "weeks": ("days", 7),
    "week": ("days", 7),
    "reactor-day": ("reactor-days", 1),
    "reactor-weeks": ("reactor-days", 7),
    "reactor-week": ("reactor-days", 7),
    "unit": ("units", 1),
    "vial": ("vials", 1),
}
"""Units that stand for another by a fixed factor. A slot is no batch: a line says what its slot means."""


def converted(quantity: float, unit: str, to: str) -> float | None:
    """The quantity in another unit, or None where no fixed factor leads there."""
    name, factor = FACTORS.get(unit.strip().lower(), (unit.strip().lower(), 1))
    target, divisor = FACTORS.get(to.strip().lower(), (to.strip().lower(), 1))
    return quantity * factor / divisor if name == target else None


@dataclass(frozen=True, slots=True)
class Frame:
    """When work may run: from `start` up to and without `end`. No end: the brief gives no date."""

    start: dt.date
    end: dt.date | None

    @property
    def is_empty(self) -> bool:
        return self.end is not None and self.start >= self.end


@dataclass(frozen=True, slots=True)
class Plan:
    """The brief's dates as of a day, moved later by whole quarters for a what-if."""

    time_frame: TimeFrame
    today: dt.date
    quarters_later: int = 0

    def frame(self, lead_time_weeks: float) -> Frame:
        """Start: contracting and lead time, material, transfer done. End: less release and shipping."""
        contracted = add_weeks(self.today, self.time_frame.contracting_weeks)
        start = max(
            add_weeks(contracted, lead_time_weeks),
            add_weeks(contracted, self.time_frame.transfer_weeks),
            self.time_frame.material_available_on or self.today,
        )
        if self.time_frame.needed_by is None:
            return Frame(start, None)
        weeks = self.time_frame.release_weeks + self.time_frame.shipping_weeks
        end = add_days(add_weeks(self.time_frame.needed_by, -weeks), 1)
        return Frame(start, add_months(end, 3 * self.quarters_later))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the windows of one line say about one frame. `doubts` are the reasons why more may be open."""

    frame: Frame
    proven: float
    possible: float
    doubts: tuple[str, ...]
    done_on: dt.date | None
    used: tuple[WindowFact, ...]


def lead_time(line: LineFacts, window: WindowFact | None, today: dt.date) -> float | None:
    """The window's own lead time, else the line's while it is fresh; None is "ask"."""
    if window is not None and window.lead_time_weeks is not None:
        return window.lead_time_weeks
    confirmed = line.lead_time_confirmed_on
    if confirmed is None or is_older_than_days(confirmed, today, CAPACITY_DAYS):
        return None
    return line.lead_time_weeks


def is_fresh(window: WindowFact, today: dt.date) -> bool:
    if window.valid_until is not None and window.valid_until < today:
        return False
    return not is_older_than_days(window.observed_on, today, CAPACITY_DAYS)


def is_in(window: WindowFact, frame: Frame) -> bool:
    return window.start >= frame.start and (frame.end is None or window.end <= frame.end)


def touches(window: WindowFact, frame: Frame) -> bool:
    return window.end > frame.start and (frame.end is None or window.start < frame.end)


def least_frame(line: LineFacts, plan: Plan) -> Frame:
    """The frame that begins first: with the shortest lead time, none at all where one is not known."""
    leads = [lead_time(line, window, plan.today) for window in line.windows] or [
        lead_time(line, None, plan.today)
    ]
    return plan.frame(min(lead if lead is not None else 0.0 for lead in leads))


def read(line: LineFacts, windows: Sequence[WindowFact], asked: CapacityAsked, plan: Plan) -> Reading:
    """Add up what is proven, in the order of time, and note every reason why there may be more."""
    used: list[WindowFact] = []
    doubts: dict[str, None] = {}
    proven = possible = 0.0
    done_on: dt.date | None = None
    for window in sorted(windows, key=lambda each: (each.start, each.end, each.state)):
        doubt = doubt_of(window, line, asked, plan)
        quantity = converted(window.quantity, window.unit, asked.unit)
        if doubt is None or (quantity == 0 and is_fresh(window, plan.today)):
            continue
        possible += quantity if quantity is not None else float("inf")
        if doubt:
            doubts[doubt] = None
            continue
        used.append(window)
        proven += quantity or 0.0
        if done_on is None and proven >= asked.quantity:
            done_on = window.end
    frame = least_frame(line, plan)
    if has_gap(line, frame, plan.today):
        possible, doubts["nothing is reported for part of the time"] = float("inf"), None
    return Reading(frame, proven, possible, tuple(doubts), done_on, tuple(used))


def doubt_of(window: WindowFact, line: LineFacts, asked: CapacityAsked, plan: Plan) -> str | None:
    """Why a window proves nothing; empty when it does; None when it has no bearing at all."""
    lead = lead_time(line, window, plan.today)
    frame = plan.frame(lead or 0.0)
    if window.state not in ("open", "held") or not touches(window, frame):
        return None
    reasons = {
        "its unit does not convert": converted(window.quantity, window.unit, asked.unit) is None,
        "the report is too old": not is_fresh(window, plan.today),
        "it is held for somebody else": window.state == "held",
        "it is indicative only": window.confidence not in ("firm", "planned"),
        "the lead time is not known": lead is None,
        "quarters cannot prove that free weeks adjoin": not is_in(window, frame),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def has_gap(line: LineFacts, frame: Frame, today: dt.date) -> bool:
    """Whether some day of the frame is in no fresh report, of whatever state: silence is not a zero."""
    if frame.is_empty:
        return False
    reached = frame.start
    for window in sorted(line.windows, key=lambda each: each.start):
        if window.start <= reached < window.end and is_fresh(window, today):
            reached = window.end
    return frame.end is None or reached < frame.end
