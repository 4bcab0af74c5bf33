"""What a CDMO has to look at from time to time: every statement that ages, with the day it stops counting."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from partners.ageing import CAPACITY_DAYS, LEAD_TIME_MEASURES, add_days, last_day
from partners.models import Capability, CapacityWindow, Certificate, Confirmation, Hazard, Line, Origin, Site
from partners.quarters import Quarter
from partners.site_cards import GMP_CERTIFICATE_DAYS

CERTIFICATE: Final = "certificate"
SLOW_WARNING: Final = 60
QUICK_WARNING: Final = 10
CERTIFICATE_WARNING: Final = 90


@dataclass(frozen=True, slots=True)
class Item:
    """One statement as the review shows it.

    `counts_until` is the last day on which matches take it for known; without one it does not count now.
    `mark` tells what was seen from what stands. A certificate is not confirmed: it needs new dates.
    """

    kind: str
    uid: UUID
    site: Site
    what: str
    said: str
    where: str
    confirmed_on: dt.date | None
    counts_until: dt.date | None
    warning_days: int
    change_url: str
    remove_url: str = ""
    mark: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.uid}"

    @property
    def can_confirm(self) -> bool:
        return self.kind in Confirmation.Kind

    def is_over(self, today: dt.date) -> bool:
        return self.counts_until is None or self.counts_until < today

    def is_due(self, today: dt.date) -> bool:
        return self.counts_until is None or self.counts_until <= add_days(today, self.warning_days)


def review_items(sites: Iterable[Site], today: dt.date) -> list[Item]:
    """All that ages at these sites, what stops counting first at the top; a fixed number of queries."""
    by_pk = {site.pk: site for site in sites}
    lines = list(Line.objects.filter(site__in=by_pk).order_by("name", "pk"))
    items = [
        *(_capability(row, by_pk[row.site_id]) for row in _capabilities(by_pk)),
        *(_hazard(row, by_pk[row.site_id]) for row in _hazards(by_pk)),
        *(_lead_time(line, by_pk[line.site_id]) for line in lines if line.lead_time_weeks is not None),
        *_capacities(lines, by_pk, today),
        *(_certificate(row, by_pk[row.site_id]) for row in _certificates(by_pk)),
    ]
    return sorted(items, key=lambda each: (each.counts_until or dt.date.min, each.site.name, each.where))


def capability_mark(row: Capability) -> str:
    return f"v{row.version}"


def hazard_mark(row: Hazard) -> str:
    return f"{row.is_present}:{row.confirmed_on}:{row.basis}:{row.audience}"


def lead_time_mark(line: Line) -> str:
    return f"v{line.version}"


def capacity_mark(windows: Iterable[CapacityWindow]) -> str:
    seen = sorted((window.pk, window.observed_at.isoformat()) for window in windows)
    return sha256(repr(seen).encode()).hexdigest()[:16]


def typed_windows(line_ids: Collection[int], today: dt.date) -> QuerySet[CapacityWindow]:
    """What people vouch for: current windows, not over yet, of lines whose capacity is typed in."""
    return CapacityWindow.objects.current().filter(
        line__in=line_ids, line__capacity_source=Line.Source.FORM, period__endswith__gt=today
    )


def _capabilities(sites: Collection[int]) -> QuerySet[Capability]:
    rows = Capability.objects.filter(site__in=sites).select_related("term", "line")
    return rows.prefetch_related("measures__term").order_by("term__facet__position", "term__position", "pk")


def _capability(row: Capability, site: Site) -> Item:
    measures = list(row.measures.all())
    until = {last_day(row.confirmed_on, measure.term.code) for measure in measures}
    numbers = ", ".join(f"{measure.term.label} {measure}" for measure in measures)
    is_quick = any(measure.term.code in LEAD_TIME_MEASURES for measure in measures)
    said = _("Yes") if row.is_offered else _("No")
    return Item(
        kind=Confirmation.Kind.CAPABILITY,
        uid=row.uid,
        site=site,
        what=row.term.label,
        said=f"{said}; {numbers}" if numbers else said,
        where=_at_line(row.line),
        confirmed_on=row.confirmed_on,
        counts_until=min({last_day(row.confirmed_on), *until}),
        warning_days=QUICK_WARNING if is_quick else SLOW_WARNING,
        change_url=_to_review("capability_update", site, row.uid),
        remove_url=_to_review("capability_delete", site, row.uid),
        mark=capability_mark(row),
    )


def _hazards(sites: Collection[int]) -> QuerySet[Hazard]:
    rows = Hazard.objects.filter(site__in=sites).select_related("term", "line", "building")
    return rows.order_by("term__position", "pk")


def _hazard(row: Hazard, site: Site) -> Item:
    return Item(
        kind=Confirmation.Kind.HAZARD,
        uid=row.uid,
        site=site,
        what=row.term.label,
        said=_("Handled here") if row.is_present else _("Not handled here"),
        where=row.building.name if row.building else _at_line(row.line) or str(row.get_scope_display()),
        confirmed_on=row.confirmed_on,
        counts_until=last_day(row.confirmed_on),
        warning_days=SLOW_WARNING,
        change_url=_to_review("hazard_update_at", site, _place_key(row)),
        mark=hazard_mark(row),
    )


def _place_key(row: Hazard) -> str:
    """As partners.actions.site_facts names the places where hazards are asked about."""
    if row.building_id is not None:
        return f"building-{row.building_id}"
    return str(row.line.uid) if row.line else str(row.scope)


def _lead_time(line: Line, site: Site) -> Item:
    on = line.lead_time_confirmed_on
    return Item(
        kind=Confirmation.Kind.LEAD_TIME,
        uid=line.uid,
        site=site,
        what=_("Lead time"),
        said=_("%s weeks") % f"{line.lead_time_weeks:f}".rstrip("0").rstrip("."),
        where=_at_line(line),
        confirmed_on=on,
        counts_until=add_days(on, CAPACITY_DAYS) if on else None,
        warning_days=QUICK_WARNING,
        change_url=_to_review("line_update", site, line.uid),
        mark=lead_time_mark(line),
    )


def _capacities(lines: Sequence[Line], sites: Mapping[int, Site], today: dt.date) -> list[Item]:
    windows: dict[int, list[CapacityWindow]] = defaultdict(list)
    for window in typed_windows([line.pk for line in lines], today).order_by("period", "pk"):
        windows[window.line_id].append(window)
    return [_capacity(line, sites[line.site_id], windows[line.pk]) for line in lines if line.pk in windows]


def _capacity(line: Line, site: Site, windows: list[CapacityWindow]) -> Item:
    observed = min(window.observed_at for window in windows).date()
    given = [window.valid_until for window in windows if window.valid_until is not None]
    first, last = windows[0].period.lower, max(window.period.upper for window in windows)
    said = {
        "count": len(windows),
        "first": Quarter.of(first),
        "last": Quarter.of(last - dt.timedelta(days=1)),
    }
    return Item(
        kind=Confirmation.Kind.CAPACITY,
        uid=line.uid,
        site=site,
        what=_("Capacity"),
        said=_("%(count)d windows from %(first)s to %(last)s") % said,
        where=_at_line(line),
        confirmed_on=observed,
        counts_until=min([add_days(observed, CAPACITY_DAYS), *given]),
        warning_days=QUICK_WARNING,
        change_url=reverse("partners:window_list", args=[site.slug]),
        mark=capacity_mark(windows),
    )


def _certificates(sites: Collection[int]) -> QuerySet[Certificate]:
    """Those that end: by a day of their own, or three years after the inspection that they rest on."""
    rows = Certificate.objects.filter(site__in=sites, origin=Origin.COMPANY).select_related("term")
    return rows.exclude(expires_on=None, inspected_on=None).order_by("pk")


def _certificate(row: Certificate, site: Site) -> Item:
    aged = add_days(row.inspected_on, GMP_CERTIFICATE_DAYS) if row.inspected_on else None
    return Item(
        kind=CERTIFICATE,
        uid=row.uid,
        site=site,
        what=row.term.label,
        said=row.number or _("No number stated"),
        where="",
        confirmed_on=row.confirmed_on,
        counts_until=row.expires_on or aged,
        warning_days=CERTIFICATE_WARNING,
        change_url=_to_review("certificate_update", site, row.uid),
        remove_url=_to_review("certificate_delete", site, row.uid),
    )


def _at_line(line: Line | None) -> str:
    return _("Line %s") % line.name if line else ""


def _to_review(name: str, site: Site, *args: object) -> str:
    """The form's address; what is saved or removed there leads back to the review."""
    return f"{reverse(f'partners:{name}', args=[site.slug, *args])}?then=review"
