"""Columns from PostgreSQL are those of the facts, to the last number, whatever is missing or set apart."""

import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from matching.ranking.column_loading import load_segment
from matching.scoring.columns.codes import CodeBook
from partners.models import Audience, CapacityWindow, Hazard, Line, Site
from tests.factories.capabilities import CapabilityFactory, HazardFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import BuildingFactory, CampusFactory, SiteFactory
from tests.factories.regulatory import (
    CertificateFactory,
    InspectionFactory,
    InspectionOutcomeFactory,
    RegistrationFactory,
)
from tests.factories.vocabulary import TermFactory
from tests.matching.segments import assert_loads_as_facts

pytestmark = pytest.mark.django_db


def test_segment_when_there_is_no_site_then_is_empty() -> None:
    segment = assert_loads_as_facts()

    assert segment.site_count == 0


def test_segment_when_the_sample_world_is_loaded_then_is_that_of_its_facts() -> None:
    call_command("load_sample_data", as_of=dt.date(2027, 2, 15), stdout=StringIO())

    segment = assert_loads_as_facts()

    assert segment.site_count == Site.objects.count()


def test_segment_when_only_some_sites_are_asked_then_has_only_them() -> None:
    sites = [CapabilityFactory.create(site=SiteFactory.create()).site for _ in range(4)]

    segment = assert_loads_as_facts([sites[2].pk, sites[0].pk])

    assert segment.sites.pk.tolist() == [sites[0].pk, sites[2].pk]


def test_segment_when_sites_have_nothing_then_each_has_a_row() -> None:
    SiteFactory.create(partner=None, region="PR", country="US", name="Ünïted 製薬")
    SiteFactory.create(registered_only=True)
    LineFactory.create()

    segment = assert_loads_as_facts()

    assert (segment.site_count, segment.row_count) == (3, 3)


def test_statements_when_bounds_stages_and_places_differ_then_are_those_of_the_facts() -> None:
    lines = [LineFactory.create(site=SiteFactory.create()) for _ in range(3)]
    more = LineFactory.create(site=lines[0].site)
    for number, line in enumerate([*lines, None, more]):
        site = line.site if line else lines[1].site
        made = CapabilityFactory.create(
            site=site,
            line=line,
            is_offered=number != 1,
            basis=("claimed", "document", "certificate", "inspected", "done")[number],
            stages=["stg.phase2", "stg.commercial"][: number % 3],
            confirmed_on=dt.date(2026, 1, 1 + number),
        )
        for lo, hi in ((None, 5), (3, None), (Decimal("0.00000001"), Decimal("1234567890123456.7")), (2, 2)):
            MeasureFactory.create(capability=made, lo=lo, hi=hi, count=number + 1)
        MeasureFactory.create(capability=made, term=TermFactory.create(code="sc.batch-kg", measure=True))

    segment = assert_loads_as_facts()

    assert len(segment.measures.lo) == 25


def test_statements_when_of_every_audience_then_those_under_agreement_stay_out() -> None:
    line = LineFactory.create()
    for number, audience in enumerate(Audience):
        term = TermFactory.create(code=f"op.for-{audience}")
        made = CapabilityFactory.create(site=line.site, term=term, audience=audience)
        MeasureFactory.create(capability=made)
        hazard = TermFactory.create(code=f"haz.for-{audience}")
        HazardFactory.create(site=line.site, term=hazard, audience=audience)
        start = dt.date(2027 + number, 1, 1)
        period = DateRange(start, start + dt.timedelta(days=90))
        CapacityWindowFactory.create(line=line, period=period, audience=audience)

    segment = assert_loads_as_facts()

    assert (len(segment.statements.term), len(segment.marks.term), len(segment.windows.row)) == (3, 3, 3)


