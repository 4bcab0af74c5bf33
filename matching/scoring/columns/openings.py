"""Open capacity for all lines at once: the levels and figures of `matching.scoring.capacity` and `windows`.

Windows of a line are walked in order of time, all lines in step, so that sums are made in the same order.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.scoring.ageing import add_weeks
from matching.scoring.capacity import QUARTERS_AHEAD, RATIO_MOST, SLACK_MOST_WEEKS, SLACK_STEP_WEEKS
from matching.scoring.columns.arrays import NEVER, Bools, Bytes, Floats, Ints
from matching.scoring.columns.columns import Column
from matching.scoring.columns.drafting import STATES
from matching.scoring.columns.grounds import HARD, MET, SOFT, UNKNOWN, Ground, any_at
from matching.scoring.requirements import CapacityAsked
from matching.scoring.windows import FACTORS, Plan

OPEN, HELD = STATES.index("open"), STATES.index("held")
LAST_DAY = dt.date.max.toordinal()


@dataclass
class Openings:
    """One question about capacity against all windows of a segment."""

    asked: CapacityAsked
    ground: Ground

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.ground.context.time_frame, self.ground.context.today)

    @cached_property
    def quantity(self) -> Floats:
        windows = self.ground.segment.windows
        return self.converted(windows.quantity, windows.unit)

    def converted(self, quantity: Floats, unit: Ints) -> Floats:
        """In the unit asked; NaN where no fixed factor leads there."""
        codes = self.ground.book.units.numbers
        name, divisor = FACTORS.get(as_code(self.asked.unit), (as_code(self.asked.unit), 1.0))
        factors = np.full(max(codes.values(), default=0) + 1, np.nan)
        for code, number in list(codes.items()):
            own, factor = FACTORS.get(code, (code, 1.0))
            if own == name:
                factors[number] = factor
        found: Floats = quantity * factors[unit] / divisor
        return found

    @cached_property
    def campaign(self) -> Floats:
        """Per window, the smallest campaign taken; NaN where none is stated in a unit that converts."""
        windows = self.ground.segment.windows
        is_stated = ~np.isnan(windows.campaign)
        own = self.converted(windows.campaign, windows.unit)
        return np.where(is_stated, own, self.line_campaign[windows.row])

    @cached_property
    def line_campaign(self) -> Floats:
        rows = self.ground.segment.rows
        found = np.full(len(rows.site), np.nan)
        has_unit = rows.campaign_unit >= 0
        found[has_unit] = self.converted(rows.campaign[has_unit], rows.campaign_unit[has_unit])
        return found

    @cached_property
    def is_used(self) -> Bools:
        """Windows that would take so small a campaign; where none would, all of the line's."""
        row = self.ground.segment.windows.row
        is_blocked = self.campaign > self.asked.quantity
        has_free = any_at(row[~is_blocked], self.ground.segment.row_count)
        return ~is_blocked | ~has_free[row]

    @cached_property
    def lead(self) -> Floats:
        """Per window: its own lead time, else the line's while it is fresh; NaN: ask."""
        windows = self.ground.segment.windows
        return np.where(np.isnan(windows.lead_weeks), self.line_lead[windows.row], windows.lead_weeks)

    @cached_property
    def line_lead(self) -> Floats:
        rows = self.ground.segment.rows
        return np.where(rows.lead_confirmed >= self.ground.oldest_report(), rows.lead_weeks, np.nan)

    @cached_property
    def is_fresh(self) -> Bools:
        windows = self.ground.segment.windows
        is_valid = windows.valid_until >= self.ground.today
        return is_valid & (windows.observed >= self.ground.oldest_report())

    def starts(self, lead_weeks: Floats) -> Ints:
        """The first day of the frame for these lead times, as `Plan.frame` has it."""
        frame = self.plan.time_frame
        contracted = add_weeks(self.plan.today, frame.contracting_weeks)
        transferred = add_weeks(contracted, frame.transfer_weeks)
        ready = max(transferred, frame.material_available_on or self.plan.today).toordinal()
        led = contracted.toordinal() + np.rint(lead_weeks * 7).astype(np.int64)
        return np.maximum(np.clip(led, 1, LAST_DAY), ready)

    def end(self, quarters_later: int = 0) -> int:
        """The day after the last of the frame; NEVER where the brief gives no date."""
        last = Plan(self.plan.time_frame, self.plan.today, quarters_later).frame(0).end
        return last.toordinal() if last is not None else NEVER

    @cached_property
    def least_start(self) -> Ints:
        """Per row: with the shortest lead time of its windows, none at all where one is not known."""
        windows, count = self.ground.segment.windows, self.ground.segment.row_count
        shortest = np.full(count, np.inf)
        np.minimum.at(shortest, windows.row, np.nan_to_num(self.lead, nan=0.0))
        own = np.nan_to_num(self.line_lead, nan=0.0)
        return self.starts(np.where(np.isinf(shortest), own, shortest))

    @cached_property
    def bears(self) -> Bools:
        """Windows in use that say something about the frame: open or held, and reaching into it."""
        windows = self.ground.segment.windows
        is_open = (windows.state == OPEN) | (windows.state == HELD)
        touches = (windows.end > self.starts(np.nan_to_num(self.lead, nan=0.0))) & (
            windows.start < self.end()
        )
        is_zero = (self.quantity == 0) & self.is_fresh
        found: Bools = self.is_used & is_open & touches & ~is_zero
        return found

    @cached_property
    def proves(self) -> Bools:
        windows = self.ground.segment.windows
        frame_start = self.starts(np.nan_to_num(self.lead, nan=0.0))
        is_in = (windows.start >= frame_start) & (windows.end <= self.end())
        is_sure = (windows.state == OPEN) & windows.is_firm & self.is_fresh
        found: Bools = self.bears & is_sure & is_in & ~np.isnan(self.lead) & ~np.isnan(self.quantity)
        return found

    def in_step(self) -> Iterator[tuple[Ints, Ints]]:
        """Rows with their first windows, then those with a second one, and so on: (rows, windows)."""
        row = self.ground.segment.windows.row
        count = np.bincount(row, minlength=self.ground.segment.row_count)
        first = np.cumsum(count) - count
        for number in range(int(count.max(initial=0))):
            rows = np.flatnonzero(count > number)
            yield rows, first[rows] + number

    @cached_property
    def sums(self) -> tuple[Floats, Floats, Ints]:
        """Per row: what is proven open, what may be, and the day by which enough is done (0: never)."""
        count = self.ground.segment.row_count
        proven, possible = np.zeros(count), np.zeros(count)
        done = np.zeros(count, dtype=np.int64)
        amount = np.where(np.isnan(self.quantity), np.inf, self.quantity)
        for rows, windows in self.in_step():
            possible[rows] += np.where(self.bears[windows], amount[windows], 0.0)
            counts = self.proves[windows]
            proven[rows] += np.where(counts, amount[windows], 0.0)
            is_done = counts & (done[rows] == 0) & (proven[rows] >= self.asked.quantity)
            done[rows[is_done]] = self.ground.segment.windows.end[windows[is_done]]
        possible[self.has_gap] = np.inf
        return proven, possible, done

    @cached_property
    def is_empty(self) -> Bools:
        return self.least_start >= self.end()

    @cached_property
    def has_gap(self) -> Bools:
        """Whether some day of the frame is in no fresh report: silence is not a zero."""
        reached = self.least_start.copy()
        table = self.ground.segment.windows
        for rows, windows in self.in_step():
            goes_on = (table.start[windows] <= reached[rows]) & (reached[rows] < table.end[windows])
            goes_on &= self.is_fresh[windows]
            reached[rows[goes_on]] = table.end[windows[goes_on]]
        return ~self.is_empty & (reached < self.end())

    def opens_later(self) -> Bools:
        """Whether enough is open when everything moves later by some quarters."""
        windows, count = self.ground.segment.windows, self.ground.segment.row_count
        is_firm = self.is_used & (windows.state == OPEN) & windows.is_firm & self.is_fresh
        amount = np.nan_to_num(self.quantity, nan=0.0)
        opens = np.zeros(count, dtype=np.bool_)
        for quarters in range(1, QUARTERS_AHEAD + 1):
            touches = (windows.end > self.least_start[windows.row]) & (windows.start < self.end(quarters))
            counts = is_firm & touches
            total = np.bincount(windows.row[counts], amount[counts], minlength=count)
            opens |= total >= self.asked.quantity
        return opens


