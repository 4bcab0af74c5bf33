"""Open capacity for all lines at once: the levels and figures of `matching.scoring.capacity` and `windows`.

Windows of a line are walked in order of time, all lines in step, so that sums are made in the same order.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.scoring.capacity import QUARTERS_AHEAD, RATIO_MOST, SLACK_MOST_WEEKS, SLACK_STEP_WEEKS
from matching.scoring.columns.arrays import NEVER, Anything, Bools, Bytes, Floats, Ints
from matching.scoring.columns.columns import Column
from matching.scoring.columns.drafting import STATES
from matching.scoring.columns.grounds import HARD, MET, SOFT, UNKNOWN, Ground, any_at
from matching.scoring.columns.tables import Windows
from matching.scoring.requirements import CapacityAsked
from matching.scoring.windows import FACTORS, Plan
from partners.ageing import add_weeks

OPEN, HELD = STATES.index("open"), STATES.index("held")
LAST_DAY = dt.date.max.toordinal()


@dataclass
class Openings:
    """One question about capacity against all windows of a segment.

    Most windows state no lead time and no campaign of their own, so both are worked out per line first.
    """

    asked: CapacityAsked
    ground: Ground

    @property
    def windows(self) -> Windows:
        return self.ground.segment.windows

    @property
    def row_count(self) -> int:
        return self.ground.segment.row_count

    def of_lines(self, column: Anything) -> Anything:
        """Per window what its row has; `take` is quicker than brackets here."""
        return column.take(self.windows.row)

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.ground.context.time_frame, self.ground.context.today)

    @cached_property
    def quantity(self) -> Floats:
        return self.converted(self.windows.quantity, self.windows.unit)

    def converted(self, quantity: Floats, unit: Ints) -> Floats:
        """In the unit asked; NaN where no fixed factor leads there."""
        codes = self.ground.book.units.numbers
        name, divisor = FACTORS.get(as_code(self.asked.unit), (as_code(self.asked.unit), 1.0))
        factors = np.full(max(codes.values(), default=0) + 1, np.nan)
        for code, number in list(codes.items()):
            own, factor = FACTORS.get(code, (code, 1.0))
            if own == name:
                factors[number] = factor
        if len(unit) and divisor == 1 and (factors[np.flatnonzero(np.bincount(unit))] == 1).all():
            return quantity
        found: Floats = quantity * factors[unit] / divisor
        return found

    @cached_property
    def line_campaign(self) -> Floats:
        rows = self.ground.segment.rows
        found = np.full(len(rows.site), np.nan)
        has_unit = np.flatnonzero(rows.campaign_unit >= 0)
        found[has_unit] = self.converted(rows.campaign[has_unit], rows.campaign_unit[has_unit])
        return found

    @cached_property
    def with_campaign(self) -> Ints:
        """Windows of the lines on which a window states a campaign of its own."""
        own = np.flatnonzero(~np.isnan(self.windows.campaign))
        if not len(own):
            return own
        return np.flatnonzero(any_at(self.windows.row[own], self.row_count)[self.windows.row])

    @cached_property
    def campaign(self) -> Floats:
        """Of `with_campaign`, the smallest campaign taken; NaN where none is stated in a known unit."""
        at = self.with_campaign
        stated = self.windows.campaign[at]
        own = self.converted(stated, self.windows.unit[at])
        return np.where(~np.isnan(stated), own, self.line_campaign[self.windows.row[at]])

    @cached_property
    def is_unused(self) -> Bools:
        """Windows that would not take so small a campaign, on lines with others that would."""
        found = np.zeros(len(self.windows.row), dtype=np.bool_)
        row = self.windows.row[self.with_campaign]
        is_blocked = self.campaign > self.asked.quantity
        found[self.with_campaign] = is_blocked & any_at(row[~is_blocked], self.row_count)[row]
        return found

    @cached_property
    def with_lead(self) -> Ints:
        return np.flatnonzero(~np.isnan(self.windows.lead_weeks))

    @cached_property
    def line_lead(self) -> Floats:
        """NaN: ask. A lead time perishes as capacity does."""
        rows = self.ground.segment.rows
        return np.where(rows.lead_confirmed >= self.ground.oldest_report(), rows.lead_weeks, np.nan)

    @cached_property
    def is_lead_known(self) -> Bools:
        """Per window: its own lead time, else the line's."""
        known: Bools = self.of_lines(~np.isnan(self.line_lead))
        known[self.with_lead] = True
        return known

    @cached_property
    def line_start(self) -> Ints:
        """Per row the first day of the frame by the line's own lead time, none where it is not known."""
        return self.starts(np.nan_to_num(self.line_lead, nan=0.0))

    @cached_property
    def start(self) -> Ints:
        """Per window the first day of the frame."""
        found: Ints = self.of_lines(self.line_start)
        found[self.with_lead] = self.starts(self.windows.lead_weeks[self.with_lead])
        return found

    @cached_property
    def least_start(self) -> Ints:
        """Per row: with the shortest lead time of its windows, none at all where one is not known."""
        if not len(self.with_lead):
            return self.line_start
        earliest = np.full(self.row_count, NEVER, dtype=np.int32)
        np.minimum.at(earliest, self.windows.row, self.start)
        return np.where(earliest == NEVER, self.line_start, earliest)

    def starts(self, lead_weeks: Floats) -> Ints:
        """The first day of the frame for these lead times, as `Plan.frame` has it."""
        frame = self.plan.time_frame
        contracted = add_weeks(self.plan.today, frame.contracting_weeks)
        transferred = add_weeks(contracted, frame.transfer_weeks)
        ready = max(transferred, frame.material_available_on or self.plan.today).toordinal()
        led = contracted.toordinal() + np.rint(lead_weeks * 7)
        found: Ints = np.maximum(np.clip(led, 1, LAST_DAY), ready).astype(np.int32)
        return found

    def end(self, quarters_later: int = 0) -> int:
        """The day after the last of the frame; NEVER where the brief gives no date."""
        last = Plan(self.plan.time_frame, self.plan.today, quarters_later).frame(0).end
        return last.toordinal() if last is not None else NEVER

    @cached_property
    def is_fresh(self) -> Bools:
        is_valid = self.windows.valid_until >= self.ground.today
        return is_valid & (self.windows.observed >= self.ground.oldest_report())

    @cached_property
    def bears(self) -> Bools:
        """Windows in use that say something about the frame: open or held, and reaching into it."""
        is_open = (self.windows.state == OPEN) | (self.windows.state == HELD)
        touches = (self.windows.end > self.start) & (self.windows.start < self.end())
        is_zero = (self.quantity == 0) & self.is_fresh
        found: Bools = ~self.is_unused & is_open & touches & ~is_zero
        return found

    @cached_property
    def proving(self) -> Ints:
        """Windows that prove what they say to be open inside the frame."""
        windows = self.windows
        is_in = (windows.start >= self.start) & (windows.end <= self.end())
        is_sure = (windows.state == OPEN) & windows.is_firm & self.is_fresh & self.is_lead_known
        return np.flatnonzero(self.bears & is_sure & is_in & ~np.isnan(self.quantity))

    def summed(self, windows: Ints) -> Floats:
        """Per row, added in the order of time; a quantity that does not convert may be any."""
        amount = np.nan_to_num(self.quantity.take(windows), nan=np.inf, posinf=np.inf)
        return np.bincount(self.windows.row.take(windows), amount, minlength=self.row_count)

    @cached_property
    def proven(self) -> Floats:
        return self.summed(self.proving)

    @cached_property
    def done(self) -> Ints:
        """Per row the day by which enough is proven open, 0 for never."""
        is_enough = self.proven >= self.asked.quantity
        windows = self.proving[self.of_lines(is_enough).take(self.proving)]
        done, total = np.zeros(self.row_count, dtype=np.int32), np.zeros(self.row_count)
        for rows, of in in_step(windows, self.windows.row):
            total[rows] += self.quantity[of]
            is_done = (done[rows] == 0) & (total[rows] >= self.asked.quantity)
            done[rows[is_done]] = self.windows.end[of[is_done]]
        return done

    @cached_property
    def may_be(self) -> Bools:
        """Rows not done of which enough may be open, by what is reported or because some day is not."""
        is_open = (self.done == 0) & (self.least_start < self.end())
        possible = self.summed(np.flatnonzero(self.bears & self.of_lines(is_open)))
        enough = is_open & (possible >= self.asked.quantity)
        found: Bools = enough | self.has_gap(is_open & ~enough)
        return found

    def has_gap(self, asked: Bools) -> Bools:
        """Of these rows: whether some day of the frame is in no fresh report. Silence is not a zero."""
        windows, reached = self.windows, self.least_start.copy()
        counts = self.is_fresh & (windows.start < self.end()) & self.of_lines(asked)
        for rows, of in in_step(np.flatnonzero(counts), windows.row):
            goes_on = (windows.start[of] <= reached[rows]) & (reached[rows] < windows.end[of])
            reached[rows[goes_on]] = windows.end[of[goes_on]]
        return asked & (reached < self.end())

    def opens_later(self, asked: Bools) -> Bools:
        """Of these rows: whether enough is open when everything moves later by some quarters."""
        windows = self.windows
        # Later frames hold more and no amount is below zero, so the last one opens wherever any does.
        is_firm = ~self.is_unused & (windows.state == OPEN) & windows.is_firm & self.is_fresh
        is_firm &= self.of_lines(asked) & (windows.end > self.of_lines(self.least_start))
        found = np.flatnonzero(is_firm & (windows.start < self.end(QUARTERS_AHEAD)))
        amount = np.nan_to_num(self.quantity.take(found), nan=0.0)
        return np.bincount(windows.row.take(found), amount, self.row_count) >= self.asked.quantity


