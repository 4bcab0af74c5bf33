"""Open capacity on one line, inside the brief's dates.

Capacity is shared for matching only, so sentences name no quantity of the CDMO's beyond what was asked, dates
are rounded to the quarter, and figures for scoring to four weeks and to half of what was asked.
"""

import datetime as dt
import math

from matching.scoring import wording
from matching.scoring.contexts import Context, Spot
from matching.scoring.facts import LineFacts, WindowFact
from matching.scoring.requirements import CapacityAsked
from matching.scoring.verdicts import Change, Evidence, Verdict, all_of, any_of, met, unknown, unmet
from matching.scoring.windows import Frame, Plan, Reading, converted, is_fresh, least_frame, read, touches

QUARTERS_AHEAD = 8
SLACK_STEP_WEEKS = 4
SLACK_MOST_WEEKS = 12
RATIO_MOST = 2.0


def capacity_verdict(asked: CapacityAsked, spot: Spot, context: Context) -> Verdict:
    """Of the spot's line; where none is given, of the site's best line."""
    if not asked.quantity > 0:
        return unknown("The brief asks for no quantity.", "How much is needed?")
    if spot.line is not None:
        return line_verdict(asked, spot.line, context)
    if not spot.site.lines:
        return unknown(
            "No line and no capacity is stated.", f"Is {asked_text(asked)} open in our time frame?"
        )
    return any_of([line_verdict(asked, line, context) for line in spot.site.lines])


def asked_text(asked: CapacityAsked) -> str:
    return wording.amount(asked.quantity, asked.unit)


def line_verdict(asked: CapacityAsked, line: LineFacts, context: Context) -> Verdict:
    """Time and campaign are judged apart, so that both failures are named when both are there."""
    campaign = smallest_campaign(asked, line)
    windows = [window for window in line.windows if not is_blocked(window, asked, line)] or list(line.windows)
    verdict = time_verdict(asked, line, tuple(windows), context)
    if campaign is None:
        return verdict
    if campaign <= asked.quantity:
        return with_campaign(verdict, campaign / asked.quantity)
    return all_of([verdict, campaign_verdict(asked, line, campaign)])


def with_campaign(verdict: Verdict, share: float) -> Verdict:
    figures = (*verdict.figures, ("campaign_share", share))
    return Verdict(
        verdict.status,
        verdict.reason,
        verdict.evidence,
        verdict.question,
        verdict.change,
        verdict.line,
        figures,
    )


def campaign_of(window: WindowFact, asked: CapacityAsked, line: LineFacts) -> float | None:
    if window.smallest_campaign is not None:
        return converted(window.smallest_campaign, window.unit, asked.unit)
    if line.smallest_campaign is not None:
        return converted(line.smallest_campaign, line.capacity_unit, asked.unit)
    return None


def is_blocked(window: WindowFact, asked: CapacityAsked, line: LineFacts) -> bool:
    campaign = campaign_of(window, asked, line)
    return campaign is not None and campaign > asked.quantity


def smallest_campaign(asked: CapacityAsked, line: LineFacts) -> float | None:
    """The least that any of its open windows would take; the line's own where no window says."""
    stated = [
        campaign_of(window, asked, line)
        for window in line.windows
        if window.state == "open" and window.quantity > 0
    ]
    if stated and None in stated:
        return None
    known = [campaign for campaign in stated if campaign is not None]
    if known:
        return min(known)
    own = line.smallest_campaign
    return converted(own, line.capacity_unit, asked.unit) if own is not None else None


def campaign_verdict(asked: CapacityAsked, line: LineFacts, campaign: float) -> Verdict:
    needed = wording.amount(asked.quantity, asked.unit)
    text = f"smallest campaign {wording.number(campaign)} → at most {needed}"
    reason = f"Line {line.name} takes campaigns from {wording.amount(campaign, asked.unit)}; asked {needed}."
    return unmet(reason, change=Change("capacity", text))


