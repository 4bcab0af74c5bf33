"""Taking a file of FDA's establishment register into the portal, whole or not at all."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import connection, models, transaction

from cdmo_portal.accounts.actors import NOBODY, Actor
from cdmo_portal.events.recording import record
from partners.actions.register_sites import identify_sites, mark_sites, place_sites, renew_sites
from partners.importers.fda_registrations import Register, RegisterRow
from partners.importers.refusals import RegisterFileRefused
from partners.models import RegisterSnapshot, Registration

PUBLISHER = "fda-registrations"
AUTHORITY = "reg.fda"
BATCH = 1_000
_LOCK = 0x0FDA  # any fixed number: one import at a time


@dataclass(frozen=True, slots=True)
class Difference:
    """How a file's rows stand to the registrations that we hold. Rows of one kind are in no other."""

    added: tuple[RegisterRow, ...]
    changed: tuple[tuple[RegisterRow, Registration], ...]
    listed_again: tuple[Registration, ...]
    unchanged: tuple[Registration, ...]
    vanished: tuple[Registration, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.listed_again or self.vanished)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What one import did. `sites` counts those behind the file's rows."""

    snapshot_on: dt.date
    rows: int
    sites: int
    added: int = 0
    changed: int = 0
    listed_again: int = 0
    unchanged: int = 0
    no_longer_listed: int = 0
    new_sites: int = 0
    placed: int = 0
    is_confirmed: bool = False

    @property
    def changed_nothing(self) -> bool:
        counts = (self.added, self.changed, self.listed_again, self.no_longer_listed, self.placed)
        return not any(counts) and not self.is_confirmed


@transaction.atomic
def import_register(
    *,
    register: Register,
    snapshot_on: dt.date,
    file_name: str,
    by: Actor = NOBODY,
    accept_shrunken: bool = False,
) -> ImportReport:
    """Bring the registrations to what the file says; raise `RegisterFileRefused` and write nothing.

    A file that says nothing new of the day we hold changes nothing. The same rows on a later day are
    confirmed as of that day.
    """
    _lock_out_other_imports()
    latest = RegisterSnapshot.objects.filter(publisher=PUBLISHER).first()
    known = {row.row_key: row for row in Registration.objects.filter(authority=AUTHORITY)}
    difference = compare(register.rows, known)
    if latest and difference.is_empty and _is_held(latest, register, snapshot_on):
        return _report(register, difference, latest.snapshot_on, placed=place_sites(AUTHORITY, register.rows))
    _refuse_out_of_order(latest, snapshot_on)
    if not accept_shrunken:
        _refuse_shrunken(register, difference)
    snapshot = RegisterSnapshot.objects.create(
        publisher=PUBLISHER,
        sha256=register.sha256,
        snapshot_on=snapshot_on,
        file_name=file_name[:200],
        rows=len(register.rows),
        added=len(difference.added),
        changed=len(difference.changed) + len(difference.listed_again),
        no_longer_listed=len(difference.vanished),
    )
    report = _apply(register, difference, snapshot)
    record("register.imported", by=by, about=snapshot, data={"rows": report.rows, "added": report.added})
    return report


def compare(rows: Iterable[RegisterRow], known: Mapping[str, Registration]) -> Difference:
    """Sort the file's rows, and the registrations absent from it, by what became of them."""
    added, changed, again, unchanged, seen = [], [], [], [], set()
    for row in rows:
        seen.add(row.duns)
        registration = known.get(row.duns)
        if registration is None:
            added.append(row)
        elif registration.row_sha256 != row.sha256:
            changed.append((row, registration))
        elif registration.no_longer_listed_on:
            again.append(registration)
        else:
            unchanged.append(registration)
    vanished = [row for key, row in known.items() if key not in seen and row.no_longer_listed_on is None]
    return Difference(tuple(added), tuple(changed), tuple(again), tuple(unchanged), tuple(vanished))


