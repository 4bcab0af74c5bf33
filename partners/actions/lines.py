"""Lines of a site, where their capacity comes from, and windows that people keep by form."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from partners.actions import capacity
from partners.actions.editing import (
    ChangedMeanwhile,
    fill,
    locked,
    note_change,
    note_statement,
    refusing_duplicates,
    require_editor,
    require_version,
)
from partners.actions.keeping_changes import BeforeAfter, former_uid, keep_change
from partners.actions.profile_values import values_of_capability, values_of_hazards, values_of_line
from partners.models import Building, CapacityWindow, Line, ProfileChange, Site, Subject
from partners.quarters import Quarter, beyond_nominal, touched
from partners.snapshot_plans import plain, span_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What a person says about a line; what is `None` is not stated."""

    name: str
    capacity_audience: str
    building: Building | None = None
    external_id: str = ""
    capacity_unit: str = "batches"
    nominal_per_quarter: Decimal | None = None
    nominal_batch: Decimal | None = None
    nominal_batch_unit: str = ""
    slot_means: str = ""
    days_per_batch: Decimal | None = None
    changeover_days: Decimal | None = None
    smallest_campaign: Decimal | None = None
    largest_campaign: Decimal | None = None
    lead_time_weeks: Decimal | None = None
    capacity_valid_days: int | None = None
    is_multipurpose: bool = True


class WindowsStandAgainst(Exception):
    """Capacity that is stated for coming quarters contradicts the line's new `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NoLeadTime(Exception):
    """There is no lead time that could still be true."""


@transaction.atomic
def save_line(
    *,
    site: Site,
    facts: LineFacts,
    by: Actor,
    line: Line | None = None,
    version: str = "",
    restores: ProfileChange | None = None,
) -> Line:
    """Add or change a line. Windows without an audience of their own take over that of the line.

    Raises NotAllowed, ChangedMeanwhile, AlreadyThere or WindowsStandAgainst, and then writes nothing.
    """
    require_editor(by, site)
    row = locked(line) if line else Line(site=site, **former_uid(restores))
    before = values_of_line(row) if line else None
    require_version(line, version, str(row.version))
    _require_agreeing_windows(row, facts)
    if line is None or row.lead_time_weeks != facts.lead_time_weeks:
        row.lead_time_confirmed_on = timezone.localdate() if facts.lead_time_weeks is not None else None
    fill(row, facts)
    row.version += 1 if line else 0
    with refusing_duplicates(_("Another line of this site has this name or id.")):
        row.save()
    row.windows.current().filter(follows_line=True).update(audience=row.capacity_audience)
    note_statement("line.changed" if line else "line.created", site=site, by=by, about=row)
    _keep(row, (before, values_of_line(row)), by=by, undoes=restores)
    return row


def _require_agreeing_windows(line: Line, facts: LineFacts) -> None:
    """Windows are written under the lock that the caller holds, so none comes in between."""
    is_new_unit = line.capacity_unit != facts.capacity_unit
    if line.pk is None or not (is_new_unit or line.nominal_per_quarter != facts.nominal_per_quarter):
        return
    this_quarter = Quarter.of(timezone.localdate())
    windows = line.windows.current().filter(period__endswith__gt=this_quarter.start).order_by("period")
    strange = next((window for window in windows if window.unit != facts.capacity_unit), None)
    if is_new_unit and strange is not None:
        raise WindowsStandAgainst("capacity_unit", _other_unit(strange))
    if facts.nominal_per_quarter is not None:
        _require_nominal(windows, facts.nominal_per_quarter, facts.capacity_unit, since=this_quarter)


def _require_nominal(
    windows: Iterable[CapacityWindow], nominal: Decimal, unit: str, *, since: Quarter
) -> None:
    spans = [span_of(window) for window in windows if window.unit == unit]
    coming = {quarter for quarter in touched(spans) if quarter >= since}
    excess = beyond_nominal(spans, nominal, coming)
    if excess is not None:
        said = {"quarter": excess[0], "total": plain(excess[1]), "unit": unit}
        raise WindowsStandAgainst(
            "nominal_per_quarter",
            _("%(total)s %(unit)s are stated over all states in %(quarter)s. Lower them first.") % said,
        )


def _other_unit(window: CapacityWindow) -> str:
    said = {"unit": window.unit, "quarter": Quarter.of(window.period.lower)}
    return _("Capacity from %(quarter)s on is stated in %(unit)s. Remove those windows first.") % said


@transaction.atomic
def confirm_lead_time(*, line: Line, by: Actor) -> None:
    """Say that the line's lead time is still true today. Raises NotAllowed or NoLeadTime."""
    require_editor(by, line.site)
    row = locked(line)
    if row.lead_time_weeks is None:
        raise NoLeadTime(_("No lead time is stated for this line."))
    row.lead_time_confirmed_on, row.version = timezone.localdate(), row.version + 1
    row.save(update_fields=["lead_time_confirmed_on", "version"])
    note_change("line.lead_time_confirmed", site=line.site, by=by, about=row)


