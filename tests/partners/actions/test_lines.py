"""What a line may not become while capacity is stated for it."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from partners.actions import capacity, lines
from partners.actions.lines import LineFacts, WindowsStandAgainst
from partners.models import Audience, CapacityWindow, Line
from partners.quarters import Quarter
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.partners.editors import House, house

FACTS = LineFacts(name="Line A", capacity_audience=Audience.MATCHING, nominal_per_quarter=Decimal(10))


def coming() -> Quarter:
    return Quarter.of(timezone.localdate()).next


def past() -> Quarter:
    return Quarter.of(timezone.localdate() - dt.timedelta(days=200))


def line_of(home: House, **fields: object) -> Line:
    line: Line = LineFactory.create(site=home.site, name="Line A", nominal_per_quarter=Decimal(10), **fields)
    return line


def stated(line: Line, quarter: Quarter, **fields: object) -> CapacityWindow:
    period = DateRange(quarter.start, quarter.end)
    return CapacityWindowFactory.create(line=line, period=period, quantity=Decimal(6), **fields)


def change(home: House, line: Line, facts: LineFacts) -> Line:
    return lines.save_line(site=home.site, facts=facts, by=home.actor, line=line, version=str(line.version))


@pytest.mark.django_db
def test_save_line_when_the_nominal_falls_below_what_is_stated_then_it_is_refused_naming_the_quarter() -> (
    None
):
    home = house()
    line = line_of(home)
    stated(line, coming())
    stated(line, coming(), state="held")

    with pytest.raises(WindowsStandAgainst, match=f"12 batches .* {coming()}") as refusal:
        change(home, line, replace(FACTS, nominal_per_quarter=Decimal(11)))

    line.refresh_from_db()
    assert refusal.value.field == "nominal_per_quarter"
    assert (line.nominal_per_quarter, line.version) == (Decimal(10), 1)


@pytest.mark.django_db
def test_save_line_when_the_unit_changes_under_windows_then_it_is_refused_and_without_them_it_may() -> None:
    home = house()
    line = line_of(home)
    window = stated(line, coming())

    with pytest.raises(WindowsStandAgainst, match="in batches") as refusal:
        change(home, line, replace(FACTS, capacity_unit="days"))
    assert refusal.value.field == "capacity_unit"

    capacity.delete_window(window=window, by=home.actor)
    assert change(home, line, replace(FACTS, capacity_unit="days")).capacity_unit == "days"


@pytest.mark.django_db
def test_save_line_when_only_quarters_that_are_over_contradict_then_it_is_saved_and_new_windows_fit() -> None:
    home = house()
    line = line_of(home)
    stated(line, past())

    change(home, line, replace(FACTS, nominal_per_quarter=Decimal(2)))

    facts = capacity.WindowFacts(start=coming().start, end=coming().end, state="open", quantity=Decimal(2))
    assert capacity.set_window(line=line, facts=facts, by=home.actor).quantity == 2


@pytest.mark.django_db
def test_save_line_when_the_unit_goes_back_to_that_of_its_windows_then_it_is_saved() -> None:
    home = house()
    line = line_of(home, capacity_unit="days")
    stated(line, coming())

    assert change(home, line, FACTS).capacity_unit == "batches"


@pytest.mark.django_db(transaction=True)
def test_save_line_when_a_window_is_written_at_once_then_one_of_the_two_is_refused() -> None:
    home = house()
    line = line_of(home)
    start = threading.Barrier(2)
    facts = capacity.WindowFacts(start=coming().start, end=coming().end, state="open", quantity=Decimal(9))

    def attempt(is_window: bool) -> bool:
        start.wait(10)
        try:
            if is_window:
                capacity.set_window(line=line, facts=facts, by=home.actor)
            else:
                change(home, line, replace(FACTS, nominal_per_quarter=Decimal(5)))
        except (capacity.MoreThanNominal, WindowsStandAgainst):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, [True, False]))

    assert sorted(outcomes) == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"smallest_campaign": 3, "largest_campaign": 2},
        {"nominal_batch": 200},
        {"nominal_batch_unit": "L"},
        {"nominal_batch": 0, "nominal_batch_unit": "L"},
        {"capacity_valid_days": 61},
        {"nominal_per_quarter": -1},
        {"lead_time_weeks": -1},
    ],
)
def test_line_when_its_numbers_contradict_then_the_database_refuses_them(fields: dict[str, object]) -> None:
    line = LineFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.filter(pk=line.pk).update(**fields)


@pytest.mark.parametrize(
    ("days", "changeover", "expected"),
    [("7", "2", (10, 13)), ("7", None, (13, 13)), (None, "2", None), ("0", None, None)],
)
def test_batches_by_days_when_stated_then_with_and_without_changeovers(
    days: str | None, changeover: str | None, expected: tuple[int, int] | None
) -> None:
    line = Line(
        days_per_batch=Decimal(days) if days else None,
        changeover_days=Decimal(changeover) if changeover else None,
    )

    assert line.batches_by_days() == expected
