"""Totals of evaluators' scorecards: worked examples, and what holds for all of them."""

import itertools
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.scoring.scorecards import (
    Answers,
    Place,
    PointsInvalid,
    panel_of,
    places_of,
    shares_of,
    spread_of,
    total_of,
)

KEYS = ("fit", "quality", "timing", "place")
SHARES = shares_of({"fit": 40, "quality": 30, "timing": 20, "place": 10})
points = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 100), min_size=1).filter(
    lambda each: any(each.values())
)
answers = st.dictionaries(st.sampled_from(KEYS), st.none() | st.integers(0, 10))
cards = st.dictionaries(st.sampled_from(["anna", "bram", "chloe", "dirk"]), answers, max_size=4)


def test_total_when_all_is_judged_is_the_sum_of_share_times_score_times_ten() -> None:
    total = total_of(SHARES, {"fit": 8, "quality": 5, "timing": 0, "place": 10})

    assert (total.shown, total.is_whole, total.judged_percent) == (57.0, True, 100.0)
    assert [part.shown for part in total.parts] == [32.0, 15.0, 0.0, 10.0]


def test_total_when_something_cannot_be_judged_is_an_interval_and_no_zero() -> None:
    unknown = total_of(SHARES, {"fit": 8, "quality": 5, "timing": None, "place": 10})
    zero = total_of(SHARES, {"fit": 8, "quality": 5, "timing": 0, "place": 10})

    assert (unknown.shown, unknown.shown_high, unknown.judged_percent) == (57.0, 77.0, 80.0)
    assert (zero.shown, zero.shown_high) == (57.0, 57.0)


def test_overall_when_one_evaluator_cannot_judge_takes_the_mean_of_those_who_can() -> None:
    panel = panel_of(
        shares_of({"fit": 1, "quality": 1}),
        {"anna": {"fit": 8, "quality": None}, "bram": {"fit": 4, "quality": 6}, "chloe": {}},
    )

    assert panel.overall is not None
    assert (panel.overall.shown, panel.overall.is_whole) == (60.0, True)
    assert set(panel.totals) == {"anna", "bram"}
    assert panel.disagreements == 1
    quality = panel.spreads["quality"]
    assert quality is not None
    assert (quality.count, quality.cannot_judge, float(quality.mean)) == (1, 1, 6.0)


def test_spread_when_scores_are_given_says_mean_median_ends_and_deviation() -> None:
    spread = spread_of([2, 4, 4, None, 10])

    assert spread is not None
    found = (spread.mean, spread.median, spread.least, spread.most)
    assert [float(each) for each in found] == [5.0, 4.0, 2.0, 10.0]
    assert spread.deviation == pytest.approx(3.0)
    assert spread.is_disagreement


@pytest.mark.parametrize(("scores", "expected"), [([3, 6], False), ([3, 7], True), ([9], False)])
def test_spread_when_range_is_four_or_more_is_a_disagreement(scores: list[int], expected: bool) -> None:
    spread = spread_of(scores)

    assert spread is not None
    assert spread.is_disagreement is expected


def test_spread_and_panel_when_nobody_judged_are_nothing() -> None:
    panel = panel_of(SHARES, {"anna": {"fit": None}})

    assert spread_of([None, None]) is None
    assert panel.overall is None


def test_places_when_totals_tie_share_a_rank_and_leave_the_next_out() -> None:
    one = {"one": Fraction(1)}
    totals = {name: total_of(one, {"one": score}) for name, score in {"a": 9, "b": 7, "c": 7, "d": 2}.items()}

    found = places_of({**totals, "nobody scored it": None})

    assert found == {"a": Place(1, False), "b": Place(2, True), "c": Place(2, True), "d": Place(4, False)}


@pytest.mark.parametrize("bad", [{"fit": 0, "quality": 0}, {"fit": -1, "quality": 2}, {}])
def test_shares_when_points_define_none_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(PointsInvalid):
        shares_of(bad)


@given(points, answers)
def test_total_stays_within_its_scale_and_its_shown_parts_add_up(
    weights: dict[str, int], given: Answers
) -> None:
    total = total_of(shares_of(weights), given)

    assert 0 <= total.low <= total.high <= 100
    assert 0 <= total.shown <= total.shown_high <= 100
    assert round(sum(part.shown for part in total.parts), 1) == total.shown
    assert total.low == sum(part.points for part in total.parts)
    assert all(abs(part.shown - float(part.points)) < 0.1 + 1e-9 for part in total.parts)


@given(points, answers, st.sampled_from(KEYS), st.integers(0, 10), st.integers(0, 10))
def test_total_when_a_score_is_raised_never_falls(
    weights: dict[str, int], given: dict[str, int | None], key: str, one: int, other: int
) -> None:
    shares = shares_of(weights)
    lower, higher = (total_of(shares, {**given, key: score}) for score in sorted((one, other)))

    assert lower.low <= higher.low
    assert lower.high <= higher.high
    assert lower.shown <= higher.shown


@given(points, cards, st.randoms())
def test_panel_when_evaluators_come_in_another_order_is_the_same(
    weights: dict[str, int], given: dict[str, Answers], random: Random
) -> None:
    names = list(given)
    random.shuffle(names)

    assert panel_of(shares_of(weights), given) == panel_of(
        shares_of(weights), {name: given[name] for name in names}
    )


@given(points, cards, st.sampled_from(KEYS), st.integers(0, 9))
def test_overall_when_one_evaluator_scores_higher_never_falls(
    weights: dict[str, int], given: dict[str, dict[str, int | None]], key: str, score: int
) -> None:
    shares = shares_of(weights)
    before, after = (
        panel_of(shares, {**given, "eve": {**dict.fromkeys(weights, 5), key: each}}).overall
        for each in (score, score + 1)
    )

    assert before is not None
    assert after is not None
    assert before.low <= after.low
    assert before.shown <= after.shown


@given(points, st.lists(answers, min_size=1, max_size=5))
def test_places_when_given_are_by_shown_total_only(weights: dict[str, int], given: list[Answers]) -> None:
    totals = {str(number): total_of(shares_of(weights), each) for number, each in enumerate(given)}

    places = places_of(totals)

    for (one, total), (other, its_total) in itertools.permutations(totals.items(), 2):
        assert (places[one].rank < places[other].rank) == (total.shown > its_total.shown)
        assert places[one].rank != places[other].rank or places[one].is_tied
