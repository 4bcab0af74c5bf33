"""What one sample sponsor knows of fictional CDMOs: its own list, as it would be after a first import."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from cdmo_portal.accounts.models import Member, Organisation
from partners.models import (
    Partner,
    PrivateAgreement,
    PrivateChange,
    PrivateFact,
    PrivateRecord,
    Site,
    Term,
)
from partners.sample.dates import moment, months_before

Status = PrivateRecord.Status
Kind = PrivateAgreement.Kind


@dataclass(frozen=True, slots=True)
class Agreed:
    """In force since so many months, until so many days from now; open-ended without."""

    kind: str
    months: int
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What an audit so many months ago found about a term."""

    term: str
    months: int
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class Noted:
    """`partner` and `site` name the sample world's; without either the portal does not know the company."""

    name: str
    status: str
    partner: str = ""
    site: str = ""
    city: str = ""
    country: str = ""
    condition: str = ""
    vendor_number: str = ""
    audited_months: int | None = None
    due_days: int | None = None
    agreed: tuple[Agreed, ...] = ()
    found: tuple[Found, ...] = field(default_factory=tuple)
    notes: str = ""


QUILLHAVEN: Final = (
    Noted(
        "Larkfen", Status.APPROVED, partner="Larkfen Dosage", country="GB", vendor_number="V-10021",
        audited_months=10, due_days=430,
        agreed=(Agreed(Kind.CDA, 30), Agreed(Kind.MSA, 22, 58), Agreed(Kind.QUALITY, 22)),
        notes="Two first-in-human projects so far. The MSA runs out soon: ask procurement to renew it.",
    ),
    Noted(
        "Tessaro Solidi, Bergamo", Status.APPROVED, site="Tessaro Solidi, Bergamo", city="Bergamo",
        country="IT", vendor_number="V-10077", audited_months=26, due_days=-40,
        agreed=(Agreed(Kind.CDA, 26),), found=(Found("svc.pack.serialisation", 8, is_offered=False),),
    ),
    Noted(
        "Hajdan Solid Forms", Status.CONDITIONAL, site="Hajdan Solid Forms, Debrecen", city="Debrecen",
        country="HU", vendor_number="V-10080",
        condition="No product with an OEL under 1 µg/m³ until the actions of our audit are closed.",
        audited_months=5, due_days=70,
        agreed=(Agreed(Kind.CDA, 12), Agreed(Kind.QUALITY, 5, 200)),
        found=(Found("svc.pack.serialisation", 5),),
    ),
    Noted(
        "Lusivar Comprimidos", Status.BLOCKED, partner="Lusivar Comprimidos", country="PT",
        condition="Blocked by quality after our audit.", audited_months=14,
        agreed=(Agreed(Kind.CDA, 40, -90),),
    ),
    Noted(
        "Wrenfold Clinical Packaging", Status.APPROVED, city="Hereford", country="GB",
        vendor_number="V-10102", agreed=(Agreed(Kind.CDA, 18, 500),), notes="Not in the portal yet.",
    ),
)  # fmt: skip


@transaction.atomic
def build_private_records(
    sponsor: Organisation, noted: Iterable[Noted], as_of: dt.date
) -> list[PrivateRecord]:
    """The sponsor's own list, kept by its first member, if there is one."""
    keeper = Member.objects.filter(organisation=sponsor).select_related("user").order_by("pk").first()
    records = [_record(sponsor, each, keeper, as_of) for each in noted]
    PrivateChange.objects.bulk_create(
        PrivateChange(
            organisation=sponsor,
            record=record,
            what=PrivateChange.What.ADDED,
            is_import=True,
            made_by=keeper.user if keeper else None,
            made_at=moment(as_of),
        )
        for record in records
    )
    return records


def _record(sponsor: Organisation, noted: Noted, keeper: Member | None, as_of: dt.date) -> PrivateRecord:
    day = dt.timedelta(days=1)
    record = PrivateRecord.objects.create(
        organisation=sponsor,
        partner=Partner.objects.get(name=noted.partner, is_sample=True) if noted.partner else None,
        site=Site.objects.get(name=noted.site, partner__is_sample=True) if noted.site else None,
        name=noted.name,
        city=noted.city,
        country=noted.country,
        status=noted.status,
        condition=noted.condition,
        vendor_number=noted.vendor_number,
        last_audit_on=months_before(as_of, noted.audited_months) if noted.audited_months else None,
        next_audit_due_on=as_of + noted.due_days * day if noted.due_days else None,
        owner=keeper,
        notes=noted.notes,
        created_at=moment(as_of),
    )
    PrivateAgreement.objects.bulk_create(
        PrivateAgreement(
            organisation=sponsor,
            record=record,
            kind=each.kind,
            starts_on=months_before(as_of, each.months),
            ends_on=as_of + each.days_left * day if each.days_left is not None else None,
        )
        for each in noted.agreed
    )
    PrivateFact.objects.bulk_create(
        PrivateFact(
            organisation=sponsor,
            record=record,
            term=Term.objects.get(code=each.term),
            is_offered=each.is_offered,
            source=f"our audit {months_before(as_of, each.months).year}",
            as_of=months_before(as_of, each.months),
        )
        for each in noted.found
    )
    return record
