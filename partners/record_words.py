"""Lines of a record's history in words: what fields are called, and what ids and codes stand for."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.models import Member
from partners.importers.countries import country_name
from partners.models import Line, Partner, PrivateAgreement, PrivateChange, PrivateRecord, Site, Term
from partners.models.private_records import BASES
from partners.vocabulary import current_vocabulary

LABELS: Final = {
    "name": _("Name"),
    "city": _("City"),
    "country": _("Country"),
    "partner": _("Partner in the portal"),
    "site": _("Site in the portal"),
    "status": _("Status"),
    "condition": _("Condition"),
    "vendor_number": _("Vendor number"),
    "last_audit_on": _("Last audit"),
    "next_audit_due_on": _("Next audit due"),
    "owner": _("Relationship owner"),
    "notes": _("Notes"),
    "kind": _("Kind"),
    "reference": _("Reference"),
    "starts_on": _("In force from"),
    "ends_on": _("In force until"),
    "term": _("What"),
    "is_offered": _("Done there"),
    "line": _("Line"),
    "measure": _("Measure"),
    "lo": _("Low end, in the base unit"),
    "hi": _("High end, in the base unit"),
    "count": _("How many"),
    "entered_text": _("Number"),
    "entered_unit": _("Unit"),
    "stages": _("Stages"),
    "basis": _("How known"),
    "source": _("Source"),
    "as_of": _("As of"),
}
COLUMNS: Final = {
    **{
        name: LABELS[name]
        for name in (
            "name", "city", "country", "status", "condition", "vendor_number", "last_audit_on",
            "next_audit_due_on", "owner", "notes",
        )
    },
    "duns": _("DUNS number"),
    "fei": _("FEI number"),
    "cda_from": _("CDA from"),
    "cda_until": _("CDA until"),
    "msa_from": _("MSA from"),
    "msa_until": _("MSA until"),
    "quality_from": _("Quality agreement from"),
    "quality_until": _("Quality agreement until"),
}  # fmt: skip
"""What a list that is imported may have columns for."""

CODES: Final[Mapping[str, Mapping[str, object]]] = {
    "status": dict(PrivateRecord.Status.choices),
    "kind": dict(PrivateAgreement.Kind.choices),
    "basis": {code.value: label for code, label in BASES.items()},
    "is_offered": {"True": _("Yes"), "False": _("No")},
}
ROWS: Final[Mapping[str, type[models.Model]]] = {
    "owner": Member,
    "partner": Partner,
    "site": Site,
    "term": Term,
    "measure": Term,
    "line": Line,
}


class Words:
    """For these changes; the rows that they name are looked up in one query per kind of row."""

    def __init__(self, changes: Iterable[PrivateChange]) -> None:
        named: dict[type[models.Model], set[int]] = {}
        for each in changes:
            if model := ROWS.get(each.field):
                named.setdefault(model, set()).update(
                    int(value) for value in (each.before, each.after) if value
                )
        self.rows = {model: _named(model, ids) for model, ids in named.items()}

    def label(self, field: str) -> str:
        return str(LABELS.get(field, field))

    def value(self, field: str, kept: str) -> str:
        if not kept:
            return ""
        if model := ROWS.get(field):
            return self.rows.get(model, {}).get(int(kept), str(_("no longer there")))
        if field in CODES:
            return str(CODES[field].get(kept, kept))
        written: Mapping[str, Callable[[str], str]] = {"country": country_name, "stages": _stages}
        return written.get(field, str)(kept)


def _named(model: type[models.Model], ids: set[int]) -> dict[int, str]:
    rows = model._default_manager.filter(pk__in=ids)
    if model is Member:
        found = rows.select_related("user").values_list("pk", "user__full_name", "user__email")
        return {pk: name or email for pk, name, email in found}
    return {row.pk: str(row) for row in rows}


def _stages(codes: str) -> str:
    terms = current_vocabulary().terms
    return ", ".join(terms[code].label if code in terms else code for code in codes.split())
