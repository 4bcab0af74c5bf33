"""Capacity as readers see it: by line and quarter where its audience allows, else the next open quarter only.

A CDMO never sees another's. Quantities that nobody may see never leave this module.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import DateField, F, Func, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Greatest, TruncQuarter

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.look.wording import amount
from partners.ageing import CAPACITY_DAYS
from partners.models import CapacityWindow, Line, Site
from partners.models.capacity import CapacityWindowQuerySet
from partners.permissions import can_see_capacity, can_see_capacity_of_others
from partners.quarters import Quarter, by_quarter, next_open, quarters_from

QUARTERS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Reported:
    """A window in the shape that quarters are made of."""

    start: dt.date
    end: dt.date
    state: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Opening:
    """The first quarter with something open, and when the oldest report that says so was made."""

    quarter: Quarter
    reported_on: dt.date


@dataclass(frozen=True, slots=True)
class CapacityTable:
    """Quarter by line, for the lines whose numbers the reader may see."""

    quarters: list[str]
    rows: list[dict[str, Any]]
    reported_on: dt.date
    is_stale: bool


def next_openings(sites: Iterable[Site], *, actor: Actor, today: dt.date) -> dict[int, Opening]:
    """Per site, the next open quarter, without its quantity, for those who may know even that."""
    readable = [site.pk for site in sites if can_see_capacity(actor, site)]
    if not readable:
        return {}
    by_site: dict[int, list[CapacityWindow]] = defaultdict(list)
    for window in _counting(today).filter(site_id__in=readable):
        by_site[window.site_id].append(window)
    found = {pk: opening(windows, today) for pk, windows in by_site.items()}
    return {pk: each for pk, each in found.items() if each is not None}


def open_site_ids(sites: QuerySet[Any, Any], *, actor: Actor, today: dt.date) -> set[int]:
    """Which of these sites (a query of their ids) have a next open quarter, as next_openings tells it.

    Only for those who may know it of others' sites.
    """
    if not can_see_capacity_of_others(actor):
        return set()
    coming = _counting(today).not_excluding(actor).filter(period__endswith__gt=today, site_id__in=sites)
    return set(coming.order_by().values_list("site_id", flat=True).distinct())


def opening(windows: Sequence[CapacityWindow], today: dt.date) -> Opening | None:
    quarter = next_open([_reported(window) for window in windows], today)
    if quarter is None:
        return None
    return Opening(quarter, min(window.observed_at.date() for window in windows))


def next_open_quarter(actor: Actor, today: dt.date) -> Subquery:
    """For sorting search rows: when the site's next open quarter begins, NULL to whom it is not told."""
    starts = Greatest(Func(F("period"), function="lower", output_field=DateField()), Value(today))
    coming = _counting(today).not_excluding(actor)
    windows = coming.filter(site_id=OuterRef("site_id"), period__endswith__gt=today)
    if not can_see_capacity_of_others(actor):
        windows = windows.filter(site__in=Site.objects.owned_by(actor))
    first = windows.order_by().annotate(quarter=TruncQuarter(starts)).values("site_id")
    return Subquery(first.annotate(opens=Min("quarter")).values("opens"), output_field=DateField())


def capacity_table(
    site: Site, lines: Iterable[Line], *, actor: Actor, today: dt.date
) -> CapacityTable | None:
    """What the lines report for the coming quarters; None where the reader may see no number."""
    return capacity_tables([site], {site.pk: list(lines)}, actor=actor, today=today).get(site.pk)


def capacity_tables(
    sites: Iterable[Site], lines: Mapping[int, Sequence[Line]], *, actor: Actor, today: dt.date
) -> dict[int, CapacityTable]:
    """The same for several sites and their lines in one query; sites without a number to see are left out."""
    readable = [site.pk for site in sites if can_see_capacity(actor, site)]
    if not readable:
        return {}
    windows = CapacityWindow.objects.shown_to(actor).filter(site_id__in=readable, closed_at__isnull=True)
    coming: dict[int, list[CapacityWindow]] = defaultdict(list)
    for window in windows:
        if _end(window) > today:
            coming[window.site_id].append(window)
    return {pk: _table(found, lines.get(pk, ()), today) for pk, found in coming.items()}


def _table(coming: Sequence[CapacityWindow], lines: Iterable[Line], today: dt.date) -> CapacityTable:
    quarters = quarters_from(Quarter.of(today), QUARTERS_SHOWN)
    seen = min(window.observed_at.date() for window in coming)
    rows = [
        _row(line, [window for window in coming if window.line_id == line.pk], quarters, today)
        for line in lines
        if any(window.line_id == line.pk for window in coming)
    ]
    return CapacityTable([str(each) for each in quarters], rows, seen, _is_old(seen, today))


def _is_old(seen: dt.date, today: dt.date) -> bool:
    return (today - seen).days > CAPACITY_DAYS


def _counting(today: dt.date) -> CapacityWindowQuerySet:
    """Windows that say something firm enough and fresh enough to be told in public."""
    fresh = dt.datetime.combine(today - dt.timedelta(days=CAPACITY_DAYS), dt.time.min, dt.UTC)
    return (
        CapacityWindow.objects.current()
        .filter(state=CapacityWindow.State.OPEN, quantity__gt=0, observed_at__gte=fresh)
        .exclude(confidence=CapacityWindow.Confidence.INDICATIVE)
        .exclude(valid_until__lt=today)
    )


def _row(
    line: Line, windows: Sequence[CapacityWindow], quarters: Sequence[Quarter], today: dt.date
) -> dict[str, Any]:
    table = by_quarter(_reported(window) for window in windows)
    cells = [
        {"open": table.get(each, {}).get("open"), "held": table.get(each, {}).get("held"), "is_needed": False}
        for each in quarters
    ]
    most = line.nominal_per_quarter or max((cell["open"] or 0 for cell in cells), default=0)
    seen = min(window.observed_at.date() for window in windows)
    return {
        "label": line.name,
        "note": "; ".join(filter(None, [f"reported {seen:%-d %B %Y}", _slot(line)])),
        "unit": line.capacity_unit,
        "most": most,
        "cells": cells,
        "is_stale": _is_old(seen, today)
        or any(each.valid_until and each.valid_until < today for each in windows),
    }


def _slot(line: Line) -> str:
    """What one unit of the line's capacity is, as far as it is stated."""
    size = line.nominal_batch
    batch = f"an ordinary batch is {amount(size, line.nominal_batch_unit)}" if size is not None else ""
    return "; ".join(filter(None, [line.slot_means, batch]))


def _reported(window: CapacityWindow) -> Reported:
    return Reported(window.period.lower, window.period.upper, window.state, window.quantity)


def _end(window: CapacityWindow) -> dt.date:
    end: dt.date = window.period.upper
    return end
