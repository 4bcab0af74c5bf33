"""What a sponsor notes of partners and sites: records, their agreements and facts of its own.

Every change leaves its lines of history, rows of the organisation; events hold ids and names of fields only.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.recording import record as record_event
from partners.actions.editing import AlreadyThere, NotAllowed, locked, refusing_duplicates, require_version
from partners.models import (
    Line,
    Partner,
    PrivateAgreement,
    PrivateChange,
    PrivateFact,
    PrivateRecord,
    Site,
    Term,
)
from partners.permissions import can_write_records

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type Row = PrivateRecord | PrivateAgreement | PrivateFact

KINDS: Mapping[type[Row], str] = {
    PrivateRecord: "private_record",
    PrivateAgreement: "private_agreement",
    PrivateFact: "private_fact",
}


class FactsAreOfSites(Exception):
    """Only a record of one site holds facts: a partner or an unknown company has nothing to be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    name: str
    city: str = ""
    country: str = ""
    status: str = PrivateRecord.Status.NONE
    condition: str = ""
    vendor_number: str = ""
    last_audit_on: dt.date | None = None
    next_audit_due_on: dt.date | None = None
    owner: Member | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    kind: str
    reference: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFact:
    """A measure comes with its number in the base unit, beside what was typed."""

    term: Term
    is_offered: bool
    basis: str
    source: str
    as_of: dt.date
    line: Line | None = None
    stages: tuple[str, ...] = ()
    measure: Term | None = None
    lo: Decimal | None = None
    hi: Decimal | None = None
    count: int = 1
    entered_text: str = ""
    entered_unit: str = ""


@transaction.atomic
def save_record(
    *,
    facts: RecordFacts,
    by: Actor,
    record: PrivateRecord | None = None,
    subject: Partner | Site | None = None,
    version: str = "",
) -> PrivateRecord:
    """Add a record about `subject`, or about a company that the portal does not know; or change one.

    Raises NotAllowed, ChangedMeanwhile, or AlreadyThere where the organisation has a record of the subject.
    """
    require_writer(by, record)
    row = locked(record) if record else PrivateRecord(organisation=by.organisation, **link_to(subject))
    require_present(record, version, row)
    with refusing_duplicates(_("Your organisation has a record of this already.")):
        return write(row, asdict_shallow(facts), by=by)


@transaction.atomic
def link_record(*, record: PrivateRecord, subject: Partner | Site, by: Actor) -> PrivateRecord:
    """Say that a company kept under a name of its own is this partner or site of the portal."""
    require_writer(by, record)
    row = locked(record)
    if row.is_removed or row.subject is not None:
        raise AlreadyThere(_("This record is linked already, or was removed."))
    with refusing_duplicates(_("Your organisation has a record of this already.")):
        return write(row, link_to(subject), by=by)


@transaction.atomic
def save_agreement(
    *,
    record: PrivateRecord,
    facts: AgreementFacts,
    by: Actor,
    agreement: PrivateAgreement | None = None,
    version: str = "",
) -> PrivateAgreement:
    require_writer(by, record)
    row = (
        locked(agreement)
        if agreement
        else PrivateAgreement(organisation_id=record.organisation_id, record=record)
    )
    require_present(agreement, version, row)
    return write(row, asdict_shallow(facts), by=by)


@transaction.atomic
def save_fact(
    *,
    record: PrivateRecord,
    facts: OwnFact,
    by: Actor,
    fact: PrivateFact | None = None,
    version: str = "",
) -> PrivateFact:
    """Raises AlreadyThere for a second fact about the same term, place and measure, and FactsAreOfSites."""
    require_writer(by, record)
    if record.site_id is None or (facts.line is not None and facts.line.site_id != record.site_id):
        raise FactsAreOfSites(_("Facts are noted of a site, or of a line of it."))
    row = locked(fact) if fact else PrivateFact(organisation_id=record.organisation_id, record=record)
    require_present(fact, version, row)
    values = asdict_shallow(facts) | {
        "stages": list(facts.stages),
        "line_name": facts.line.name if facts.line else "",
    }
    with refusing_duplicates(_("You have noted this already. Change that fact.")):
        return write(row, values, by=by)


