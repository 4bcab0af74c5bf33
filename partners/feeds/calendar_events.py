"""The events of an iCalendar file as plain values: what each says of a line, on which days.

It runs in a process of its own (`python -m partners.feeds`), because a calendar of a few bytes may ask for
any amount of work. Titles, places and people of events are not looked at, so nothing of them is kept.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from partners.feeds.calendar_times import Days, EventRefused, Horizon, key_of, moment_of, occurrences
from partners.feeds.cells import COLUMNS
from partners.feeds.rows import FileRefused

MOST_EVENTS = 5_000
LONGEST_VALUE = 1_000
# What a client publishes without knowing of us: RFC 5545, 3.2.9, and the property that Outlook adds.
BY_FREE_BUSY: Final = {"FREE": "open", "BUSY-TENTATIVE": "held", "BUSY-UNAVAILABLE": "unavailable"}
BY_OUTLOOK: Final = {"FREE": "open", "TENTATIVE": "held", "OOF": "unavailable"}
PROPERTIES: Final = {
    f"X-CAPACITY-{name.upper().replace('_', '-')}": name
    for name in COLUMNS
    if name not in ("period_start", "period_end")
}

type Event = dict[str, Any]


def events_in(content: bytes, *, zone: str, first: dt.date, end: dt.date) -> list[Event]:
    """What happens in [first, end): {"number", "start", "end", "cells"}, or {"number", "field", "refused",
    "cells"} of an event that is refused. Raises FileRefused."""
    components = _components(content)
    replaced = _replaced(components)
    horizon = Horizon(ZoneInfo(zone), first, end)
    found: list[Event] = []
    for number, component in enumerate(components, 1):
        cells = _cells(component)
        try:
            # One that is refused half-way brings nothing.
            happens = list(_happens(component, cells, horizon, replaced))
        except EventRefused as error:
            found.append({"number": number, "field": error.field, "refused": error.message, "cells": cells})
        except (OverflowError, ValueError, TypeError):
            # Dates beyond the calendar, and zones of the file's own that make no sense.
            found.append(
                {"number": number, "field": "", "refused": "Its times cannot be read.", "cells": cells}
            )
        else:
            found += [_said(number, days, state, cells) for days, state in happens]
    return found


def _said(number: int, days: Days, state: str, cells: dict[str, str]) -> Event:
    return {
        "number": number,
        "start": str(days.start),
        "end": str(days.end),
        "cells": {**cells, "state": state},
    }


def _components(content: bytes) -> list[Component]:
    """Events and free/busy times in the order of the file, by which they are counted."""
    if content.upper().count(b"BEGIN:VEVENT") + content.upper().count(b"BEGIN:VFREEBUSY") > MOST_EVENTS:
        raise FileRefused(f"The calendar has more than {MOST_EVENTS:,} events.")
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise FileRefused("The file is not a calendar (iCalendar, RFC 5545).") from error
    if not calendars or any(each.name != "VCALENDAR" for each in calendars):
        raise FileRefused("The file is not a calendar (iCalendar, RFC 5545).")
    parts = [part for calendar in calendars for part in calendar.subcomponents]
    return [part for part in parts if part.name in ("VEVENT", "VFREEBUSY")]


def _replaced(components: list[Component]) -> dict[str, set[str]]:
    """By event, the occurrences that another event of the same UID stands for."""
    found: dict[str, set[str]] = defaultdict(set)
    for component in components:
        moment = getattr(component.get("RECURRENCE-ID"), "dt", None)
        if isinstance(moment, dt.date):
            found[str(component.get("UID", ""))].add(key_of(moment))
    return found


def _happens(
    component: Component, cells: dict[str, str], horizon: Horizon, replaced: dict[str, set[str]]
) -> Iterator[tuple[Days, str]]:
    if component.errors:
        name, _ = component.errors[0]
        raise EventRefused(str(name)[:40], "This cannot be read.")
    if str(component.get("STATUS", "")).upper() == "CANCELLED":
        return
    if component.name == "VFREEBUSY":
        yield from _free_busy(component, cells, horizon)
        return
    state = cells.get("state") or _state_of(component)
    for days in occurrences(component, horizon, _others(component, replaced)):
        yield days, state


def _others(component: Component, replaced: dict[str, set[str]]) -> set[str]:
    if "RECURRENCE-ID" not in component:
        return replaced.get(str(component.get("UID", "")), set())
    moment_of(component, "RECURRENCE-ID")
    if component["RECURRENCE-ID"].params.get("RANGE"):
        raise EventRefused("RECURRENCE-ID", "A change of all following events (RANGE) is not read.")
    return set()


def _state_of(event: Component) -> str:
    outlook = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if outlook in BY_OUTLOOK:
        return BY_OUTLOOK[outlook]
    if str(event.get("STATUS", "")).upper() == "TENTATIVE":
        return "held"
    return "open" if str(event.get("TRANSP", "")).upper() == "TRANSPARENT" else "committed"


def _free_busy(component: Component, cells: dict[str, str], horizon: Horizon) -> Iterator[tuple[Days, str]]:
    found = component.get("FREEBUSY", [])
    for period in found if isinstance(found, list) else [found]:
        start, end = period.dt
        days = horizon.days_between(start, start + end if isinstance(end, dt.timedelta) else end)
        if horizon.touches(days):
            horizon.count()
            kind = str(period.params.get("FBTYPE", "BUSY")).upper()
            yield days, cells.get("state") or BY_FREE_BUSY.get(kind, "committed")


def _cells(component: Component) -> dict[str, str]:
    """What the event says in our own properties."""
    found = {name: component.get(written) for written, name in PROPERTIES.items()}
    return {name: _text(value) for name, value in found.items() if value is not None}


def _text(value: object) -> str:
    return str(value[0] if isinstance(value, list) else value)[: LONGEST_VALUE + 1].strip()