def in_step(windows: Ints, row_of: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Rows with the first of these windows, then those with a second one, and so on: (rows, windows)."""
    row = row_of[windows]
    first = np.flatnonzero(np.diff(row, prepend=-1))
    count = np.diff(first, append=len(row))
    number = 0
    while len(first):
        yield row[first], windows[first + number]
        number += 1
        is_left = count > number
        first, count = first[is_left], count[is_left]


def as_code(unit: str) -> str:
    return unit.strip().lower()


def capacity_column(asked: CapacityAsked, ground: Ground) -> Column:
    if not asked.quantity > 0:
        return Column(ground.level(UNKNOWN))
    openings = Openings(asked, ground)
    level, campaign = time_level(openings), smallest_campaign(openings)
    level = np.where(campaign > asked.quantity, np.minimum(level, SOFT), level)
    level = np.where(ground.has_line, level, UNKNOWN).astype(np.int8)
    is_met = level == MET
    ratio = np.minimum(np.floor(2 * openings.proven / asked.quantity) / 2, RATIO_MOST)
    figures = {
        "slack_weeks": np.where(is_met, slack(openings), np.nan),
        "open_ratio": np.where(is_met, ratio, np.nan),
        "campaign_share": np.where(is_met, campaign / asked.quantity, np.nan),
    }
    return Column(level, figures)


def time_level(openings: Openings) -> Bytes:
    has_windows = any_at(openings.windows.row, openings.row_count)
    is_done = openings.done > 0
    fails = has_windows & ~is_done & ~openings.may_be
    level = np.where(is_done, MET, UNKNOWN).astype(np.int8)
    level[fails] = np.where(openings.opens_later(fails)[fails], SOFT, HARD)
    return level


def slack(openings: Openings) -> Floats:
    if openings.end() == NEVER:
        return np.full(openings.row_count, float(SLACK_MOST_WEEKS))
    weeks = (openings.end() - openings.done) / 7
    steps: Floats = np.floor(weeks / SLACK_STEP_WEEKS)
    return np.minimum(steps * SLACK_STEP_WEEKS, SLACK_MOST_WEEKS)


def smallest_campaign(openings: Openings) -> Floats:
    """Per row: the least that an open window would take, the line's own where no window says (NaN: none)."""
    at, count = openings.with_campaign, openings.row_count
    if not len(at):
        return openings.line_campaign
    windows = openings.windows
    is_open = (windows.state[at] == OPEN) & (windows.quantity[at] > 0)
    row, campaign = windows.row[at[is_open]], openings.campaign[is_open]
    is_silent = any_at(row[np.isnan(campaign)], count)
    least = np.full(count, np.inf)
    np.minimum.at(least, row, np.nan_to_num(campaign, nan=np.inf))
    stated = np.where(np.isinf(least), openings.line_campaign, least)
    return np.where(is_silent, np.nan, stated)
