"""From rows to the plain facts that scoring reads: a fixed number of queries, however many sites."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from decimal import Decimal

from django.db import connection, models

from matching.scoring.facts import (
    CertificateFact,
    HazardFact,
    InspectionFact,
    LineFacts,
    MeasureFact,
    RegistrationFact,
    Scope,
    SiteFacts,
    Statement,
    Vocabulary,
    WindowFact,
)
from partners.importers.countries import country_names
from partners.importers.operations import operation_labels
from partners.models import (
    Audience,
    Capability,
    CapacityWindow,
    Certificate,
    Hazard,
    Inspection,
    Line,
    Registration,
    Site,
    Term,
)

NOT_YET_AGREED = Audience.AGREEMENT
"""Statements for readers under an agreement stay out of matching: its facts are the same for every brief."""


def load_site_facts(site_ids: Collection[int] | None = None) -> dict[int, SiteFacts]:
    """The facts of these sites (all sites when `None`), by primary key."""
    sites = _only(Site.objects.select_related("partner"), site_ids, "pk").order_by("pk")
    lines = _lines(site_ids)
    statements = _grouped(_capabilities(site_ids).filter(line__isnull=True), "site_id", _statement)
    hazards = _hazards(site_ids)
    inspections = _grouped(
        _only(Inspection.objects.select_related("authority").prefetch_related("outcomes"), site_ids),
        "site_id",
        _inspection,
    )
    certificates = _grouped(
        _only(Certificate.objects.select_related("term", "authority"), site_ids), "site_id", _certificate
    )
    registrations = _grouped(
        _only(Registration.objects.select_related("last_seen"), site_ids), "site_id", _registration
    )
    facts: dict[int, SiteFacts] = {}
    for site in sites:
        facts[site.pk] = replace(
            _site(site),
            lines=tuple(lines.get(site.pk, ())),
            statements=tuple(statements.get(site.pk, ())),
            hazards=tuple(hazards.get(site.pk, ())),
            inspections=tuple(inspections.get(site.pk, ())),
            certificates=tuple(certificates.get(site.pk, ())),
            registrations=tuple(registrations.get(site.pk, ())),
        )
    return _with_campus_hazards(sites, facts)


def campus_neighbours(site_ids: Collection[int]) -> set[int]:
    """The other sites on the same grounds: what is handled at one is a fact of all (campus hazards)."""
    campuses = Site.objects.filter(pk__in=site_ids, campus__isnull=False).values("campus")
    return set(Site.objects.filter(campus__in=campuses).values_list("pk", flat=True)) - set(site_ids)


def load_vocabulary() -> Vocabulary:
    """Labels, parents, implications, units and country groups of the terms in use.

    Countries and registered operations are no terms, but sentences name them as well.
    """
    terms = list(Term.objects.select_related("parent").order_by("pk"))
    return Vocabulary(
        labels={**country_names(), **operation_labels(), **{term.code: term.label for term in terms}},
        parents={term.code: term.parent.code for term in terms if term.parent},
        implies={term.code: tuple(term.implies) for term in terms if term.implies},
        units={term.code: term.base_unit for term in terms if term.base_unit},
        countries={term.code: frozenset(term.countries) for term in terms if term.countries},
    )


def vocabulary_version() -> tuple[int, int]:
    """Differs once any term was added, changed or taken away: every write gives a row another `xmin`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(sum(xmin::text::bigint), 0)::bigint FROM partners_term")
        count, versions = cursor.fetchone()
    return count, versions


def _only[Row: models.Model](
    rows: models.QuerySet[Row], site_ids: Collection[int] | None, field: str = "site_id"
) -> models.QuerySet[Row]:
    return rows if site_ids is None else rows.filter(**{f"{field}__in": site_ids})


def _grouped[Row: models.Model, Fact](
    rows: Iterable[Row], by: str, make: Callable[[Row], Fact]
) -> dict[int, list[Fact]]:
    groups: dict[int, list[Fact]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, by)].append(make(row))
    return groups


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _site(site: Site) -> SiteFacts:
    partner = site.partner
    return SiteFacts(
        key=str(site.uid),
        name=site.name,
        partner=str(partner.uid) if partner else f"site:{site.uid}",
        partner_name=partner.name if partner else site.name,
        country=site.country,
        region=site.region,
        is_profiled=site.is_profiled,
    )


def _capabilities(site_ids: Collection[int] | None) -> models.QuerySet[Capability]:
    rows = Capability.objects.exclude(audience=NOT_YET_AGREED)
    return _only(rows.select_related("term").prefetch_related("measures__term"), site_ids).order_by("pk")


