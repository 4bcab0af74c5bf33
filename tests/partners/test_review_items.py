"""When each kind of statement stops counting, and from which day on the review asks about it."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.ageing import EXPERIENCE_MEASURES, LEAD_TIME_MEASURES, is_stale, last_day
from partners.models import Line, Site
from partners.review_items import Item, review_items
from tests.factories.capabilities import CapabilityFactory, HazardFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.regulatory import CertificateFactory
from tests.factories.vocabulary import TermFactory

TODAY = dt.date(2026, 6, 1)
MEASURES = ["", *sorted(EXPERIENCE_MEASURES), *sorted(LEAD_TIME_MEASURES)]
OBSERVED = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(MEASURES))
def test_last_day_of_any_statement_is_the_last_on_which_it_is_not_stale(day: dt.date, measure: str) -> None:
    last = last_day(day, measure)

    assert not is_stale(day, last, measure)
    assert is_stale(day, last + dt.timedelta(days=1), measure)


def items_of(site: Site) -> dict[str, Item]:
    return {item.kind: item for item in review_items([site], TODAY)}


@pytest.mark.django_db
def test_items_when_one_of_each_ages_then_each_has_its_own_time_and_the_first_to_end_comes_first() -> None:
    site = SiteFactory.create()
    day = dt.date(2026, 5, 1)
    CapabilityFactory.create(site=site, confirmed_on=day)
    HazardFactory.create(site=site, confirmed_on=dt.date(2024, 7, 1))
    line = LineFactory.create(site=site, lead_time_weeks=Decimal("6.0"), lead_time_confirmed_on=day)
    CapacityWindowFactory.create(
        line=line, period=(TODAY, dt.date(2026, 10, 1)), observed_at=OBSERVED, valid_until=dt.date(2026, 6, 5)
    )
    CertificateFactory.create(site=site, expires_on=dt.date(2026, 8, 29))

    found = review_items([site], TODAY)

    assert [(item.kind, item.counts_until, item.is_due(TODAY)) for item in found] == [
        ("capacity", dt.date(2026, 6, 5), True),
        ("lead-time", dt.date(2026, 6, 30), False),
        ("hazard", dt.date(2026, 7, 1), True),
        ("certificate", dt.date(2026, 8, 29), True),
        ("capability", dt.date(2028, 5, 1), False),
    ]
    assert found[1].said == "6 weeks"


@pytest.mark.django_db
def test_item_when_a_statement_has_numbers_of_experience_then_it_counts_for_the_shortest_time() -> None:
    row = CapabilityFactory.create(confirmed_on=dt.date(2026, 1, 31))
    batches = TermFactory.create(code="sc.batches-36-months", measure=True, label="Batches in 36 months")
    MeasureFactory.create(capability=row, term=batches, lo=5, hi=5, entered_text="5", entered_unit="")

    item = items_of(row.site)["capability"]

    assert item.counts_until == dt.date(2027, 1, 31)
    assert "Batches in 36 months 5" in item.said


@pytest.mark.django_db
def test_item_when_a_lead_time_was_never_confirmed_then_it_does_not_count_and_is_due() -> None:
    line = LineFactory.create(lead_time_weeks=4, lead_time_confirmed_on=None)

    item = items_of(line.site)["lead-time"]

    assert item.counts_until is None
    assert item.is_due(TODAY)
    assert item.is_over(TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "reason",
    [
        {"line__capacity_source": Line.Source.FEED},
        {"period": (dt.date(2026, 1, 1), dt.date(2026, 4, 1))},
        {"closed_at": OBSERVED},
    ],
    ids=["read from a feed", "over", "closed"],
)
def test_capacity_when_nobody_types_it_or_it_is_over_then_nobody_is_asked(reason: dict[str, object]) -> None:
    facts = {"period": (TODAY, dt.date(2026, 10, 1)), "observed_at": OBSERVED, **reason}
    window = CapacityWindowFactory.create(**facts)

    assert "capacity" not in items_of(window.line.site)


@pytest.mark.django_db
def test_certificate_when_it_has_no_end_then_its_inspection_ends_it_after_three_years() -> None:
    row = CertificateFactory.create(inspected_on=dt.date(2024, 6, 1))
    CertificateFactory.create(site=row.site)  # neither date: nothing to say of its age

    found = review_items([row.site], TODAY)

    assert [item.counts_until for item in found] == [dt.date(2027, 6, 1)]
    assert not found[0].can_confirm