@transaction.atomic
def switch_source(*, line: Line, source: str, by: Actor) -> None:
    """Say which way the line's capacity comes from now on. Its present windows stay until that way speaks."""
    require_editor(by, line.site)
    row = locked(line)
    if row.capacity_source == source:
        return
    before, row.capacity_source, row.version = row.capacity_source, source, row.version + 1
    row.save(update_fields=["capacity_source", "version"])
    note_change(
        "line.source_switched", site=line.site, by=by, about=row, data={"before": before, "after": source}
    )


@transaction.atomic
def delete_line(*, line: Line, version: str, by: Actor) -> None:
    """Remove a line with everything stated about it, its capacity among it."""
    require_editor(by, line.site)
    row = locked(line)
    require_version(row, version, str(row.version))
    note_change("line.deleted", site=line.site, by=by, about=row)
    _keep_what_goes_with(row, by=by)
    _keep(row, (values_of_line(row), None), by=by)
    row.delete()


def _keep_what_goes_with(line: Line, *, by: Actor) -> None:
    """Statements and answers of the line can come back one by one, once the line is back."""
    for capability in line.capabilities.select_related("site__partner", "term", "line").order_by("pk"):
        keep_change(
            Subject.CAPABILITY,
            of=capability.site,
            key=capability.uid,
            about=capability.term,
            values=(values_of_capability(capability), None),
            by=by,
        )
    answers = values_of_hazards(line.hazards.select_related("term"))
    keep_change(Subject.HAZARDS, of=line.site, key=line.uid, about=line.name, values=(answers, None), by=by)


def _keep(row: Line, values: BeforeAfter, *, by: Actor, undoes: ProfileChange | None = None) -> None:
    keep_change(Subject.LINE, of=row.site, key=row.uid, about=row, values=values, by=by, undoes=undoes)


def window_mark(window: CapacityWindow) -> str:
    """Every save observes the window anew, so the moment tells one state from the next."""
    return window.observed_at.isoformat()


@transaction.atomic
def save_window(
    *,
    line: Line,
    facts: capacity.WindowFacts,
    by: Actor,
    window: CapacityWindow | None = None,
    version: str = "",
    source: Line.Source = Line.Source.FORM,
) -> CapacityWindow:
    """Keep a window. Raises NotAllowed, ChangedMeanwhile, and what capacity.set_window raises."""
    require_editor(by, line.site)
    locked(line)
    require_version(window, version, window_mark(locked(window)) if window else "")
    return capacity.set_window(line=line, facts=facts, by=by, window=window, source=source)


@transaction.atomic
def close_window(
    *, window: CapacityWindow, version: str, by: Actor, source: Line.Source = Line.Source.FORM
) -> None:
    """Take a window off the plan. Raises NotAllowed, ChangedMeanwhile or capacity.NotKeptByForm."""
    require_editor(by, window.line.site)
    locked(window.line)
    require_version(window, version, window_mark(locked(window)))
    try:
        capacity.delete_window(window=window, by=by, source=source)
    except capacity.WindowGone as error:
        raise ChangedMeanwhile(str(error)) from error
