import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.events.models import Event
from partners.actions import capacity
from partners.actions.capacity import WindowFacts
from partners.models import CapacityWindow, Line, SiteChange
from tests.factories.capacity import LineFactory

FACTS = WindowFacts(
    start=dt.date(2027, 4, 1), end=dt.date(2027, 7, 1), state="open", quantity=Decimal(4), note="by hand"
)


@pytest.fixture
def line() -> Line:
    line: Line = LineFactory.create(nominal_per_quarter=10, capacity_unit="batches")
    return line


@pytest.mark.django_db
def test_set_window_when_it_fits_then_it_is_written_with_an_event_and_a_change(line: Line) -> None:
    window = capacity.set_window(line=line, facts=FACTS, by=NOBODY)

    window.refresh_from_db()
    assert (window.quantity, window.unit, window.source, window.note) == (
        Decimal(4),
        "batches",
        "form",
        "by hand",
    )
    assert window.period.upper == dt.date(2027, 7, 1)
    assert Event.objects.get(kind="capacity.set").object_id == window.pk
    assert SiteChange.objects.get().site_id == line.site_id


@pytest.mark.django_db
def test_set_window_when_one_has_the_same_period_and_state_then_it_is_changed_in_place(line: Line) -> None:
    first = capacity.set_window(line=line, facts=FACTS, by=NOBODY)

    second = capacity.set_window(line=line, facts=replace(FACTS, quantity=Decimal(10)), by=NOBODY)

    assert first.pk == second.pk
    assert line.windows.get().quantity == 10


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "refusal", "words"),
    [
        (
            replace(FACTS, start=dt.date(2027, 6, 1), end=dt.date(2027, 8, 1)),
            capacity.WindowsOverlap,
            "2027-04",
        ),
        (
            replace(FACTS, state="held", quantity=Decimal(7)),
            capacity.MoreThanNominal,
            "11 batches .* Q2 2027",
        ),
    ],
)
def test_set_window_when_it_does_not_fit_then_nothing_is_written(
    line: Line, facts: WindowFacts, refusal: type[Exception], words: str
) -> None:
    capacity.set_window(line=line, facts=FACTS, by=NOBODY)

    with pytest.raises(refusal, match=words):
        capacity.set_window(line=line, facts=facts, by=NOBODY)

    assert line.windows.count() == 1
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_windows_when_the_line_is_kept_by_a_feed_then_the_form_may_not_touch_them(line: Line) -> None:
    window = capacity.set_window(line=line, facts=FACTS, by=NOBODY)
    Line.objects.update(capacity_source=Line.Source.FEED)

    with pytest.raises(capacity.NotKeptByForm, match="comes by feed"):
        capacity.set_window(line=line, facts=FACTS, by=NOBODY)
    with pytest.raises(capacity.NotKeptByForm):
        capacity.delete_window(window=window, by=NOBODY)


@pytest.mark.django_db
def test_delete_window_when_it_stands_then_it_is_closed_and_a_second_time_refused(line: Line) -> None:
    window = capacity.set_window(line=line, facts=FACTS, by=NOBODY)

    capacity.delete_window(window=window, by=NOBODY)

    assert not line.windows.current().exists()
    assert line.windows.exists()
    with pytest.raises(capacity.WindowGone):
        capacity.delete_window(window=window, by=NOBODY)
    with pytest.raises(capacity.WindowGone):
        capacity.set_window(line=line, facts=FACTS, by=NOBODY, window=window)


@pytest.mark.django_db(transaction=True)
def test_set_window_when_two_write_at_once_then_the_nominal_holds() -> None:
    line = LineFactory.create(nominal_per_quarter=10)
    start = threading.Barrier(2)

    def write(state: str) -> bool:
        start.wait(10)
        try:
            capacity.set_window(line=line, facts=replace(FACTS, state=state, quantity=Decimal(6)), by=NOBODY)
        except capacity.MoreThanNominal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(write, ["open", "held"]))

    assert sorted(outcomes) == [False, True]
    assert CapacityWindow.objects.count() == 1
