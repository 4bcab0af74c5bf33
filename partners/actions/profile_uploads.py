"""A table of capacity or capabilities becomes part of a profile: uploaded, tried, confirmed.

Nothing of the profile is written before the confirmation. The table and its dry run stand in a row of the
member who sent it, which expires.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record as record_event
from partners import snapshots
from partners.actions.editing import NotAllowed
from partners.actions.lines import switch_source
from partners.actions.statements import write_statements
from partners.capability_rows import capability_table
from partners.capability_uploads import plan_capabilities
from partners.capacity_uploads import capacity_table, lines_of_other_source, plan_capacity, snapshot_of
from partners.feeds.rows import Snapshot
from partners.models import Line, Partner, ProfileUpload
from partners.permissions import can_edit_partner
from partners.record_planning import signature
from partners.snapshot_plans import Keeper
from partners.upload_plans import Outcome, PlannedRow, counted
from partners.upload_tables import TableRefused, TextTable

MOST_KEPT: Final = 5
"""Uploads that one member may have under way; an older one gives way."""
CHANGED: Final = _lazy(
    "Something changed since this was worked out, so nothing was applied. Look at it again."
)
TABLES: Final[Mapping[str, Callable[[Sequence[Sequence[Any]]], TextTable]]] = {
    ProfileUpload.Kind.CAPACITY: capacity_table,
    ProfileUpload.Kind.CAPABILITIES: capability_table,
}


class UploadRefused(Exception):
    """The step cannot be done; the sentence is for the person."""


class ChangedSinceDryRun(UploadRefused):
    """What was shown is not what would happen now. Nothing was applied."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A dry run, with what its confirmation does."""

    plan: list[PlannedRow]
    write: Callable[[Actor], object]
    other_source: Iterable[Line] = ()


@transaction.atomic
def upload(
    *, partner: Partner, kind: str, file_name: str, sheets: Sequence[Mapping[str, Any]], by: Actor
) -> ProfileUpload:
    """Keep the tables of a file and try the one with the right headings; the person chooses among several.

    Whatever has expired goes on this occasion. Raises NotAllowed, or UploadRefused where no sheet is such a
    table.
    """
    _require_writer(partner, by)
    ProfileUpload.objects.expired().delete()
    own = ProfileUpload.objects.visible_to(by).filter(applied_at__isnull=True).order_by("-pk")
    ProfileUpload.objects.filter(pk__in=[row.pk for row in own.only("pk")[MOST_KEPT - 1 :]]).delete()
    judged = [_judged(sheet, kind) for sheet in sheets]
    fitting = [at for at, sheet in enumerate(judged) if not sheet["refused"]]
    if not fitting:
        raise UploadRefused(judged[0]["refused"] if judged else _("There is no sheet in this file."))
    row = ProfileUpload.objects.create(
        organisation_id=by.organisation_id or 0,
        partner=partner,
        user_id=by.user_id or 0,
        kind=kind,
        file_name=file_name[:200].replace("\x00", ""),
        sheets=judged,
        sheet=fitting[0] if len(fitting) == 1 else None,
    )
    record_event("profile_upload.uploaded", by=by, about=row)
    return _try(row) if row.sheet is not None else row


