"""Open capacity on one line, inside the brief's dates. Today is 23 November 2026, in the last quarter."""

import datetime as dt

import pytest

from matching.scoring.facts import LineFacts, WindowFact
from matching.scoring.requirements import CapacityAsked, TimeFrame
from matching.scoring.verdicts import Verdict
from matching.scoring.windows import converted
from tests.matching.scoring.examples import TODAY, days_ago, must, site, verdict, window

FRAME = TimeFrame(needed_by=dt.date(2027, 9, 30), contracting_weeks=8)


def filling(*windows: WindowFact, **facts: object) -> LineFacts:
    told: dict[str, object] = {
        "lead_time_weeks": 9.0,
        "lead_time_confirmed_on": days_ago(12),
        "windows": windows,
    }
    return LineFacts("c1", "C1", **{**told, **facts})  # type: ignore[arg-type]


def reported(
    first: float, second: float, third: float, fourth: float = 0, **facts: object
) -> tuple[WindowFact, ...]:
    """Open batches in the four quarters of 2027."""
    return tuple(
        window(2027, part, each, **facts) for part, each in enumerate((first, second, third, fourth), 1)
    )


def judged(on: LineFacts, quantity: float = 2, frame: TimeFrame = FRAME) -> Verdict:
    return verdict(must("c", CapacityAsked(quantity)), site(lines=(on,)), on, frame)


@pytest.mark.parametrize(
    ("on", "status", "why"),
    [
        (filling(*reported(0, 3, 3)), "met", "open within your dates"),
        (filling(*reported(0, 0, 1)), "unmet", "does not have"),
        (filling(*reported(5, 0, 0)), "unknown", "free weeks adjoin"),
        (filling(*reported(0, 3, 3, confidence="planned")), "met", ""),
        (filling(*reported(0, 3, 3, confidence="indicative")), "unknown", "indicative only"),
        (filling(*reported(0, 3, 3, state="held")), "unknown", "held for somebody else"),
        (filling(*reported(0, 3, 3, state="committed")), "unmet", "does not have"),
        (filling(*reported(0, 3, 3, observed_on=days_ago(130))), "unknown", "too old"),
        (filling(*reported(0, 3, 3, valid_until=days_ago(1))), "unknown", "too old"),
        (filling(*reported(0, 3, 3, observed_on=days_ago(25), valid_until=TODAY)), "met", ""),
        (filling(*reported(0, 3, 3, unit="reactor-days")), "unknown", "does not convert"),
        (filling(window(2027, 2, 1)), "unknown", "nothing is reported"),
        (filling(*reported(0, 3, 3), lead_time_weeks=None), "unknown", "lead time is not known"),
        (
            filling(*reported(0, 3, 3), lead_time_confirmed_on=days_ago(61)),
            "unknown",
            "lead time is not known",
        ),
        (filling(*reported(0, 3, 3), lead_time_confirmed_on=None), "unknown", "lead time is not known"),
        (filling(*reported(0, 3, 3, lead_time_weeks=4.0), lead_time_weeks=None), "met", ""),
        (filling(), "unknown", "reports no capacity"),
    ],
)
def test_two_batches_by_the_end_of_the_third_quarter(on: LineFacts, status: str, why: str) -> None:
    found = judged(on)

    assert (found.status, why in found.reason) == (status, True), found.reason


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (TimeFrame(needed_by=dt.date(2027, 9, 30), contracting_weeks=8, release_weeks=7), "met"),
        (
            TimeFrame(needed_by=dt.date(2027, 9, 30), contracting_weeks=8, release_weeks=7, shipping_weeks=7),
            "unknown",
        ),
        (TimeFrame(needed_by=dt.date(2027, 9, 30), contracting_weeks=8, transfer_weeks=22), "unknown"),
        (TimeFrame(needed_by=dt.date(2027, 9, 30), material_available_on=dt.date(2027, 4, 2)), "unknown"),
        (TimeFrame(), "met"),
        (TimeFrame(needed_by=dt.date(2026, 12, 1)), "unmet"),
        (TimeFrame(needed_by=dt.date.max, contracting_weeks=8), "met"),
        (TimeFrame(needed_by=dt.date.min), "unmet"),
    ],
)
def test_dates_of_the_brief_move_the_frame(frame: TimeFrame, status: str) -> None:
    assert judged(filling(*reported(0, 2, 1)), frame=frame).status == status


