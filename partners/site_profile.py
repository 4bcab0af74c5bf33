"""A site's profile as one reader may see it: the company's statements apart from authorities' records."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.look.wording import amount, span, unit_text
from partners.ageing import is_stale
from partners.importers.operations import operation_label
from partners.models import (
    Audience,
    Capability,
    Certificate,
    Hazard,
    Inspection,
    Line,
    Measure,
    Registration,
    Site,
    StoredFile,
)
from partners.open_capacity import CapacityTable, Opening, capacity_table, next_openings
from partners.site_cards import certificate_is_old
from partners.term_index import TermIndex

type Documents = Mapping[int | None, StoredFile]


@dataclass(frozen=True, slots=True)
class Statement:
    """A stated yes or no with its numbers, where it holds and how it is backed."""

    label: str
    is_yes: bool
    where: str
    measures: list[str]
    stages: list[str]
    evidence: dict[str, Any]
    note: str = ""
    is_open_offer: bool = False  # told to everybody, and not too old to count
    document: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What a register printed, as of its snapshot."""

    firm_name: str
    operations: list[str]
    snapshot_on: dt.date
    no_longer_listed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class CertificateView:
    """`document` is what backs it, if the reader may download that."""

    certificate: Certificate
    state: str
    level: str
    document: StoredFile | None = None

    @property
    def authority(self) -> str:
        """The national authority that issued it, where stated, else the authority that it is of."""
        certificate = self.certificate
        return certificate.authority_name or (str(certificate.authority) if certificate.authority else "")


@dataclass(frozen=True)
class SiteProfile:
    """Everything on the page of a site."""

    site: Site
    facets: list[tuple[str, list[Statement]]]
    hazards: list[Statement]
    register: list[RegisterEntry]
    certificates: list[CertificateView]
    inspections: list[Inspection]
    lines: list[Line]
    capacity: CapacityTable | None
    opening: Opening | None
    identifiers: list[tuple[str, str]] = field(default_factory=list)


def site_profile(site: Site, *, actor: Actor, terms: TermIndex, today: dt.date) -> SiteProfile:
    lines = list(site.lines.select_related("building"))
    certificates = site.certificates.select_related("term", "authority")
    inspections = site.inspections.select_related("authority").prefetch_related("outcomes")
    documents = _documents(site, actor)
    return SiteProfile(
        site=site,
        facets=_facets(site, actor, terms, today, documents),
        hazards=_hazards(site, actor, today),
        register=_register(site.registrations.select_related("last_seen")),
        certificates=[
            replace(certificate_view(each, today), document=documents.get(each.document_id))
            for each in certificates
        ],
        inspections=list(inspections),
        lines=lines,
        capacity=capacity_table(site, lines, actor=actor, today=today),
        opening=next_openings([site], actor=actor, today=today).get(site.pk),
        identifiers=[(row.get_scheme_display(), row.value) for row in site.identifiers.all()],
    )


def certificate_view(certificate: Certificate, today: dt.date) -> CertificateView:
    """Valid, expired or old: an EU GMP certificate grows old three years after its inspection."""
    if certificate.expires_on is not None:
        if certificate.expires_on < today:
            return CertificateView(certificate, "Expired", "bad")
        return CertificateView(certificate, "Valid", "good")
    if certificate_is_old(certificate, today):
        return CertificateView(certificate, "Old: inspected over 3 years ago", "warn")
    if certificate.inspected_on is None:
        return CertificateView(certificate, "Age not stated", "warn")
    return CertificateView(certificate, "Current", "good")


def _documents(site: Site, actor: Actor) -> Documents:
    rows = StoredFile.objects.readable_by(actor).filter(site=site)
    return {row.pk: row for row in rows}


def _facets(
    site: Site, actor: Actor, terms: TermIndex, today: dt.date, documents: Documents
) -> list[tuple[str, list[Statement]]]:
    told = (
        Capability.objects.shown_to(actor)
        .filter(site=site)
        .select_related("term__facet", "line")
        .prefetch_related("measures__term")
        .order_by("term__facet__position", "term__position", "line__name", "pk")
    )
    groups: dict[str, list[Statement]] = defaultdict(list)
    for each in told:
        groups[each.term.facet.label].append(_statement(each, terms, today, documents))
    return list(groups.items())


def _statement(capability: Capability, terms: TermIndex, today: dt.date, documents: Documents) -> Statement:
    return Statement(
        label=capability.term.label,
        is_yes=capability.is_offered,
        where=f"Line {capability.line.name}" if capability.line else "",
        measures=[_measure_text(measure) for measure in capability.measures.all()],
        stages=[terms.label(code) for code in capability.stages],
        evidence=evidence(capability, today),
        note=capability.note,
        is_open_offer=_is_open_offer(capability, today),
        document=documents.get(capability.document_id),
    )


def _is_open_offer(capability: Capability, today: dt.date) -> bool:
    is_open = capability.is_offered and capability.audience == Audience.PUBLIC
    return is_open and not _is_stale(capability, today)


def _is_stale(row: Capability | Hazard, today: dt.date) -> bool:
    return is_stale(row.confirmed_on, today)


def evidence(row: Capability | Hazard, today: dt.date) -> dict[str, Any]:
    """How a statement is backed, in the shape that the evidence component reads."""
    return {
        "basis": row.basis,
        "source": f"the company ({row.source})" if row.source else "the company",
        "confirmed_on": row.confirmed_on,
        "today": today,
        "is_stale": _is_stale(row, today),
    }


def _measure_text(measure: Measure) -> str:
    """As entered, and in the base unit where that says something else."""
    entered = f"{measure.term.label}: {measure.number} {unit_text(measure.entered_unit)}".rstrip()
    if measure.entered_unit == measure.term.base_unit:
        return entered
    if measure.lo is not None and measure.lo == measure.hi:
        return f"{entered} = {amount(measure.lo, measure.term.base_unit)}"
    return f"{entered} = {span(measure.lo, measure.hi, measure.term.base_unit)}"


def _hazards(site: Site, actor: Actor, today: dt.date) -> list[Statement]:
    told = Hazard.objects.shown_to(actor).filter(site=site).select_related("term", "line", "building")
    return [
        Statement(each.term.label, each.is_present, _hazard_place(each), [], [], evidence(each, today))
        for each in told.order_by("term__position", "scope")
    ]


def _hazard_place(hazard: Hazard) -> str:
    if hazard.line is not None:
        return f"Line {hazard.line.name}"
    if hazard.building is not None:
        return f"Building {hazard.building.name}"
    return "Whole campus" if hazard.scope == Hazard.Scope.CAMPUS else "Whole site"


def _register(rows: QuerySet[Registration]) -> list[RegisterEntry]:
    return [
        RegisterEntry(
            row.firm_name,
            sorted(operation_label(code) for code in row.operations),
            row.last_seen.snapshot_on,
            row.no_longer_listed_on,
        )
        for row in rows
    ]


def places(sites: Iterable[Site]) -> Sequence[dict[str, Any]]:
    """Sites in the shape that the map reads."""
    return [
        {
            "label": f"{site.name}, {site.city}" if site.city else site.name,
            "longitude": site.longitude,
            "latitude": site.latitude,
            "url": site.get_absolute_url(),
        }
        for site in sites
    ]
