"""From the written world to rows: everything is collected first and stored table by table."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify

from cdmo_portal.accounts.models import Organisation
from partners.changes import mark_changed
from partners.models import (
    Building,
    Capability,
    CapacityWindow,
    Certificate,
    Feed,
    Hazard,
    Inspection,
    InspectionOutcome,
    Line,
    Measure,
    Origin,
    Partner,
    Refresh,
    Site,
    Term,
)
from partners.sample.capacity_rows import highest, windows_of
from partners.sample.dates import moment, months_before
from partners.sample.feed_rows import feed_of, refreshes_of
from partners.sample.specs import Company, LineSpec, Paper, Says, SiteSpec, Visit
from partners.sample.towns import TOWNS
from partners.units import convert, parse

SOURCE = "Sample profile (fictional)"
HAZARDS_CONFIRMED_MONTHS = 3


@dataclass
class Rows:
    """What will be stored, table by table, in the order in which rows refer to each other."""

    tables: dict[type[models.Model], list[Any]] = field(
        default_factory=lambda: {
            table: []
            for table in (
                Organisation,
                Partner,
                Site,
                Building,
                Line,
                Capability,
                Measure,
                Hazard,
                Inspection,
                InspectionOutcome,
                Certificate,
                Feed,
                Refresh,
                CapacityWindow,
            )
        }
    )

    def add[Row: models.Model](self, row: Row) -> Row:
        self.tables[type(row)].append(row)
        return row

    def store(self) -> None:
        for table, rows in self.tables.items():
            table._default_manager.bulk_create(rows, batch_size=1_000)


@dataclass(frozen=True)
class Builder:
    as_of: dt.date
    terms: Mapping[str, Term]
    rows: Rows = field(default_factory=Rows)

    def company(self, company: Company) -> None:
        name = company.name.split()[0].lower()
        organisation = self.rows.add(
            Organisation(
                kind=Organisation.Kind.CDMO,
                state=Organisation.State.APPROVED,
                name=company.name,
                country=TOWNS[company.sites[0].town].country,
                is_sample=True,
                created_at=moment(self.as_of, 400),
            )
        )
        partner = self.rows.add(
            Partner(
                slug=company.slug,
                name=company.name,
                organisation=organisation,
                summary=company.summary,
                website=f"https://www.{name}.example/",
                is_sample=True,
                created_at=moment(self.as_of, 400),
            )
        )
        feed = feed_of(company, partner, self.as_of)
        if feed is not None:
            self.rows.add(feed)
            self.rows.tables[Refresh] += refreshes_of(feed, self.as_of)
        for spec in company.sites:
            self.site(partner, spec, feed)

    def site(self, partner: Partner, spec: SiteSpec, feed: Feed | None) -> None:
        town = TOWNS[spec.town]
        site = self.rows.add(
            Site(
                slug=f"{partner.slug}-{slugify(town.name)}",
                partner=partner,
                name=f"{partner.name}, {town.name}",
                city=town.name,
                region=town.region,
                country=town.country,
                latitude=town.latitude,
                longitude=town.longitude,
                time_zone=town.time_zone,
                external_id=spec.code,
                is_profiled=True,
                created_at=moment(self.as_of, 400),
            )
        )
        buildings = self.buildings(site, spec)
        self.statements(site, None, spec.says)
        for line in spec.lines:
            self.line(site, line, buildings, feed)
        self.hazards(site, spec, buildings)
        for visit in spec.visits:
            self.visit(site, visit)
        for paper in spec.papers:
            self.paper(site, paper)

    def buildings(self, site: Site, spec: SiteSpec) -> dict[str, Building]:
        names = [line.building for line in spec.lines if line.building]
        names += [name for name, _ in spec.building_hazards]
        return {name: self.rows.add(Building(site=site, name=name)) for name in dict.fromkeys(names)}

    def line(self, site: Site, spec: LineSpec, buildings: Mapping[str, Building], feed: Feed | None) -> None:
        # The live feed names one line; the failing one brings the numbers of all lines of its company.
        is_fed = feed is not None and bool(site.external_id) and (feed.attempts > 0 or spec.key == "CAP-1")
        line = self.rows.add(
            Line(
                site=site,
                building=buildings.get(spec.building),
                name=spec.name,
                external_id=spec.key,
                capacity_unit=spec.unit,
                nominal_per_quarter=highest(spec),
                days_per_batch=spec.days_per_batch,
                smallest_campaign=spec.smallest_campaign,
                lead_time_weeks=spec.lead_weeks,
                lead_time_confirmed_on=self.as_of - dt.timedelta(days=min(spec.observed_days, 40)),
                capacity_source=Line.Source.FEED if is_fed else Line.Source.FORM,
                capacity_audience=spec.audience,
            )
        )
        self.statements(site, line, spec.says)
        for window in windows_of(line, spec, self.as_of):
            window.feed = feed if is_fed else None
            self.rows.add(window)
        for term, is_present in spec.hazards.items():
            self.hazard(site, Hazard.Scope.LINE, term, is_present=is_present, line=line)

    def statements(self, site: Site, line: Line | None, says: Iterable[Says]) -> None:
        for spec in says:
            capability = self.rows.add(
                Capability(
                    site=site,
                    line=line,
                    term=self.terms[spec.term],
                    is_offered=spec.is_offered,
                    stages=list(spec.stages),
                    basis=spec.basis,
                    source=SOURCE,
                    confirmed_on=months_before(self.as_of, spec.months),
                    note=spec.note,
                    created_at=moment(self.as_of, 400),
                )
            )
            self.rows.tables[Measure] += [self.measure(capability, *number) for number in spec.numbers]

    def measure(self, capability: Capability, code: str, text: str, unit: str) -> Measure:
        entered = parse(text)
        lo, hi = (self.base(code, end, unit) for end in (entered.lo, entered.hi))
        return Measure(
            capability=capability,
            term=self.terms[code],
            lo=lo,
            hi=hi,
            count=entered.count,
            entered_text=text,
            entered_unit=unit,
        )

    def base(self, code: str, value: Decimal | None, unit: str) -> Decimal | None:
        return None if value is None else convert(code, value, unit)

    def hazards(self, site: Site, spec: SiteSpec, buildings: Mapping[str, Building]) -> None:
        for term, is_present in spec.hazards.items():
            self.hazard(site, Hazard.Scope.SITE, term, is_present=is_present)
        for term, is_present in spec.campus_hazards.items():
            self.hazard(site, Hazard.Scope.CAMPUS, term, is_present=is_present)
        for (name, term), is_present in spec.building_hazards.items():
            self.hazard(site, Hazard.Scope.BUILDING, term, is_present=is_present, building=buildings[name])

    def hazard(
        self, site: Site, scope: Hazard.Scope, term: str, *, is_present: bool, **place: Line | Building
    ) -> None:
        self.rows.add(
            Hazard(
                site=site,
                scope=scope,
                term=self.terms[term],
                is_present=is_present,
                source=SOURCE,
                confirmed_on=months_before(self.as_of, HAZARDS_CONFIRMED_MONTHS),
                **place,
            )
        )

    def visit(self, site: Site, spec: Visit) -> None:
        inspection = self.rows.add(
            Inspection(
                site=site,
                authority=self.terms[spec.authority],
                authority_name=spec.name,
                ended_on=None if spec.months is None else months_before(self.as_of, spec.months),
                origin=Origin.REGULATOR if spec.is_published else Origin.COMPANY,
                source=SOURCE,
            )
        )
        if spec.outcome:
            self.rows.add(
                InspectionOutcome(inspection=inspection, project_area="Drug quality", outcome=spec.outcome)
            )

    def paper(self, site: Site, spec: Paper) -> None:
        self.rows.add(
            Certificate(
                site=site,
                term=self.terms[spec.term],
                authority=self.terms[spec.authority] if spec.authority else None,
                authority_name=spec.name,
                number=f"SAMPLE/{len(self.rows.tables[Certificate]) + 1:03}",
                inspected_on=self._before(spec.inspected_months),
                issued_on=self._before(spec.inspected_months, weeks_later=8),
                expires_on=self._before(None if spec.expires_months is None else -spec.expires_months),
                source=SOURCE,
                confirmed_on=months_before(self.as_of, 3),
            )
        )

    def _before(self, months: int | None, *, weeks_later: int = 0) -> dt.date | None:
        if months is None:
            return None
        return months_before(self.as_of, months) + dt.timedelta(weeks=weeks_later)


@transaction.atomic
def build_partners(companies: Iterable[Company], as_of: dt.date) -> Rows:
    """Store the companies with all that they say; the vocabulary has to be loaded before."""
    builder = Builder(as_of, {term.code: term for term in Term.objects.all()})
    for company in companies:
        builder.company(company)
    builder.rows.store()
    mark_changed(*builder.rows.tables[Site])
    return builder.rows