@pytest.mark.parametrize(
    ("windows", "text"),
    [
        (reported(0, 0, 0, 2), "capacity opens in Q4 2027: start one quarter later"),
        ((*reported(0, 0, 0, 0), window(2028, 1, 4)), "capacity opens in Q1 2028: start two quarters later"),
    ],
)
def test_capacity_that_opens_later_names_the_quarters(windows: tuple[WindowFact, ...], text: str) -> None:
    found = judged(filling(*windows))

    assert found.change is not None
    assert found.change.text == text


def test_capacity_that_never_opens_has_no_change() -> None:
    assert judged(filling(*reported(0, 0, 0, 0))).change is None


def test_frame_that_closes_before_it_opens_counts_the_quarters_too() -> None:
    found = judged(filling(*reported(0, 3, 3)), frame=TimeFrame(needed_by=dt.date(2027, 2, 15)))

    assert found.change is not None
    assert found.change.text == "capacity opens in Q2 2027: start one quarter later"


@pytest.mark.parametrize(
    ("on", "status", "text"),
    [
        (
            filling(*reported(0, 6, 6), smallest_campaign=6),
            "unmet",
            "smallest campaign 6 → at most 2 batches",
        ),
        (filling(*reported(0, 6, 6), smallest_campaign=2), "met", None),
        (filling(*reported(0, 6, 6, smallest_campaign=1), smallest_campaign=6), "met", None),
        (
            filling(
                *reported(0, 6, 0), window(2027, 3, 3, smallest_campaign=1, state="open"), smallest_campaign=6
            ),
            "met",
            None,
        ),
        (
            filling(*reported(0, 6, 6, confidence="indicative"), smallest_campaign=6),
            "unmet",
            "smallest campaign 6 → at most 2 batches",
        ),
        (filling(smallest_campaign=1), "unknown", None),
    ],
)
def test_smallest_campaign(on: LineFacts, status: str, text: str | None) -> None:
    found = judged(on)

    assert (found.status, found.change.text if found.change else None) == (status, text)


def test_late_and_too_large_a_campaign_names_both() -> None:
    found = judged(filling(*reported(0, 0, 0, 6), smallest_campaign=6))

    assert found.change is not None
    assert found.change.text.startswith(
        "capacity opens in Q4 2027: start one quarter later; smallest campaign"
    )


def test_sentences_do_not_tell_the_quantity_open() -> None:
    found = judged(filling(*reported(0, 37, 37)))

    assert "37" not in found.reason + "".join(item.what for item in found.evidence)


def test_figures_are_rounded_so_that_capacity_cannot_be_read_off() -> None:
    found = judged(filling(*reported(0, 37, 37)))

    assert (found.figure("open_ratio"), found.figure("slack_weeks")) == (2.0, 12.0)


@pytest.mark.parametrize("quantity", [0, -1, float("nan")])
def test_quantity_that_asks_for_nothing_is_unknown(quantity: float) -> None:
    assert judged(filling(*reported(0, 3, 3)), quantity).status == "unknown"


def test_site_without_lines_is_asked() -> None:
    assert verdict(must("c", CapacityAsked(2)), site(), time_frame=FRAME).status == "unknown"


def test_without_a_chosen_line_one_line_is_enough() -> None:
    facts = site(lines=(filling(*reported(0, 0, 0)), filling(*reported(0, 3, 3))))

    assert verdict(must("c", CapacityAsked(2)), facts, time_frame=FRAME).status == "met"


@pytest.mark.parametrize(
    ("quantity", "unit", "to", "expected"),
    [
        (3, "Batch", "batches", 3),
        (2, "reactor-weeks", "reactor-days", 14),
        (14, "days", "weeks", 2),
        (1, "slots", "batches", None),
    ],
)
def test_units_convert_only_by_a_fixed_factor(
    quantity: float, unit: str, to: str, expected: float | None
) -> None:
    assert converted(quantity, unit, to) == expected