def time_verdict(
    asked: CapacityAsked, line: LineFacts, windows: tuple[WindowFact, ...], context: Context
) -> Verdict:
    reading = read(line, windows, asked, Plan(context.time_frame, context.today))
    if not line.windows:
        return unknown(f"Line {line.name} reports no capacity.", question_of(asked, line, reading.frame))
    if reading.done_on is not None:
        evidence = tuple(evidence_of(window, line, context) for window in reading.used)
        return open_verdict(asked, line, reading, evidence)
    if reading.possible >= asked.quantity and not reading.frame.is_empty:
        doubts = wording.listed(reading.doubts)
        reason = f"Line {line.name}: {asked_text(asked)} is not proven open: {doubts}."
        return unknown(reason, question_of(asked, line, reading.frame), newest(windows, line, context))
    return too_late(asked, line, windows, context)


def open_verdict(
    asked: CapacityAsked, line: LineFacts, reading: Reading, evidence: tuple[Evidence, ...]
) -> Verdict:
    first = reading.used[0]
    reason = (
        f"Line {line.name}: {asked_text(asked)} open within your dates, from {wording.quarter(first.start)};"
        f" reported open on {wording.day(first.observed_on)}."
    )
    ratio = min(math.floor(2 * reading.proven / asked.quantity) / 2, RATIO_MOST)
    return met(reason, evidence, slack_weeks=slack(reading), open_ratio=ratio)


def slack(reading: Reading) -> float:
    """Weeks left between the end of the windows needed and the latest end, in whole steps."""
    if reading.frame.end is None or reading.done_on is None:
        return float(SLACK_MOST_WEEKS)
    weeks = (reading.frame.end - reading.done_on).days / 7
    return float(min(math.floor(weeks / SLACK_STEP_WEEKS) * SLACK_STEP_WEEKS, SLACK_MOST_WEEKS))


def too_late(
    asked: CapacityAsked, line: LineFacts, windows: tuple[WindowFact, ...], context: Context
) -> Verdict:
    """Not open in time. The change counts the quarters by which everything would have to move."""
    frame = least_frame(line, Plan(context.time_frame, context.today))
    if frame.is_empty:
        reason = f"Line {line.name} could start in {wording.quarter(frame.start)}, after your latest date."
    else:
        reason = f"Line {line.name} does not have {asked_text(asked)} open within your dates."
    change = later_start(asked, line, windows, context)
    return unmet(reason, newest(windows, line, context), change)


def later_start(
    asked: CapacityAsked, line: LineFacts, windows: tuple[WindowFact, ...], context: Context
) -> Change | None:
    for quarters in range(1, QUARTERS_AHEAD + 1):
        opening = opens_on(
            asked, windows, least_frame(line, Plan(context.time_frame, context.today, quarters)), context
        )
        if opening is not None:
            words = f"{wording.count(quarters)} quarter{'s' if quarters > 1 else ''}"
            return Change("capacity", f"capacity opens in {wording.quarter(opening)}: start {words} later")
    return None


def opens_on(
    asked: CapacityAsked, windows: tuple[WindowFact, ...], frame: Frame, context: Context
) -> dt.date | None:
    """When the window that completes the quantity opens, among those reported that reach into the frame."""
    total = 0.0
    for window in sorted(windows, key=lambda each: (each.start, each.end, each.state)):
        is_firm = window.state == "open" and window.confidence in ("firm", "planned")
        if is_firm and is_fresh(window, context.today) and touches(window, frame):
            total += converted(window.quantity, window.unit, asked.unit) or 0.0
            if total >= asked.quantity:
                return max(window.start, frame.start)
    return None


def question_of(asked: CapacityAsked, line: LineFacts, frame: Frame) -> str:
    between = f"from {wording.quarter(frame.start)}"
    if frame.end is not None and not frame.is_empty:
        between = f"between {wording.day(frame.start)} and {wording.day(frame.end - dt.timedelta(days=1))}"
    return f"Is {asked_text(asked)} open on line {line.name} {between}?"


def newest(windows: tuple[WindowFact, ...], line: LineFacts, context: Context) -> tuple[Evidence, ...]:
    """The newest report, so that its age is seen; no quantities."""
    latest = max(windows, key=lambda each: each.observed_on, default=None)
    return (evidence_of(latest, line, context),) if latest is not None else ()


def evidence_of(window: WindowFact, line: LineFacts, context: Context) -> Evidence:
    what = f"Line {line.name}: {window.state}, {window.confidence}, {wording.quarter(window.start)}"
    age = wording.age(window.observed_on, context.today)
    return Evidence(what, "", "capacity report", "company", window.observed_on, age)
