"""What the pages of private records show, read with a fixed number of queries per page."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from partners.ageing import is_stale
from partners.models import (
    Capability,
    Partner,
    PrivateAgreement,
    PrivateChange,
    PrivateFact,
    PrivateRecord,
    Site,
)
from partners.own_status import LEVELS
from partners.record_words import Words
from partners.site_cards import place_of
from partners.term_index import TermIndex, term_index

MOST_CHANGES: Final = 300
AGREEMENT_LEVELS: Final = {
    PrivateAgreement.State.COMING: "",
    PrivateAgreement.State.IN_FORCE: "good",
    PrivateAgreement.State.EXPIRING: "warn",
    PrivateAgreement.State.EXPIRED: "bad",
}


@dataclass(frozen=True, slots=True)
class AgreementView:
    agreement: PrivateAgreement
    state: PrivateAgreement.State

    @property
    def level(self) -> str:
        return AGREEMENT_LEVELS[self.state]


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact, with what the company states of the same term at the same place, if you may read it."""

    fact: PrivateFact
    stages: str
    is_old: bool
    stated: Capability | None

    @property
    def is_contradicted(self) -> bool:
        return self.stated is not None and self.stated.is_offered != self.fact.is_offered


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as lists and panels show it."""

    record: PrivateRecord
    agreements: list[AgreementView]
    today: dt.date

    @property
    def level(self) -> str:
        return LEVELS[PrivateRecord.Status(self.record.status)]

    @property
    def is_overdue(self) -> bool:
        return self.record.is_audit_overdue(self.today)

    @property
    def is_due_soon(self) -> bool:
        return self.record.is_audit_due_soon(self.today)

    @property
    def place(self) -> str:
        named = Site(city=self.record.city, country=self.record.country)
        return place_of(named) if self.record.country else self.record.city


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did at one moment to one row; `undo` is the removed row that can be put back."""

    first: PrivateChange
    what: str
    fields: list[FieldChange]
    undo: PrivateAgreement | PrivateFact | None

    @property
    def undo_kind(self) -> str:
        return "agreement" if isinstance(self.undo, PrivateAgreement) else "fact"


def with_parts(rows: QuerySet[PrivateRecord]) -> QuerySet[PrivateRecord]:
    """The records with what a list shows of each."""
    agreements = Prefetch("agreements", PrivateAgreement.objects.present())
    return rows.select_related("partner", "site__partner", "owner__user").prefetch_related(agreements)


def record_view(record: PrivateRecord, today: dt.date) -> RecordView:
    """Of a record from `with_parts`."""
    agreements = [AgreementView(each, each.state_on(today)) for each in record.agreements.all()]
    return RecordView(record, agreements, today)


def fact_views(record: PrivateRecord, actor: Actor, today: dt.date, words: Words) -> list[FactView]:
    facts = list(record.facts.present().select_related("term", "measure", "line"))
    told: list[Capability] = []
    if facts and record.site_id is not None:
        readable = Capability.objects.shown_to(actor).filter(site_id=record.site_id)
        told = list(readable.select_related("term").prefetch_related("measures__term").order_by("pk"))
    terms = term_index() if told else None
    return [
        FactView(
            each,
            words.value("stages", " ".join(each.stages)),
            is_stale(each.as_of, today, each.measure.code if each.measure else ""),
            _stated(each, told, terms) if terms else None,
        )
        for each in facts
    ]


def _stated(fact: PrivateFact, told: Iterable[Capability], terms: TermIndex) -> Capability | None:
    """What the company states of it there, the very term first: as matching lays one over the other."""
    if fact.is_place_gone:
        return None
    is_wide_no = fact.line_id is None and not fact.is_offered
    there = [each for each in told if each.line_id == fact.line_id or (is_wide_no and each.is_offered)]
    same = [each for each in there if each.term_id == fact.term_id]
    if same or fact.is_offered:
        return same[0] if same else None
    kinds = (
        each for each in there if each.is_offered and fact.term.bit in terms.by_code[each.term.code].lineage
    )
    return next(kinds, None)


def history(record: PrivateRecord) -> list[Entry]:
    """Newest first; the fields that one save changed stand together."""
    rows = list(
        record.changes.select_related(
            "made_by", "agreement", "fact__term", "fact__measure", "record"
        )[:MOST_CHANGES]
    )  # fmt: skip
    words = Words(rows)
    moments = groupby(rows, key=lambda each: (each.made_at, each.agreement_id, each.fact_id, each.what))
    return [_entry(list(group), words) for _moment, group in moments]


def _entry(rows: Sequence[PrivateChange], words: Words) -> Entry:
    first = rows[0]
    row = first.agreement or first.fact
    is_undoable = row is not None and row.is_removed and first.what == PrivateChange.What.REMOVED
    fields = [
        FieldChange(
            words.label(each.field), words.value(each.field, each.before), words.value(each.field, each.after)
        )
        for each in sorted(rows, key=lambda each: each.pk)
        if each.field
    ]
    named = str(row) if row is not None else _("Record")
    return Entry(
        first,
        _("%(row)s %(what)s") % {"row": named, "what": first.get_what_display()},
        fields,
        row if is_undoable else None,
    )


def records_about(subject: Partner | Site, actor: Actor, today: dt.date) -> list[RecordView]:
    """What the asking sponsor knows of a site and of its partner, the site's own record first."""
    if not actor.is_sponsor:
        return []
    own = PrivateRecord.objects.visible_to(actor)
    rows = own.of_site(subject) if isinstance(subject, Site) else own.present().filter(partner=subject)
    found = [record_view(each, today) for each in with_parts(rows)]
    return sorted(found, key=lambda each: each.record.site_id is None)


def facts_about(site: Site, records: Iterable[RecordView], actor: Actor, today: dt.date) -> list[FactView]:
    """The sponsor's own facts about a site, for its profile."""
    of_site = [each.record for each in records if each.record.site_id == site.pk]
    return [fact for record in of_site for fact in fact_views(record, actor, today, Words(()))]


def unlinked(actor: Actor) -> QuerySet[PrivateRecord]:
    """Records of companies that the portal did not know when they were written."""
    own = PrivateRecord.objects.visible_to(actor).present()
    return own.filter(partner__isnull=True, site__isnull=True).order_by("name", "pk")