@transaction.atomic
def remove(*, row: Row, version: str, by: Actor) -> Row:
    """Take a row out of sight and out of matching. It stays, so that `restore` can put it back."""
    require_writer(by, row)
    found = locked(row)
    require_present(row, version, found)
    found.removed_at, found.version = timezone.now(), found.version + 1
    found.save(update_fields=["removed_at", "version"])
    note(found, PrivateChange.What.REMOVED, by=by)
    return found


@transaction.atomic
def restore(*, row: Row, by: Actor) -> Row:
    """Put back what was removed; raises AlreadyThere where something else stands in its place by now."""
    require_writer(by, row)
    found = locked(row)
    if not found.is_removed:
        raise AlreadyThere(_("This was put back already."))
    found.removed_at, found.version = None, found.version + 1
    with refusing_duplicates(_("Something else stands in its place by now; remove that first.")):
        found.save(update_fields=["removed_at", "version"])
    note(found, PrivateChange.What.RESTORED, by=by)
    return found


def require_writer(by: Actor, row: Row | None = None) -> None:
    is_strangers = row is not None and row.organisation_id != by.organisation_id
    if is_strangers or not can_write_records(by):
        raise NotAllowed(_("Your role may read what your organisation knows, not write it."))


def require_present(seen: Row | None, version: str, now: Row) -> None:
    """Raises ChangedMeanwhile unless what the person saw still stands; a new row has no version."""
    require_version(seen, version, "removed" if now.is_removed else str(now.version))


def link_to(subject: Partner | Site | None) -> dict[str, Partner | Site]:
    if subject is None:
        return {}
    return {"site" if isinstance(subject, Site) else "partner": subject}


def asdict_shallow(facts: "DataclassInstance") -> dict[str, Any]:
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def write[Written: (PrivateRecord, PrivateAgreement, PrivateFact)](
    row: Written, values: Mapping[str, Any], *, by: Actor
) -> Written:
    """Set the values, and note which of them differ; a save that changes nothing leaves no trace."""
    is_new = row.pk is None
    before = {name: "" if is_new else as_kept(getattr(row, name)) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    after = {name: as_kept(value) for name, value in values.items()}
    changed = {name: (before[name], after[name]) for name in values if before[name] != after[name]}
    if not is_new and not changed:
        return row
    row.version += 0 if is_new else 1
    row.save()
    what = PrivateChange.What.ADDED if is_new else PrivateChange.What.CHANGED
    note(row, what, {} if is_new else changed, by=by)
    return row


def as_kept(value: object) -> str:
    """A value as history keeps it: ids of rows, codes, ISO days; nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, list | tuple):
        return " ".join(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def note(
    row: Row,
    what: PrivateChange.What,
    changed: Mapping[str, tuple[str, str]] | None = None,
    *,
    by: Actor,
) -> None:
    """The history of the row, and an event that tells nothing but ids and the names of fields."""
    PrivateChange.objects.bulk_create(lines_of(row, what, changed or {}, by=by))
    record_event(f"{KINDS[type(row)]}.{what}", by=by, about=row, data={"fields": sorted(changed or ())})


def lines_of(
    row: Row,
    what: PrivateChange.What,
    changed: Mapping[str, tuple[str, str]],
    *,
    by: Actor,
    is_import: bool = False,
) -> list[PrivateChange]:
    """One line of history per field that changed, or one for the row itself; not yet stored."""
    of = {
        "record": row if isinstance(row, PrivateRecord) else row.record,
        "agreement": row if isinstance(row, PrivateAgreement) else None,
        "fact": row if isinstance(row, PrivateFact) else None,
    }
    head = {"organisation_id": row.organisation_id, "what": what, "made_by": by.user, "is_import": is_import}
    now = timezone.now()
    return [
        PrivateChange(**of, **head, made_at=now, field=name, before=old, after=new)
        for name, (old, new) in (changed or {"": ("", "")}).items()
    ]
