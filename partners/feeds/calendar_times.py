"""When an event of a calendar happens: recurrences (RFC 5545) within bounds, as days of one time zone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Component

from partners.feeds.rows import FileRefused

MOST_OCCURRENCES = 5_000
TOO_OFTEN = ("SECONDLY", "MINUTELY")

type Moment = dt.date | dt.datetime


class EventRefused(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class Days(NamedTuple):
    """From the first day to the day after the last."""

    start: dt.date
    end: dt.date


class Horizon:
    """The days that are read, and how many occurrences may still come of one file."""

    def __init__(self, zone: ZoneInfo, first: dt.date, end: dt.date) -> None:
        self.zone = zone
        self.first = first
        self.end = end
        self._left = MOST_OCCURRENCES

    def touches(self, days: Days) -> bool:
        return days.start < self.end and days.end > self.first

    def count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise FileRefused(f"More than {MOST_OCCURRENCES:,} events happen within the time that is read.")

    def days_between(self, start: Moment, end: Moment) -> Days:
        """The days that a time touches, which is one at least; an end at midnight touches no new day."""
        first, last = self._local(start), self._local(end)
        if not isinstance(last, dt.datetime):
            return Days(_day(first), max(last, _day(first) + dt.timedelta(1)))
        ends_at_midnight = last.time() == dt.time() and last.date() > _day(first)
        return Days(_day(first), last.date() + dt.timedelta(0 if ends_at_midnight else 1))

    def _local(self, moment: Moment) -> Moment:
        is_placed = isinstance(moment, dt.datetime) and moment.tzinfo is not None
        return moment.astimezone(self.zone) if is_placed else moment  # type: ignore[union-attr]


def _day(moment: Moment) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def occurrences(event: Component, horizon: Horizon, replaced: set[str]) -> Iterator[Days]:
    """The days of each occurrence within the horizon, less those that another event replaces."""
    start = moment_of(event, "DTSTART")
    length = _length(event, start)
    left_out = {key_of(each.dt) for each in _listed(event, "EXDATE")} | replaced
    seen: set[str] = set()
    for first, last in _all(event, start, length, horizon):
        key = key_of(first)
        days = horizon.days_between(first, last)
        if key in seen or key in left_out or not horizon.touches(days):
            continue
        seen.add(key)
        horizon.count()
        yield days


def key_of(moment: Moment) -> str:
    """The same for the same instant in whatever zone it is written."""
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        return moment.astimezone(dt.UTC).isoformat()
    return moment.isoformat()


def moment_of(event: Component, name: str) -> Moment:
    found = event.get(name)
    moment = getattr(found, "dt", None)
    if not isinstance(moment, dt.date):
        raise EventRefused(name, "This is needed, and has to be one date or one time.")
    zone = found.params.get("TZID") if found is not None else None
    if zone and isinstance(moment, dt.datetime) and moment.tzinfo is None:
        raise EventRefused(name, "Its time zone is not known, and the file does not define it.")
    return moment


def _length(event: Component, start: Moment) -> dt.timedelta:
    length = dt.timedelta(0 if isinstance(start, dt.datetime) else 1)
    if "DTEND" in event:
        end = moment_of(event, "DTEND")
        if isinstance(end, dt.datetime) != isinstance(start, dt.datetime):
            raise EventRefused("DTEND", "DTSTART and DTEND have to be both dates or both times.")
        length = _difference(start, end)
    elif "DURATION" in event:
        stated = getattr(event["DURATION"], "dt", None)
        if not isinstance(stated, dt.timedelta):
            raise EventRefused("DURATION", "This has to be one length of time.")
        length = stated
    if length < dt.timedelta(0):
        raise EventRefused("DTEND", "The event ends before it starts.")
    return length


def _difference(start: Moment, end: Moment) -> dt.timedelta:
    """In the wall clock of the start, by which recurrences are counted."""
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        if (start.tzinfo is None) != (end.tzinfo is None):
            raise EventRefused("DTEND", "Only one of DTSTART and DTEND has a time zone.")
        return _bare(end.astimezone(start.tzinfo) if start.tzinfo else end) - _bare(start)
    return _bare(end) - _bare(start)


def _bare(moment: Moment) -> dt.datetime:
    if isinstance(moment, dt.datetime):
        return moment.replace(tzinfo=None)
    return dt.datetime.combine(moment, dt.time())


def _all(
    event: Component, start: Moment, length: dt.timedelta, horizon: Horizon
) -> Iterator[tuple[Moment, Moment]]:
    yield start, start + length
    for rule in _rules(event):
        for bare in _recurring(rule, start):
            # A day to spare, because the zone of the event may be another.
            if bare.date() > horizon.end + dt.timedelta(1):
                break
            first = _as(start, bare)
            yield first, _as(start, bare + length)
    for each in _listed(event, "RDATE"):
        first, last = each.dt if isinstance(each.dt, tuple) else (each.dt, length)
        yield first, first + last if isinstance(last, dt.timedelta) else last


def _as(start: Moment, bare: dt.datetime) -> Moment:
    """The wall clock of an occurrence as the kind of moment that its event starts at."""
    return bare.replace(tzinfo=start.tzinfo) if isinstance(start, dt.datetime) else bare.date()


def _rules(event: Component) -> list[Any]:
    found = event.get("RRULE", [])
    return found if isinstance(found, list) else [found]


def _listed(event: Component, name: str) -> list[Any]:
    """The moments of EXDATE or RDATE, which may stand once or several times."""
    found = event.get(name, [])
    return [each for part in (found if isinstance(found, list) else [found]) for each in part.dts]


def _recurring(rule: Any, start: Moment) -> Iterator[dt.datetime]:
    """The starts by wall clock, the first ones first, for ever if the rule says so."""
    frequency = str(rule.get("FREQ", [""])[0]).upper()
    if frequency in TOO_OFTEN:
        raise EventRefused("RRULE", f"Events that come {frequency.lower()} are not read.")
    if "UNTIL" in rule and "COUNT" in rule:
        raise EventRefused("RRULE", "A rule says UNTIL or COUNT, not both.")
    parts = {name: values for name, values in rule.items() if name != "UNTIL"}
    text = type(rule)(parts).to_ical().decode()
    try:
        starts = rrulestr(text, dtstart=_bare(start))
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise EventRefused("RRULE", "The rule cannot be read.") from error
    until = _until(rule, start)
    for each in starts:
        if until is not None and each > until:
            return
        yield each


def _until(rule: Any, start: Moment) -> dt.datetime | None:
    """The last start by the wall clock of the event. A date means that whole day."""
    if "UNTIL" not in rule:
        return None
    until = rule["UNTIL"][0]
    if not isinstance(until, dt.datetime):
        return dt.datetime.combine(until, dt.time.max)
    zone = start.tzinfo if isinstance(start, dt.datetime) else None
    return _bare(until.astimezone(zone) if zone and until.tzinfo else until)