def as_code(unit: str) -> str:
    return unit.strip().lower()


def capacity_column(asked: CapacityAsked, ground: Ground) -> Column:
    if not asked.quantity > 0:
        return Column(ground.level(UNKNOWN))
    openings = Openings(asked, ground)
    proven, _, done = openings.sums
    level, campaign = time_level(openings), smallest_campaign(openings)
    level = np.where(campaign > asked.quantity, np.minimum(level, SOFT), level)
    level = np.where(ground.has_line, level, UNKNOWN).astype(np.int8)
    is_met = level == MET
    ratio = np.minimum(np.floor(2 * proven / asked.quantity) / 2, RATIO_MOST)
    figures = {
        "slack_weeks": np.where(is_met, slack(openings, done), np.nan),
        "open_ratio": np.where(is_met, ratio, np.nan),
        "campaign_share": np.where(is_met, campaign / asked.quantity, np.nan),
    }
    return Column(level, figures)


def time_level(openings: Openings) -> Bytes:
    _, possible, done = openings.sums
    has_windows = any_at(openings.ground.segment.windows.row, openings.ground.segment.row_count)
    may_be = ~has_windows | ((possible >= openings.asked.quantity) & ~openings.is_empty)
    late = np.where(openings.opens_later(), SOFT, HARD)
    return np.select([has_windows & (done > 0), may_be], [MET, UNKNOWN], late).astype(np.int8)


def slack(openings: Openings, done: Ints) -> Floats:
    if openings.end() == NEVER:
        return np.full(len(done), float(SLACK_MOST_WEEKS))
    weeks = (openings.end() - done) / 7
    steps: Floats = np.floor(weeks / SLACK_STEP_WEEKS)
    return np.minimum(steps * SLACK_STEP_WEEKS, SLACK_MOST_WEEKS)


def smallest_campaign(openings: Openings) -> Floats:
    """Per row: the least that an open window would take, the line's own where no window says (NaN: none)."""
    windows, count = openings.ground.segment.windows, openings.ground.segment.row_count
    is_open = (windows.state == OPEN) & (windows.quantity > 0)
    is_silent = any_at(windows.row[is_open & np.isnan(openings.campaign)], count)
    least = np.full(count, np.inf)
    np.minimum.at(least, windows.row[is_open], np.nan_to_num(openings.campaign[is_open], nan=np.inf))
    stated = np.where(np.isinf(least), openings.line_campaign, least)
    return np.where(is_silent, np.nan, stated)
