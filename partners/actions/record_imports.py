"""A sponsor's list becomes private records: uploaded, mapped, tried, confirmed.

No record is written before the confirmation. The table and its dry run stand in a row of the member who
uploaded it, which expires.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record as record_event
from partners.actions.private_records import lines_of, require_writer
from partners.importers.record_cells import DateOrder
from partners.importers.record_columns import heading_key
from partners.importers.record_rows import Mapped, headings_of
from partners.models import (
    ImportMapping,
    Partner,
    PrivateAgreement,
    PrivateChange,
    PrivateRecord,
    RecordImport,
    Site,
)
from partners.record_planning import Books, Outcome, Plan, counted, kept, plan, signature

BATCH = 500
MOST_KEPT = 5
"""Uploads that one member may have under way; an older one gives way."""
CHANGED = _lazy("Something changed since this was worked out, so nothing was applied. Look at it again.")


class ImportRefused(Exception):
    """The step cannot be done; the sentence is for the person."""


class ChangedSinceDryRun(ImportRefused):
    """What was shown is not what would happen now. The dry run was made again, and nothing applied."""


@transaction.atomic
def upload(*, file_name: str, sheets: Sequence[Mapping[str, Any]], by: Actor) -> RecordImport:
    """Keep the tables of a file for the steps that follow. Whatever has expired goes on this occasion."""
    require_writer(by)
    RecordImport.objects.expired().delete()
    own = RecordImport.objects.visible_to(by).filter(applied_at__isnull=True).order_by("-pk")
    RecordImport.objects.filter(pk__in=[row.pk for row in own.only("pk")[MOST_KEPT - 1 :]]).delete()
    readable = [at for at, sheet in enumerate(sheets) if not sheet["refused"]]
    if not readable:
        reasons = "; ".join(f"{sheet['name']} {sheet['refused']}" for sheet in sheets)
        raise ImportRefused(_("There is no table in this file: %s.") % (reasons or _("it has no sheets")))
    row = RecordImport.objects.create(
        organisation_id=by.organisation_id or 0,
        user_id=by.user_id or 0,
        file_name=file_name[:200].replace("\x00", ""),
        sheets=list(sheets),
        sheet=readable[0] if len(readable) == 1 else None,
    )
    record_event("record_import.uploaded", by=by, about=row)
    return row


@transaction.atomic
def choose_sheet(*, imported: RecordImport, sheet: int, by: Actor) -> RecordImport:
    row = _open(imported, by)
    if not 0 <= sheet < len(row.sheets) or row.sheets[sheet]["refused"]:
        raise ImportRefused(_("This sheet cannot be read."))
    row.sheet, row.mapping, row.choices, row.plan, row.counts = sheet, {}, {}, [], {}
    row.save()
    return row


@transaction.atomic
def map_columns(
    *,
    imported: RecordImport,
    columns: Mapping[str, int],
    statuses: Mapping[str, str],
    date_order: str,
    by: Actor,
) -> RecordImport:
    """Say which column is which field, remember it for the organisation's next list, and try it."""
    row = _open(imported, by)
    row.mapping = {"columns": dict(columns), "statuses": dict(statuses), "date_order": date_order}
    row.choices = {}
    heads = headings_of(rows_of(row))
    headings = {field: heading_key(heads[column]) for field, column in columns.items() if heads[column]}
    remembered, _is_new = ImportMapping.objects.select_for_update().get_or_create(
        organisation_id=row.organisation_id
    )
    remembered.headings, remembered.date_order = headings, date_order
    remembered.statuses |= statuses
    remembered.save()
    return _try(row)


@transaction.atomic
def choose(*, imported: RecordImport, choices: Mapping[str, str], by: Actor) -> RecordImport:
    """Say what rows with near names are; an empty choice leaves a row under its own name."""
    row = _open(imported, by)
    row.choices = {number: key for number, key in {**row.choices, **choices}.items() if key}
    return _try(row)


@transaction.atomic
def try_again(*, imported: RecordImport, by: Actor) -> RecordImport:
    """The dry run on the records as they stand now."""
    return _try(_open(imported, by))


@transaction.atomic
def apply(*, imported: RecordImport, shown: str, by: Actor) -> RecordImport:
    """Do exactly what the dry run said that the person was shown; all of its good rows, or none.

    Raises ChangedSinceDryRun when the plan or the records are not those that were shown.
    """
    row = _open(imported, by)
    # Whoever else applies a list or edits a record waits here, or is seen below.
    list(PrivateRecord.objects.select_for_update().filter(organisation_id=row.organisation_id).order_by("pk"))
    books = Books.read(row.organisation_id)
    if not row.plan or shown != signature(row.plan, row.base) or books.state != row.base:
        raise ChangedSinceDryRun(CHANGED)
    good = [each for each in row.plan if each["outcome"] in {Outcome.NEW, Outcome.CHANGED}]
    _require_subjects(good)
    try:
        with transaction.atomic():
            history = [*_add(good, row.organisation_id, by), *_change(good, books, by)]
    except IntegrityError as error:  # a colleague has just added a record of the same site
        raise ChangedSinceDryRun(CHANGED) from error
    PrivateChange.objects.bulk_create(history, batch_size=BATCH)
    row.sheets, row.applied_at = [], timezone.now()
    row.plan = [each for each in row.plan if each["outcome"] == Outcome.REFUSED]
    row.save()
    record_event("record_import.applied", by=by, about=row, data=row.counts)
    return row


