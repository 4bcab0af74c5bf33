"""A whole grid saved at once: the same windows as one by one, judged by what results."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.events.models import Event
from partners.actions import capacity
from partners.actions.capacity_grid import GridChangedMeanwhile, GridRefused, Saved, Sheet, save_grid
from partners.actions.editing import NotAllowed
from partners.capacity_grids import Cell, standing
from partners.models import Audience, CapacityWindow, Line, SiteChange
from partners.quarters import Quarter, quarters_from
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.feeds import FeedFactory
from tests.partners.editors import House, house

STATES = CapacityWindow.State.values
NOMINAL = Decimal(12)
type Cells = dict[Cell, Decimal | None]


def quarters() -> list[Quarter]:
    return quarters_from(Quarter.of(timezone.localdate()), 8)


def cell(state: str, place: int) -> Cell:
    return Cell(state, quarters()[place])


def line_of(home: House, **fields: object) -> Line:
    line: Line = LineFactory.create(site=home.site, **{"nominal_per_quarter": NOMINAL, **fields})
    return line


def stated(line: Line, place: Cell, quantity: int, **fields: object) -> CapacityWindow:
    period = DateRange(place.quarter.start, place.quarter.end)
    return CapacityWindowFactory.create(
        line=line, period=period, state=place.state, quantity=Decimal(quantity), **fields
    )


def held_by(line: Line) -> Cells:
    return {key: each.quantity for key, each in standing(line, line.windows.current()).items()}


def save(home: House, line: Line, typed: Cells, seen: Cells | None = None, **options: bool) -> Saved:
    before = held_by(line) if seen is None else seen
    sheet = Sheet(line.uid, before, {**before, **typed})
    return save_grid(site=home.site, sheets=[sheet], by=home.actor, **options)


def one_by_one(home: House, line: Line, typed: Cells) -> bool:
    """The same through `set_window` and `delete_window`, from the cells that fall to those that rise."""
    windows = {key: each.window for key, each in standing(line, line.windows.current()).items()}
    stood = held_by(line)
    try:
        with transaction.atomic():
            for key in sorted(typed, key=lambda key: (typed[key] or 0) - (stood.get(key) or 0)):
                value, window = typed[key], windows.get(key)
                if value is None and window is not None:
                    capacity.delete_window(window=window, by=home.actor)
                if value is not None:
                    facts = capacity.WindowFacts(
                        start=key.quarter.start, end=key.quarter.end, state=key.state, quantity=value
                    )
                    capacity.set_window(line=line, facts=facts, by=home.actor)
    except capacity.MoreThanNominal:
        return False
    return True


def as_rows(line: Line) -> set[tuple[object, ...]]:
    return {
        (row.period, row.state, row.quantity, row.unit, row.audience, row.source, row.confidence, row.site_id)
        for row in line.windows.current()
    }


QUANTITIES = st.none() | st.integers(0, 14).map(Decimal)
GRIDS = st.dictionaries(st.tuples(st.sampled_from(STATES), st.integers(0, 3)), QUANTITIES, max_size=12)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(first=GRIDS, second=GRIDS)
def test_save_grid_when_the_same_is_written_window_by_window_then_the_same_windows_stand(
    first: dict[tuple[str, int], Decimal | None], second: dict[tuple[str, int], Decimal | None]
) -> None:
    home = house()
    by_grid, by_window = line_of(home), line_of(home)
    for grid in (first, second):
        typed = {cell(*place): value for place, value in grid.items()}
        try:
            save(home, by_grid, typed)
            is_saved = True
        except GridRefused:
            is_saved = False

        assert one_by_one(home, by_window, typed) == is_saved
        assert as_rows(by_grid) == as_rows(by_window)


@pytest.mark.django_db
def test_save_grid_when_cells_change_then_windows_events_and_the_change_are_written_once() -> None:
    home = house()
    line = line_of(home, capacity_audience=Audience.SPONSORS)
    stands = stated(line, cell("open", 0), 2, note="by hand", confidence="planned")
    gone = stated(line, cell("held", 0), 1)

    saved = save(
        home, line, {cell("open", 0): Decimal(3), cell("held", 0): None, cell("open", 1): Decimal(4)}
    )

    stands.refresh_from_db()
    gone.refresh_from_db()
    added = line.windows.current().get(period__startswith=quarters()[1].start)
    event = Event.objects.get(kind="capacity.grid_saved")
    assert saved == Saved(changed=3, confirmed=0)
    assert (stands.quantity, stands.note, stands.confidence) == (Decimal(3), "by hand", "planned")
    assert stands.observed_at.date() == timezone.now().date()
    assert gone.closed_at is not None
    assert (added.audience, added.unit, added.source) == (Audience.SPONSORS, line.capacity_unit, "form")
    assert [cell("open", 0).key, "2.000", "3"] in event.data["cells"]
    assert SiteChange.objects.filter(site_id=home.site.pk).count() == 1


@pytest.mark.django_db
def test_save_grid_when_full_capacity_moves_between_states_then_only_the_result_is_judged() -> None:
    home = house()
    line = line_of(home)
    stated(line, cell("open", 2), 12)

    save(home, line, {cell("open", 2): None, cell("committed", 2): Decimal(12)})

    assert held_by(line) == {cell("committed", 2): Decimal(12)}


@pytest.mark.django_db
def test_save_grid_when_one_cell_of_two_lines_passes_the_nominal_then_nothing_of_either_is_written() -> None:
    home = house()
    good, bad = line_of(home), line_of(home)
    typed: Cells = {cell("open", 0): Decimal(9), cell("held", 0): Decimal(4), cell("open", 1): Decimal(1)}
    sheets = [Sheet(good.uid, {}, {cell("open", 0): Decimal(1)}), Sheet(bad.uid, {}, typed)]

    with pytest.raises(GridRefused, match="13 batches") as refusal:
        save_grid(site=home.site, sheets=sheets, by=home.actor)

    assert refusal.value.errors.keys() == {(bad.uid, cell("open", 0)), (bad.uid, cell("held", 0))}
    assert not CapacityWindow.objects.exists()


@pytest.mark.django_db
def test_save_grid_when_a_cell_comes_from_other_days_then_it_is_refused_there_and_counts_in_the_sum() -> None:
    home = house()
    line = line_of(home)
    first = quarters()[0]
    period = DateRange(first.start + dt.timedelta(days=10), first.start + dt.timedelta(days=20))
    CapacityWindowFactory.create(line=line, period=period, quantity=Decimal(5))

    with pytest.raises(GridRefused, match="other days"):
        save(home, line, {cell("open", 0): Decimal(1)})
    with pytest.raises(GridRefused, match="13 batches"):
        save(home, line, {cell("held", 0): Decimal(8)})

    assert save(home, line, {cell("held", 0): Decimal(7)}).changed == 1


@pytest.mark.django_db
def test_save_grid_when_another_saved_the_same_cell_then_both_values_are_told_and_others_do_not_clash() -> (
    None
):
    home = house()
    line = line_of(home)
    seen = dict(held_by(line))
    save(home, line, {cell("open", 0): Decimal(5)})

    assert save(home, line, {cell("open", 1): Decimal(2)}, seen).changed == 1
    with pytest.raises(GridChangedMeanwhile) as meanwhile:
        save(home, line, {cell("open", 0): Decimal(7), cell("open", 2): Decimal(1)}, seen)

    [conflict] = meanwhile.value.conflicts
    assert (conflict.typed, conflict.stored) == (Decimal(7), Decimal(5))
    assert held_by(line) == {cell("open", 0): Decimal(5), cell("open", 1): Decimal(2)}


@pytest.mark.django_db
def test_save_grid_when_another_typed_the_very_same_then_there_is_nothing_to_decide() -> None:
    home = house()
    line = line_of(home)
    save(home, line, {cell("open", 0): Decimal(5)})

    assert save(home, line, {cell("open", 0): Decimal(5)}, {}) == Saved(0, 0)


@pytest.mark.django_db
def test_save_grid_when_the_line_is_kept_by_a_feed_or_removed_meanwhile_then_it_says_so() -> None:
    home = house()
    line, gone = line_of(home, capacity_source=Line.Source.FEED), line_of(home)
    typed: Cells = {cell("open", 0): Decimal(1)}
    sheets = [Sheet(each.uid, {}, typed) for each in (line, gone)]
    gone.delete()

    with pytest.raises(GridChangedMeanwhile) as meanwhile:
        save_grid(site=home.site, sheets=sheets, by=home.actor)

    assert "comes by feed" in meanwhile.value.reasons[0]
    assert "removed" in meanwhile.value.reasons[1]
    assert not CapacityWindow.objects.exists()


@pytest.mark.django_db
def test_save_grid_when_confirming_then_all_that_was_seen_counts_from_today_and_the_unseen_does_not() -> None:
    home = house()
    feed = FeedFactory.create(partner=home.partner)
    line = line_of(home, capacity_valid_days=30)
    old = stated(line, cell("open", 0), 2, source="feed", feed=feed, valid_until=dt.date(2020, 1, 1))
    first = quarters()[1]
    days = DateRange(first.start, first.start + dt.timedelta(days=9))
    odd = CapacityWindowFactory.create(line=line, period=days, quantity=Decimal(1))
    seen = dict(held_by(line))
    unseen = stated(line, cell("held", 3), 1)
    was = unseen.observed_at

    saved = save(home, line, {}, seen, is_confirming=True)

    for row in (old, odd, unseen):
        row.refresh_from_db()
    today = timezone.localdate()
    assert saved == Saved(changed=0, confirmed=2)
    assert (old.valid_until, old.source, old.feed) == (today + dt.timedelta(days=30), "form", None)
    assert odd.observed_at.date() == timezone.now().date()
    assert unseen.observed_at == was


@pytest.mark.django_db
def test_save_grid_when_a_day_has_passed_then_a_number_typed_today_is_not_ended_by_it() -> None:
    home = house()
    line = line_of(home)
    later = timezone.localdate() + dt.timedelta(days=20)
    past = stated(line, cell("open", 0), 2, valid_until=dt.date(2020, 1, 1))
    coming = stated(line, cell("open", 1), 2, valid_until=later)

    save(home, line, {cell("open", 0): Decimal(3), cell("open", 1): Decimal(3)})

    past.refresh_from_db()
    coming.refresh_from_db()
    assert (past.valid_until, coming.valid_until) == (None, later)


@pytest.mark.django_db
def test_save_grid_by_a_viewer_or_a_stranger_then_it_is_not_allowed() -> None:
    home, stranger = house(), house()
    line = line_of(home)
    sheet = Sheet(line.uid, {}, {cell("open", 0): Decimal(1)})

    for by in (actor_of_member(home.viewer), stranger.actor):
        with pytest.raises(NotAllowed):
            save_grid(site=home.site, sheets=[sheet], by=by)

    assert save_grid(site=stranger.site, sheets=[Sheet(line.uid, {}, {})], by=stranger.actor) == Saved(0, 0)
    assert not CapacityWindow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_save_grid_when_two_save_the_same_cell_at_once_then_one_of_them_is_shown_both_values() -> None:
    home = house()
    line = line_of(home)
    start = threading.Barrier(2)

    def attempt(quantity: int) -> Decimal | None:
        start.wait(10)
        try:
            save(home, line, {cell("open", 0): Decimal(quantity)}, {})
        except GridChangedMeanwhile as meanwhile:
            return meanwhile.conflicts[0].stored
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, [3, 4]))

    [stored] = line.windows.current()
    assert outcomes.count(None) == 1
    assert stored.quantity in outcomes


@pytest.mark.django_db(transaction=True)
def test_save_grid_when_two_fill_different_states_at_once_then_the_nominal_holds() -> None:
    home = house()
    line = line_of(home)
    start = threading.Barrier(2)

    def attempt(state: str) -> bool:
        start.wait(10)
        try:
            save(home, line, {cell(state, 0): Decimal(8)}, {})
        except GridRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, ["open", "committed"]))

    assert sorted(outcomes) == [False, True]
    assert line.windows.current().count() == 1
