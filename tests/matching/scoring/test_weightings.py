"""What a sponsor says about weights, and the shares that follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.scoring.requirements import HEADS
from matching.scoring.weightings import (
    by_order,
    by_points,
    by_swings,
    from_plain,
    kept,
    shown_shares,
    to_plain,
)
from matching.scoring.weights import WeightsInvalid

numbers = st.floats(min_value=0, max_value=100)
points_of_all = st.fixed_dictionaries(dict.fromkeys(HEADS, numbers)).filter(
    lambda points: sum(points.values()) > 1e-6
)


def equal(**given: float) -> dict[str, float]:
    return dict.fromkeys(HEADS, 20.0) | given


def test_order_when_said_alone_weighs_by_rank_order_centroid() -> None:
    order = ("place", "quality", "fit", "timing", "experience")

    shares = by_order(order).shares

    # Barron & Barrett (1996), Management Science 42(11), table for five attributes.
    assert [round(shares[head], 4) for head in order] == [0.4567, 0.2567, 0.1567, 0.09, 0.04]


def test_order_when_by_rank_sum_falls_by_equal_steps() -> None:
    shares = by_order(HEADS, "rank-sum").shares

    assert [round(15 * shares[head]) for head in HEADS] == [5, 4, 3, 2, 1]


def test_swings_when_normalised_keep_their_proportions() -> None:
    shares = by_swings({"fit": 100, "quality": 50, "timing": 50, "experience": 0, "place": 0}).shares

    assert shares == {"fit": 0.5, "quality": 0.25, "timing": 0.25, "experience": 0, "place": 0}


BAD = {
    "swings without a largest": (lambda: by_swings(equal()), "swings"),
    "order without one": (lambda: by_order(HEADS[:4]), "place"),
    "order with one twice": (lambda: by_order((*HEADS[:4], "fit")), "order"),
    "order with a stranger": (lambda: by_order((*HEADS[:4], "colour")), "colour"),
    "unknown rule": (lambda: by_order(HEADS, "magic"), "by"),
    "negative points": (lambda: by_points(equal(timing=-1)), "timing"),
    "all zero": (lambda: by_points(dict.fromkeys(HEADS, 0.0)), "weights"),
    "kept above 100": (lambda: kept(equal(fit=60, place=60), {"fit", "place"}), "fit"),
}


@pytest.mark.parametrize("case", BAD)
def test_weighting_when_it_defines_no_shares_names_the_field(case: str) -> None:
    make, field = BAD[case]

    with pytest.raises(WeightsInvalid) as refused:
        make()

    assert refused.value.field == field


@pytest.mark.parametrize(
    "weighting", [by_order(HEADS[::-1], "rank-sum"), by_swings(equal(fit=100)), by_points(equal())]
)
def test_weighting_when_stored_and_read_is_the_same(weighting: object) -> None:
    assert from_plain(to_plain(weighting)) == weighting  # type: ignore[arg-type]


@given(points=points_of_all, keep=st.sets(st.sampled_from(HEADS), max_size=4))
def test_kept_heads_keep_their_points_and_the_others_their_proportions(
    points: dict[str, float], keep: set[str]
) -> None:
    fixed = sum(points[head] for head in keep)
    if fixed > 100:
        return

    found = kept(points, keep)

    assert sum(found.values()) == pytest.approx(100)
    assert all(found[head] == points[head] for head in keep)
    free = [head for head in HEADS if head not in keep]
    for one in free:
        for other in free:
            assert found[one] * points[other] == pytest.approx(found[other] * points[one], abs=1e-6)


@given(points=points_of_all)
def test_shares_as_shown_add_up_to_100(points: dict[str, float]) -> None:
    shown = shown_shares(by_points(points).shares)

    assert round(sum(shown.values()), 6) == 100
    assert all(round(value, 1) == value for value in shown.values())
