"""A sponsor's private records as tables that leave the portal: for its own people only."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.spreadsheets import Cell, Column, Export, Sheet
from partners.importers.countries import country_name
from partners.models import PrivateAgreement, PrivateFact, PrivateRecord
from partners.models.private_records import BASES
from partners.record_pages import record_view

MOST: int = 10_000


def records_export(
    records: Sequence[PrivateRecord],
    facts: Iterable[PrivateFact],
    *,
    total: int,
    actor: Actor,
    filters: str,
    now: dt.datetime,
) -> Export:
    """Of records from `with_parts`, in their order; `total` is how many the view has."""
    today = now.date()
    who = actor.user.email if actor.user else ""
    about: list[tuple[str, Cell]] = [
        (_("What this is"), _("What %s knows of its CDMOs; confidential") % actor.organisation),
        (_("Exported by"), who),
        (_("Exported at (UTC)"), now.strftime("%Y-%m-%d %H:%M")),
        (_("Filters"), filters or _("None: the whole list")),
        (_("Records"), len(records)),
        (_("Left out of this view"), total - len(records)),
        (_("Source"), _("Entered or imported by members of your organisation; no regulator, no CDMO")),
        (_("States of agreements and audits"), _("As of the day of the export")),
    ]
    return Export(
        "Our CDMOs",
        [records_sheet(records, today), agreements_sheet(records, today), facts_sheet(facts)],
        about,
    )


def records_sheet(records: Iterable[PrivateRecord], today: dt.date) -> Sheet:
    heads = (
        ("Name", 34), ("City", 18), ("Country", 18), ("In the portal", 34), ("Status", 14), ("Condition", 34),
        ("Vendor number", 16), ("CDA", 20), ("MSA", 20), ("Quality agreement", 20), ("Last audit", 12),
        ("Next audit due", 14), ("Audit", 12), ("Relationship owner", 24), ("Notes", 40),
    )  # fmt: skip
    return Sheet("Our CDMOs", [Column(*head) for head in heads], (_record(each, today) for each in records))


def _record(record: PrivateRecord, today: dt.date) -> Sequence[Cell]:
    view = record_view(record, today)
    states = {
        kind: ", ".join(_until(each.agreement, each.state) for each in view.agreements
                        if each.agreement.kind == kind)
        for kind in PrivateAgreement.Kind
    }  # fmt: skip
    audit = _("Overdue") if view.is_overdue else _("Due soon") if view.is_due_soon else ""
    return (
        record.name,
        record.city,
        country_name(record.country),
        str(record.subject or ""),
        record.get_status_display(),
        record.condition,
        record.vendor_number,
        states[PrivateAgreement.Kind.CDA],
        states[PrivateAgreement.Kind.MSA],
        states[PrivateAgreement.Kind.QUALITY],
        record.last_audit_on,
        record.next_audit_due_on,
        audit,
        (record.owner.user.full_name or record.owner.user.email) if record.owner else "",
        record.notes,
    )


def _until(agreement: PrivateAgreement, state: PrivateAgreement.State) -> str:
    end = f"until {agreement.ends_on:%Y-%m-%d}" if agreement.ends_on else "open-ended"
    return f"{state.label}, {end}"


def agreements_sheet(records: Iterable[PrivateRecord], today: dt.date) -> Sheet:
    heads = (("Name", 34), ("Kind", 18), ("Reference", 24), ("From", 12), ("Until", 12), ("State", 20))

    def rows() -> Iterator[Sequence[Cell]]:
        for record in records:
            for each in record_view(record, today).agreements:
                row = each.agreement
                yield (
                    record.name,
                    row.get_kind_display(),
                    row.reference,
                    row.starts_on,
                    row.ends_on or _("open-ended"),
                    str(each.state.label),
                )

    return Sheet("Agreements", [Column(*head) for head in heads], rows())


def facts_sheet(facts: Iterable[PrivateFact]) -> Sheet:
    heads = (
        ("Name", 34), ("What", 34), ("Done there", 10), ("Line", 20), ("Measure", 24), ("Number", 18),
        ("Unit", 10), ("How known", 24), ("Source", 30), ("As of", 12),
    )  # fmt: skip
    return Sheet("Own facts", [Column(*head) for head in heads], (_fact(each) for each in facts))


def _fact(fact: PrivateFact) -> Sequence[Cell]:
    known = {code.value: str(label) for code, label in BASES.items()}
    return (
        fact.record.name,
        fact.term.label,
        fact.is_offered,
        fact.line_name,
        fact.measure.label if fact.measure else "",
        fact.entered_text,
        fact.entered_unit,
        known[fact.basis],
        fact.source,
        fact.as_of,
    )