def _lock_out_other_imports() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _is_held(latest: RegisterSnapshot, register: Register, snapshot_on: dt.date) -> bool:
    return latest.sha256 == register.sha256 or snapshot_on == latest.snapshot_on


def _refuse_out_of_order(latest: RegisterSnapshot | None, snapshot_on: dt.date) -> None:
    if latest and snapshot_on < latest.snapshot_on:
        raise RegisterFileRefused(
            f"the list of {snapshot_on} is older than the one imported last ({latest.snapshot_on})"
        )


def _refuse_shrunken(register: Register, difference: Difference) -> None:
    """A file cut at a line's end looks whole; losing half of the register in one step gives it away."""
    listed = len(difference.unchanged) + len(difference.changed) + len(difference.vanished)
    if len(register.rows) * 2 < listed:
        raise RegisterFileRefused(
            f"it has {len(register.rows)} rows where {listed} are listed now, so it is probably cut off; "
            "if it is right, accept the shrunken list (--accept-shrunken)"
        )


def _apply(register: Register, difference: Difference, snapshot: RegisterSnapshot) -> ImportReport:
    new_sites = _write_added(difference.added, snapshot)
    _write_changed(difference.changed, snapshot)
    kept = (*difference.unchanged, *difference.listed_again)
    _of(kept).update(last_seen=snapshot, no_longer_listed_on=None)
    _of(difference.vanished).update(no_longer_listed_on=snapshot.snapshot_on)
    renew_sites(AUTHORITY, [*difference.added, *(row for row, _ in difference.changed)], register.rows)
    placed = place_sites(AUTHORITY, register.rows)
    # The day as of which every registration holds has moved, so every site's facts have changed.
    mark_sites(AUTHORITY, {row.duns for row in register.rows} | {row.row_key for row in difference.vanished})
    report = _report(register, difference, snapshot.snapshot_on, placed=placed)
    return replace(report, new_sites=new_sites, is_confirmed=True)


def _of(registrations: Iterable[Registration]) -> models.QuerySet[Registration]:
    return Registration.objects.filter(pk__in=[registration.pk for registration in registrations])


def _write_added(rows: tuple[RegisterRow, ...], snapshot: RegisterSnapshot) -> int:
    site_ids, new_sites = identify_sites(rows)
    Registration.objects.bulk_create(
        [
            _filled(
                Registration(
                    authority=AUTHORITY, row_key=row.duns, site_id=site_ids[row.duns], first_seen=snapshot
                ),
                row,
                snapshot,
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    return new_sites


def _write_changed(pairs: tuple[tuple[RegisterRow, Registration], ...], snapshot: RegisterSnapshot) -> None:
    Registration.objects.bulk_update(
        [_filled(registration, row, snapshot) for row, registration in pairs],
        ["fei", "firm_name", "registrant_name", "address", "operations", "row_sha256", "last_seen",
         "no_longer_listed_on"],
        batch_size=BATCH,
    )  # fmt: skip


def _filled(registration: Registration, row: RegisterRow, snapshot: RegisterSnapshot) -> Registration:
    registration.fei = row.fei
    registration.firm_name = row.firm_name
    registration.registrant_name = row.registrant_name
    registration.address = row.address_line
    registration.operations = list(row.operations)
    registration.row_sha256 = row.sha256
    registration.last_seen = snapshot
    registration.no_longer_listed_on = None
    return registration


def _report(register: Register, difference: Difference, day: dt.date, *, placed: int) -> ImportReport:
    duns = [row.duns for row in register.rows]
    listed = Registration.objects.filter(authority=AUTHORITY, row_key__in=duns)
    return ImportReport(
        snapshot_on=day,
        rows=len(register.rows),
        sites=listed.values("site_id").distinct().count(),
        added=len(difference.added),
        changed=len(difference.changed),
        listed_again=len(difference.listed_again),
        unchanged=len(difference.unchanged),
        no_longer_listed=len(difference.vanished),
        placed=placed,
    )