def test_hazards_when_of_lines_buildings_and_the_campus_then_reach_the_same_places() -> None:
    campus = CampusFactory.create()
    first, second, third = SiteFactory.create_batch(3, campus=campus, partner=campus.partner)
    building, empty = BuildingFactory.create(site=first), BuildingFactory.create(site=first)
    inside = LineFactory.create(site=first, building=building)
    LineFactory.create(site=first)
    other = LineFactory.create(site=second, building=BuildingFactory.create(site=second))
    HazardFactory.create(site=first, scope=Hazard.Scope.LINE, line=inside)
    HazardFactory.create(site=first, scope=Hazard.Scope.BUILDING, building=building, absent=True)
    HazardFactory.create(site=first, scope=Hazard.Scope.BUILDING, building=empty)
    HazardFactory.create(site=second, scope=Hazard.Scope.LINE, line=other)
    HazardFactory.create(site=second, scope=Hazard.Scope.CAMPUS, absent=True, audience=Audience.MATCHING)
    HazardFactory.create(site=third, scope=Hazard.Scope.SITE, confirmed_on=dt.date(2020, 2, 29))
    HazardFactory.create(site=third, scope=Hazard.Scope.CAMPUS, audience=Audience.AGREEMENT)

    segment = assert_loads_as_facts()
    assert_loads_as_facts([first.pk])

    assert segment.marks.is_of_neighbour.sum() == 2 * 6


def test_windows_when_closed_or_bare_then_only_current_ones_count() -> None:
    line = LineFactory.create(
        capacity_unit=" Batches ",
        smallest_campaign=Decimal("0.125"),
        lead_time_weeks=Decimal("6.5"),
        lead_time_confirmed_on=dt.date(2027, 1, 1),
    )
    CapacityWindowFactory.create(line=line, closed=True, unit="kg")
    CapacityWindowFactory.create(line=line, held=True, unit="reactor-days", quantity=Decimal("0.001"))
    for state in CapacityWindow.State:
        CapacityWindowFactory.create(
            line=line,
            state=state,
            period=DateRange(dt.date(2027, 10, 1), dt.date(2028, 1, 1)),
            confidence=CapacityWindow.Confidence.INDICATIVE,
            lead_time_weeks=Decimal(4),
            smallest_campaign=Decimal(2),
            valid_until=dt.date(2027, 5, 5),
            observed_at=dt.datetime(2027, 1, 1, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5))),
            source=Line.Source.FEED,
        )

    segment = assert_loads_as_facts()

    assert len(segment.windows.row) == 5


def test_visits_when_undated_or_with_several_outcomes_then_keep_their_order() -> None:
    site = SiteFactory.create()
    for ended_on in (None, dt.date(2024, 1, 1), dt.date(2026, 1, 1), None, dt.date(2024, 1, 1)):
        visit = InspectionFactory.create(site=site, ended_on=ended_on, covers=["op.b", "op.a", "op.b"])
        InspectionOutcomeFactory.create(inspection=visit, project_area="Drugs", outcome="OAI")
        InspectionOutcomeFactory.create(inspection=visit, project_area="Devices")
    InspectionFactory.create(authority=TermFactory.create(code="reg.ema"))

    segment = assert_loads_as_facts()

    assert segment.visits.ended[3:5].tolist() == [0, 0]


def test_papers_and_registrations_when_dates_are_missing_then_are_those_of_the_facts() -> None:
    site = SiteFactory.create()
    days = (None, dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    for inspected in days:
        for issued in days:
            CertificateFactory.create(site=site, inspected_on=inspected, issued_on=issued, expires_on=issued)
    CertificateFactory.create(site=site, authority=TermFactory.create(code="reg.hpra"))
    for key in ("b", "B", "a", "1"):
        RegistrationFactory.create(site=site, row_key=key, operations=["C9", "C10", "C9", "c1"])
    RegistrationFactory.create(no_longer_listed_on=dt.date(2026, 2, 1), authority="reg.other", operations=[])

    segment = assert_loads_as_facts()

    assert len(segment.registrations.operation) == 12


def test_segment_when_loaded_then_costs_one_question_for_few_and_for_many() -> None:
    for _ in range(5):
        line = LineFactory.create()
        CapabilityFactory.create(site=line.site, line=line)

    with CaptureQueriesContext(connection) as asked:
        load_segment(CodeBook())

    assert len(asked) == 1
