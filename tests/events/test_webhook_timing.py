"""Back-off over three days, and what a receiver may ask for."""

import datetime as dt

import pytest

from cdmo_portal.events.webhook_timing import (
    DELAYS,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    asked_delay,
    delay_after,
)

NOW = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


def test_delays_when_added_up_then_they_are_three_days_and_begin_with_seconds() -> None:
    assert sum(DELAYS) == 3 * 24 * 3600
    assert DELAYS[:7] == (5, 30, 120, 600, 3600, 10_800, 21_600)
    assert max(DELAYS) == 12 * 3600
    assert len(DELAYS) + 1 == MOST_ATTEMPTS


@pytest.mark.parametrize("attempts", range(1, MOST_ATTEMPTS))
def test_delay_when_drawn_then_it_differs_by_a_tenth_at_most(attempts: int) -> None:
    drawn = [delay_after(attempts) for _ in range(50)]

    assert all(0.9 * DELAYS[attempts - 1] <= each <= 1.1 * DELAYS[attempts - 1] for each in drawn)
    assert len(set(drawn)) > 1


@pytest.mark.parametrize(
    ("status", "said", "seconds"),
    [
        (429, "120", 120),
        (503, "120", 120),
        (503, "Fri, 27 Nov 2026 12:01:00 GMT", 60),
        (503, "Fri, 27 Nov 2026 11:00:00 GMT", 0),
        (500, "120", 0),
        (429, "", 0),
        (429, "soon", 0),
        (429, "-5", 0),
        (429, "١٢", 0),
        (429, "9" * 400, 999_999_999),
    ],
)
def test_retry_after_when_given_then_read_beside_429_and_503_only(
    status: int, said: str, seconds: float
) -> None:
    assert asked_delay(status, {"Retry-After": said} if said else {}, NOW) == seconds


def test_delay_when_more_is_asked_then_it_is_given_up_to_a_bound() -> None:
    assert delay_after(1, 120) == 120
    assert delay_after(1, 10**9) == LONGEST_WAIT
    assert delay_after(5, 1) > 3000
