"""The four kinds of statement that a review confirms: how each is found, marked, confirmed and put back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, Protocol
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from partners.actions.capacity_grid import OBSERVED, observe
from partners.actions.editing import ChangedMeanwhile, locked
from partners.actions.profiles import date_capability
from partners.actions.site_facts import date_hazards, place_of
from partners.models import Capability, CapacityWindow, Confirmation, Hazard, Line, Site
from partners.review_items import (
    capability_mark,
    capacity_mark,
    hazard_mark,
    lead_time_mark,
    typed_windows,
)


class Subject(Protocol):
    """A locked statement. `confirm` says what stood before, which `put_back` takes."""

    stem: str
    """What the kinds of its events begin with."""

    @property
    def about(self) -> models.Model: ...
    @property
    def told(self) -> dict[str, Any]: ...
    def mark(self) -> str: ...
    def confirm(self, by: Actor) -> dict[str, Any]: ...
    def put_back(self, before: Mapping[str, Any], by: Actor) -> None: ...


class CapabilitySubject:
    stem = "capability."

    def __init__(self, site: Site, uid: UUID) -> None:
        self.row = _locked(site.capabilities.select_related("term"), uid)

    @property
    def about(self) -> Capability:
        return self.row

    @property
    def told(self) -> dict[str, Any]:
        return {"term": self.row.term.code, "audience": self.row.audience}

    def mark(self) -> str:
        return capability_mark(self.row)

    def confirm(self, by: Actor) -> dict[str, Any]:
        before = {"confirmed_on": self.row.confirmed_on.isoformat()}
        date_capability(self.row, on=timezone.localdate(), by=by)
        return before

    def put_back(self, before: Mapping[str, Any], by: Actor) -> None:
        date_capability(self.row, on=dt.date.fromisoformat(before["confirmed_on"]), by=by)


class HazardSubject:
    """One answer. Its site is locked with it: what is kept of a change are all answers of the place."""

    stem = "hazards."

    def __init__(self, site: Site, uid: UUID) -> None:
        locked(site)
        self.row = _locked(site.hazards.select_related("term"), uid)

    @property
    def about(self) -> Site:
        return self.row.site

    @property
    def told(self) -> dict[str, Any]:
        return {"term": self.row.term.code, "audiences": [self.row.audience]}

    def mark(self) -> str:
        return hazard_mark(self.row)

    def confirm(self, by: Actor) -> dict[str, Any]:
        before = {"confirmed_on": self.row.confirmed_on.isoformat()}
        self._write(timezone.localdate(), by)
        return before

    def put_back(self, before: Mapping[str, Any], by: Actor) -> None:
        self._write(dt.date.fromisoformat(before["confirmed_on"]), by)

    def _write(self, day: dt.date, by: Actor) -> None:
        rows = Hazard.objects.filter(pk=self.row.pk)
        date_hazards(rows, site=self.row.site, place=place_of(self.row), on=day, by=by)
        self.row.confirmed_on = day


class LeadTimeSubject:
    stem = "line.lead_time_"

    def __init__(self, site: Site, uid: UUID) -> None:
        self.line = _locked(site.lines.exclude(lead_time_weeks=None), uid)

    @property
    def about(self) -> Line:
        return self.line

    @property
    def told(self) -> dict[str, Any]:
        return {}

    def mark(self) -> str:
        return lead_time_mark(self.line)

    def confirm(self, _by: Actor) -> dict[str, Any]:
        before = {"confirmed_on": _iso(self.line.lead_time_confirmed_on)}
        self._write(timezone.localdate())
        return before

    def put_back(self, before: Mapping[str, Any], _by: Actor) -> None:
        day = before["confirmed_on"]
        self._write(dt.date.fromisoformat(day) if day else None)

    def _write(self, day: dt.date | None) -> None:
        self.line.lead_time_confirmed_on, self.line.version = day, self.line.version + 1
        self.line.save(update_fields=["lead_time_confirmed_on", "version"])


class CapacitySubject:
    """The coming windows of one line, vouched for together; the line's lock keeps other writers out."""

    stem = "capacity."

    def __init__(self, site: Site, uid: UUID) -> None:
        self.line = _locked(site.lines.filter(capacity_source=Line.Source.FORM), uid)
        self.windows = list(typed_windows([self.line.pk], timezone.localdate()).order_by("pk"))

    @property
    def about(self) -> Line:
        return self.line

    @property
    def told(self) -> dict[str, Any]:
        return {"line": self.line.pk}

    def mark(self) -> str:
        return capacity_mark(self.windows)

    def confirm(self, _by: Actor) -> dict[str, Any]:
        before = {"windows": [_standing(window) for window in self.windows]}
        now = timezone.now()
        for window in self.windows:
            observe(window, self.line, now)
        self._write()
        return before

    def put_back(self, before: Mapping[str, Any], _by: Actor) -> None:
        stood = {each["pk"]: each for each in before["windows"]}
        for window in self.windows:
            each = stood[window.pk]
            window.observed_at = dt.datetime.fromisoformat(each["observed_at"])
            window.valid_until, window.held_until = each["valid_until"], each["held_until"]
            window.source, window.feed_id = each["source"], each["feed"]
        self._write()

    def _write(self) -> None:
        CapacityWindow.objects.bulk_update(self.windows, OBSERVED, batch_size=500)


SUBJECTS: Final[Mapping[Confirmation.Kind, type[Subject]]] = {
    Confirmation.Kind.CAPABILITY: CapabilitySubject,
    Confirmation.Kind.HAZARD: HazardSubject,
    Confirmation.Kind.LEAD_TIME: LeadTimeSubject,
    Confirmation.Kind.CAPACITY: CapacitySubject,
}


def subject_of(site: Site, kind: Confirmation.Kind, uid: UUID) -> Subject:
    """The statement as it stands, locked. Raises ChangedMeanwhile where there is none any more."""
    found: Any = SUBJECTS[kind]
    subject: Subject = found(site, uid)
    return subject


def _locked[Row: models.Model](rows: models.QuerySet[Row], uid: UUID) -> Row:
    row = rows.select_for_update(of=("self",)).filter(uid=uid).first()
    if row is None:
        raise ChangedMeanwhile(_("Somebody else has removed this since you opened the page."))
    return row


def _standing(window: CapacityWindow) -> dict[str, Any]:
    return {
        "pk": window.pk,
        "observed_at": window.observed_at.isoformat(),
        "valid_until": _iso(window.valid_until),
        "held_until": _iso(window.held_until),
        "source": window.source,
        "feed": window.feed_id,
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