def _judged(sheet: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The sheet, refused with a reason where its headings are not those of such a table."""
    if sheet["refused"]:
        return {**sheet, "refused": _("The sheet %s.") % sheet["refused"]}
    try:
        TABLES[kind](sheet["rows"])
    except TableRefused as error:
        return {**sheet, "rows": [], "refused": str(error)}
    return dict(sheet)


@transaction.atomic
def choose_sheet(*, uploaded: ProfileUpload, sheet: int, by: Actor) -> ProfileUpload:
    row = _open(uploaded, by)
    if not 0 <= sheet < len(row.sheets) or row.sheets[sheet]["refused"]:
        raise UploadRefused(_("This sheet cannot be read."))
    row.sheet = sheet
    return _try(row)


@transaction.atomic
def try_again(*, uploaded: ProfileUpload, by: Actor) -> ProfileUpload:
    """The dry run on the profile as it stands now."""
    return _try(_with_sheet(uploaded, by))


@transaction.atomic
def switch_and_try(*, uploaded: ProfileUpload, lines: Collection[str], by: Actor) -> ProfileUpload:
    """Let the capacity of these lines, of those that the table names, come by upload; and try again."""
    row = _with_sheet(uploaded, by)
    if row.kind == ProfileUpload.Kind.CAPACITY:
        for line in _worked_out(row).other_source:
            if str(line.uid) in lines:
                switch_source(line=line, source=Line.Source.UPLOAD, by=by)
    return _try(row)


@transaction.atomic
def apply(*, uploaded: ProfileUpload, shown: str, by: Actor) -> ProfileUpload:
    """Do exactly what the dry run said that the person was shown; all of its good rows, or none.

    Raises ChangedSinceDryRun when something else would be done now.
    """
    row = _with_sheet(uploaded, by)
    work = _worked_out(row, is_locking=True)
    if shown != signature(work.plan, row.kind):
        raise ChangedSinceDryRun(CHANGED)
    if not counted(work.plan, row.kind)["good"]:
        raise UploadRefused(_("There is nothing to apply."))
    try:
        with transaction.atomic():
            written = work.write(by)
    except IntegrityError as error:  # a colleague has just stated the same, or removed the line
        raise ChangedSinceDryRun(CHANGED) from error
    row.counts = counted(work.plan, row.kind)
    row.sheets, row.applied_at = [], timezone.now()
    row.plan = [each for each in work.plan if each["outcome"] == Outcome.REFUSED]
    row.save()
    lines = {"lines": list(written.lines)} if isinstance(written, snapshots.Applied) else {}
    record_event("profile_upload.applied", by=by, about=row, data={"kind": row.kind, **row.counts, **lines})
    return row


@transaction.atomic
def discard(*, uploaded: ProfileUpload, by: Actor) -> None:
    row = _open(uploaded, by)
    record_event("profile_upload.discarded", by=by, about=row)
    row.delete()


def _require_writer(partner: Partner, by: Actor) -> None:
    if not can_edit_partner(by, partner):
        raise NotAllowed(_("Only editors and owners of the organisation may change its profile."))


def _open(uploaded: ProfileUpload, by: Actor) -> ProfileUpload:
    """The row, locked, while it is still under way and its member's own."""
    rows = ProfileUpload.objects.visible_to(by).select_for_update(of=("self",)).select_related("partner")
    row = rows.filter(pk=uploaded.pk, applied_at__isnull=True).first()
    if row is None:
        raise UploadRefused(_("This upload is over. Send the file again."))
    _require_writer(row.partner, by)
    return row


def _with_sheet(uploaded: ProfileUpload, by: Actor) -> ProfileUpload:
    row = _open(uploaded, by)
    if row.sheet is None:
        raise UploadRefused(_("Choose the sheet first."))
    return row


def _try(row: ProfileUpload) -> ProfileUpload:
    work = _worked_out(row)
    row.plan = work.plan
    others = [
        [str(line.uid), f"{line.site.name}, {line.name}", line.get_capacity_source_display()]
        for line in work.other_source
    ]
    row.counts = {**counted(work.plan, row.kind), "other_source": others}
    row.save()
    return row


def _worked_out(row: ProfileUpload, *, is_locking: bool = False) -> _Work:
    if row.kind == ProfileUpload.Kind.CAPABILITIES:
        table, today = capability_table(row.rows), timezone.localdate(row.created_at)
        plans, rows = plan_capabilities(row.partner, table, today=today, is_locking=is_locking)
        return _Work(rows, lambda by: write_statements(plans, by=by))
    plan, rows = plan_capacity(row.partner_id, _snapshot(row), is_locking=is_locking)
    keeper = Keeper(row.partner_id, Line.Source.UPLOAD)
    return _Work(rows, lambda _by: snapshots.write(keeper, plan), lines_of_other_source(plan))


def _snapshot(row: ProfileUpload) -> Snapshot:
    """What the table says, observed when it was sent unless it says when."""
    return snapshot_of(capacity_table(row.rows), received_at=row.created_at)