@transaction.atomic
def discard(*, imported: RecordImport, by: Actor) -> None:
    row = _open(imported, by)
    record_event("record_import.discarded", by=by, about=row)
    row.delete()


def rows_of(imported: RecordImport) -> list[list[Any]]:
    """The table that was chosen."""
    rows: list[list[Any]] = imported.sheets[imported.sheet]["rows"] if imported.sheet is not None else []
    return rows


def mapped_of(imported: RecordImport) -> Mapped:
    mapping = imported.mapping
    return Mapped(mapping["columns"], mapping["statuses"], DateOrder(mapping["date_order"]))


def _open(imported: RecordImport, by: Actor) -> RecordImport:
    """The row, locked, while it is still under way and its member's own."""
    require_writer(by)
    rows = RecordImport.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.filter(pk=imported.pk, applied_at__isnull=True).first()
    if row is None:
        raise ImportRefused(_("This import is over. Upload the file again."))
    return row


def _require_subjects(plans: Sequence[Plan]) -> None:
    """Partners and sites may be merged away between the dry run and the confirmation."""
    for kind, model in (("site", Site), ("partner", Partner)):
        named = {
            each["subject"]["pk"] for each in plans if each["is_linked"] and each["subject"]["kind"] == kind
        }
        if model._default_manager.filter(pk__in=named).count() != len(named):
            raise ChangedSinceDryRun(CHANGED)


def _try(row: RecordImport) -> RecordImport:
    row.plan, row.base = plan(
        rows_of(row),
        mapped_of(row),
        organisation_id=row.organisation_id,
        choices=row.choices,
        today=timezone.localdate(),
    )
    row.counts = counted(row.plan)
    row.save()
    return row


def _add(plans: Sequence[Plan], organisation_id: int, by: Actor) -> list[PrivateChange]:
    """New records with their agreements, and the history of both."""
    fresh = [each for each in plans if each["outcome"] == Outcome.NEW]
    records = PrivateRecord.objects.bulk_create(
        (
            PrivateRecord(organisation_id=organisation_id, **linked(each), **as_values(each["values"]))
            for each in fresh
        ),
        batch_size=BATCH,
    )
    agreements = PrivateAgreement.objects.bulk_create(
        (
            PrivateAgreement(organisation_id=organisation_id, record=record, **as_agreement(agreed))
            for record, each in zip(records, fresh, strict=True)
            for agreed in each["agreements"]
        ),
        batch_size=BATCH,
    )
    added = PrivateChange.What.ADDED
    rows: list[PrivateRecord | PrivateAgreement] = [*records, *agreements]
    return [line for row in rows for line in lines_of(row, added, {}, by=by, is_import=True)]


def _change(plans: Sequence[Plan], books: Books, by: Actor) -> list[PrivateChange]:
    """Changed records and agreements, under the lock that `apply` holds."""
    history: list[PrivateChange] = []
    for each in plans:
        if each["outcome"] != Outcome.CHANGED:
            continue
        record = books.records[each["record"]]
        history += _change_record(record, each, by)
        for agreed in each["agreements"]:
            history += _change_agreement(record, agreed, by)
    return history


def _change_record(record: PrivateRecord, planned: Plan, by: Actor) -> list[PrivateChange]:
    changed = {name: (kept(record, name), value) for name, value in planned["values"].items()}
    if planned["is_linked"]:
        changed[planned["subject"]["kind"]] = ("", str(planned["subject"]["pk"]))
    if not changed:
        return []
    for name, value in {**as_values(planned["values"]), **linked(planned)}.items():
        setattr(record, name, value)
    record.version += 1
    record.save()
    return lines_of(record, PrivateChange.What.CHANGED, changed, by=by, is_import=True)


def _change_agreement(record: PrivateRecord, agreed: Mapping[str, Any], by: Actor) -> list[PrivateChange]:
    values = as_agreement(agreed)
    row = next((each for each in record.agreements.all() if each.pk == agreed["pk"]), None)
    if row is None:
        added = PrivateAgreement.objects.create(
            organisation_id=record.organisation_id, record=record, **values
        )
        return lines_of(added, PrivateChange.What.ADDED, {}, by=by, is_import=True)
    changed = {}
    for name in ("starts_on", "ends_on"):
        before, after = getattr(row, name), values[name]
        if before != after:
            changed[name] = (str(before or ""), str(after or ""))
            setattr(row, name, after)
    row.version += 1
    row.save()
    return lines_of(row, PrivateChange.What.CHANGED, changed, by=by, is_import=True)


def linked(planned: Plan) -> dict[str, int]:
    """The field that links a record, where the row links it for the first time."""
    return {f"{planned['subject']['kind']}_id": planned["subject"]["pk"]} if planned["is_linked"] else {}


def as_values(kept_values: Mapping[str, str]) -> dict[str, Any]:
    days = {"last_audit_on", "next_audit_due_on"}
    return {
        ("owner_id" if name == "owner" else name): (
            dt.date.fromisoformat(value) if name in days else int(value) if name == "owner" else value
        )
        for name, value in kept_values.items()
    }


def as_agreement(agreed: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: agreed[name] and dt.date.fromisoformat(agreed[name]) for name in ("starts_on", "ends_on")}
    return {"kind": agreed["kind"], **days}
