import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from partners.quarters import Quarter, beyond_nominal, by_quarter, next_open, quarters_from, shares, touched
from partners.snapshot_plans import Span

days = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))


@given(days)
def test_quarter_of_a_day_then_it_holds_the_day(day: dt.date) -> None:
    quarter = Quarter.of(day)

    assert quarter.start <= day < quarter.end
    assert quarter.next.start == quarter.end


@given(days, st.integers(1, 1800), st.decimals(0, 10_000, places=3))
def test_shares_when_spread_then_they_add_up_exactly(start: dt.date, length: int, quantity: Decimal) -> None:
    parts = shares(start, start + dt.timedelta(length), quantity)

    assert sum(parts.values()) == quantity
    assert list(parts) == quarters_from(Quarter.of(start), len(parts))


def test_shares_when_the_period_is_one_quarter_then_it_is_left_whole() -> None:
    assert shares(dt.date(2027, 7, 1), dt.date(2027, 10, 1), Decimal(8)) == {Quarter(2027, 3): Decimal(8)}


def span(start: str, end: str, state: str, quantity: int) -> Span:
    return Span(dt.date.fromisoformat(start), dt.date.fromisoformat(end), state, Decimal(quantity))


def test_by_quarter_when_windows_share_a_state_then_they_are_summed_and_the_rest_is_not_stated() -> None:
    windows = [
        span("2027-01-01", "2027-02-01", "open", 2),
        span("2027-02-01", "2027-04-01", "open", 3),
        span("2027-01-01", "2027-04-01", "held", 1),
    ]

    assert by_quarter(windows) == {Quarter(2027, 1): {"open": Decimal(5), "held": Decimal(1)}}


def test_beyond_nominal_when_all_states_together_pass_it_then_the_quarter_and_sum_are_named() -> None:
    windows = [span("2027-01-01", "2027-04-01", "open", 8), span("2027-01-01", "2027-04-01", "committed", 3)]

    judged = touched(windows)

    assert beyond_nominal(windows, Decimal(11), judged) is None
    assert beyond_nominal(windows, Decimal(10), judged) == (Quarter(2027, 1), Decimal(11))


def test_beyond_nominal_when_a_quarter_is_not_judged_then_it_binds_nobody() -> None:
    windows = [span("2027-01-01", "2027-04-01", "open", 8), span("2027-04-01", "2027-07-01", "open", 9)]

    assert beyond_nominal(windows, Decimal(5), {Quarter(2027, 2)}) == (Quarter(2027, 2), Decimal(9))


def test_next_open_when_windows_are_past_empty_or_held_then_they_do_not_count() -> None:
    windows = [
        span("2026-10-01", "2027-01-01", "open", 9),
        span("2027-01-01", "2027-04-01", "open", 0),
        span("2027-01-01", "2027-04-01", "held", 5),
        span("2027-07-01", "2027-10-01", "open", 2),
    ]

    assert next_open(windows, dt.date(2027, 1, 1)) == Quarter(2027, 3)
    assert next_open(windows[:3], dt.date(2027, 1, 1)) is None


def test_next_open_when_the_window_has_begun_then_it_is_the_quarter_of_today() -> None:
    windows = [span("2026-10-01", "2027-10-01", "open", 9)]

    assert next_open(windows, dt.date(2027, 5, 1)) == Quarter(2027, 2)