def _statement(row: Capability) -> Statement:
    return Statement(
        term=row.term.code,
        is_offered=row.is_offered,
        confirmed_on=row.confirmed_on,
        basis=row.basis,
        source=row.source,
        is_shown=row.audience != Audience.MATCHING,
        stages=frozenset(row.stages),
        measures=tuple(
            MeasureFact(measure.term.code, _number(measure.lo), _number(measure.hi), measure.count)
            for measure in row.measures.all()
        ),
    )


def _hazards(site_ids: Collection[int] | None) -> dict[int, list[HazardFact]]:
    rows = Hazard.objects.exclude(audience=NOT_YET_AGREED).select_related("term", "line").order_by("pk")
    return _grouped(_only(rows, site_ids), "site_id", _hazard)


def _hazard(row: Hazard) -> HazardFact:
    place = str(row.line.uid) if row.line else str(row.building_id or "")
    return HazardFact(
        term=row.term.code,
        is_present=row.is_present,
        scope=Scope(row.scope),
        confirmed_on=row.confirmed_on,
        place=place,
        basis=row.basis,
        source=row.source,
        is_shown=row.audience != Audience.MATCHING,
    )


def _lines(site_ids: Collection[int] | None) -> dict[int, list[LineFacts]]:
    on_lines = _capabilities(site_ids).filter(line__isnull=False)
    statements = _grouped(on_lines, "line_id", _statement)
    current = CapacityWindow.objects.current().exclude(audience=NOT_YET_AGREED).order_by("period", "pk")
    windows = _grouped(_only(current, site_ids), "line_id", _window)

    def with_parts(line: Line) -> LineFacts:
        return replace(
            _line(line),
            statements=tuple(statements.get(line.pk, ())),
            windows=tuple(windows.get(line.pk, ())),
        )

    return _grouped(_only(Line.objects.order_by("pk"), site_ids), "site_id", with_parts)


def _line(line: Line) -> LineFacts:
    return LineFacts(
        key=str(line.uid),
        name=line.name,
        building=str(line.building_id or ""),
        capacity_unit=line.capacity_unit,
        nominal_per_quarter=_number(line.nominal_per_quarter),
        smallest_campaign=_number(line.smallest_campaign),
        lead_time_weeks=_number(line.lead_time_weeks),
        lead_time_confirmed_on=line.lead_time_confirmed_on,
    )


def _window(row: CapacityWindow) -> WindowFact:
    return WindowFact(
        start=_day(row.period.lower),
        end=_day(row.period.upper),
        state=row.state,
        quantity=float(row.quantity),
        unit=row.unit,
        confidence=row.confidence,
        observed_on=row.observed_at.date(),
        valid_until=row.valid_until,
        lead_time_weeks=_number(row.lead_time_weeks),
        smallest_campaign=_number(row.smallest_campaign),
    )


def _day(value: dt.date | None) -> dt.date:
    if value is None:
        raise ValueError("A capacity window without an end was stored.")  # the table refuses it
    return value


def _inspection(row: Inspection) -> InspectionFact:
    return InspectionFact(
        authority=row.authority.code,
        authority_name=row.authority_name,
        ended_on=row.ended_on,
        outcomes=tuple(sorted(outcome.outcome for outcome in row.outcomes.all())),
        covers=frozenset(row.covers),
        origin=row.origin,
        source=row.source,
    )


def _certificate(row: Certificate) -> CertificateFact:
    return CertificateFact(
        term=row.term.code,
        authority=row.authority.code if row.authority else "",
        authority_name=row.authority_name,
        number=row.number,
        inspected_on=row.inspected_on,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        operations=frozenset(row.operations),
        origin=row.origin,
        source=row.source,
    )


def _registration(row: Registration) -> RegistrationFact:
    return RegistrationFact(
        authority=row.authority,
        operations=frozenset(row.operations),
        snapshot_on=row.last_seen.snapshot_on,
        no_longer_listed_on=row.no_longer_listed_on,
        source=row.last_seen.publisher_name,
    )


def _with_campus_hazards(sites: Iterable[Site], facts: dict[int, SiteFacts]) -> dict[int, SiteFacts]:
    """Give every site what the other sites on its ground state, also those outside the requested set."""
    campuses = {site.pk: site.campus_id for site in sites if site.campus_id}
    if not campuses:
        return facts
    members = dict(Site.objects.filter(campus_id__in=set(campuses.values())).values_list("pk", "campus_id"))
    hazards = _hazards(members)
    for site_id, campus_id in campuses.items():
        others = [pk for pk, campus in members.items() if campus == campus_id and pk != site_id]
        stated = tuple(fact for pk in sorted(others) for fact in hazards.get(pk, ()))
        facts[site_id] = replace(facts[site_id], campus_hazards=stated)
    return facts
