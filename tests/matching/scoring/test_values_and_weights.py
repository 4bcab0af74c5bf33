"""Value functions and weights: their definitions, and examples that others published."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.scoring.cells import exactly
from matching.scoring.criteria import Criterion
from matching.scoring.score import additive, score_of, shown_points
from matching.scoring.values import Linear, Ordinal, Piecewise, Target, ValueFunctionInvalid
from matching.scoring.weights import (
    PRESETS,
    WeightsInvalid,
    from_order,
    from_swings,
    head_weights,
    left_sum,
    normalised,
    with_fixed,
)


def test_weighted_sum_of_goodwin_and_wright() -> None:
    """Goodwin & Wright, Decision Analysis for Management Judgment (3rd ed. 2004), Table 3.2: an office."""
    weights = [0.32, 0.26, 0.23, 0.10, 0.06, 0.03]
    offices = {
        "Addison Square": ([100, 60, 100, 75, 0, 90], 80.8),
        "Bilton Village": ([20, 80, 10, 30, 100, 30], 39.4),
        "Carlisle Walk": ([80, 70, 0, 0, 10, 100], 47.4),
        "Denver Street": ([70, 50, 30, 55, 30, 90], 52.3),
        "Elton Street": ([40, 60, 90, 100, 60, 70], 64.8),
        "Filton Village": ([0, 0, 70, 0, 80, 0], 20.9),
        "Gorton Square": ([60, 100, 20, 50, 50, 80], 60.2),
    }

    scores = {name: additive(weights, [v / 100 for v in values]) for name, (values, _) in offices.items()}

    for name, (_, published) in offices.items():
        assert scores[name] == pytest.approx(published, abs=1e-9)


def test_swing_weights_of_goodwin_and_wright() -> None:
    """The same book, Fig. 3.5: swings 100, 80, 70, 30, 20, 10."""
    swings = dict(zip("abcdef", [100, 80, 70, 30, 20, 10], strict=True))

    assert [round(100 * share) for share in from_swings(swings).values()] == [32, 26, 23, 10, 6, 3]


@pytest.mark.parametrize(
    ("number", "published"),
    [
        (2, [0.75, 0.25]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.09, 0.04]),
    ],
)
def test_rank_order_centroid_weights_of_barron_and_barrett(number: int, published: list[float]) -> None:
    """Barron & Barrett (1996), Management Science 42(11); Edwards & Barron (1994), OBHDP 60."""
    weights = from_order("abcde"[:number])

    assert list(weights.values()) == pytest.approx(published, abs=5e-5)


def test_rank_sum_weights_fall_by_equal_steps() -> None:
    assert list(from_order("abc", by="rank-sum").values()) == pytest.approx([3 / 6, 2 / 6, 1 / 6])


def test_linear_values_on_fixed_bounds_equal_one_minus_spotis() -> None:
    """Dezert, Tchamova, Han & Tacnet (2020), The SPOTIS rank reversal free method, FUSION 2020, example 1."""
    scales = [Linear("C1", -5, 12), Linear("C2", 10, -6), Linear("C3", -8, 5)]
    rows = [[10.5, -3.1, 1.7], [-4.7, 0, 3.4], [8.1, 0.3, 1.3], [3.2, 7.3, -5.3]]

    distances = [
        1 - additive([0.2, 0.3, 0.5], [scale.value(x) for scale, x in zip(scales, row, strict=True)]) / 100
        for row in rows
    ]

    assert distances == pytest.approx([0.1989, 0.3705, 0.3063, 0.7491], abs=5.1e-5)


def test_piecewise_linear_value_function_of_the_r_package_smaa() -> None:
    """R package smaa 0.3-2, the example of smaa.pvf."""
    scale = Piecewise("x", ((50, 1), (75, 0.8), (90, 0.5), (100, 0)))

    assert [scale.value(x) for x in (50, 90, 100, 10, 40, 101, 120)] == pytest.approx([1, 0.5, 0, 1, 1, 0, 0])


def test_fixed_ranges_keep_the_order_when_a_candidate_leaves() -> None:
    """The reversal of Belton & Gear (1983), as in Monat (2009): local scaling turns A and B round."""
    scales = [Linear("x", 0, 10), Linear("y", 0, 1)]
    table = {"A": (10.0, 0.0), "B": (9.0, 1.0), "C": (0.0, 0.5)}

    scores = {
        name: additive([0.6, 0.4], [scale.value(x) for scale, x in zip(scales, row, strict=True)]) / 100
        for name, row in table.items()
    }

    assert [scores[name] for name in "ABC"] == pytest.approx([0.6, 0.94, 0.2], abs=1e-9)


def test_target_falls_on_both_sides() -> None:
    scale = Target("pH", 7, 4, 10)

    assert [scale.value(x) for x in (7, 10, 4, 1, 20)] == pytest.approx([1, 0.5, 0.5, 0, 0])


def test_ordinal_levels_have_stated_values() -> None:
    assert Ordinal("outcome", {"NAI": 1, "VAI": 0.7}).of("VAI") == 0.7


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Linear("x", 1, 1), "range"),
        (lambda: Linear("x", 0, math.inf), "range"),
        (lambda: Linear("x", 0, 1).value(math.nan), "x"),
        (lambda: Piecewise("x", ((0, 0),)), "cutoffs"),
        (lambda: Piecewise("x", ((1, 0), (1, 1))), "cutoffs"),
        (lambda: Piecewise("x", ((0, 0), (1, 2))), "values"),
        (lambda: Target("x", 1, 2, 2), "range"),
        (lambda: Ordinal("x", {"a": 2}), "levels"),
        (lambda: Ordinal("x", {"a": 1}).of("b"), "level"),
    ],
)
def test_anchors_that_define_nothing_name_the_field(make: Callable[[], object], field: str) -> None:
    with pytest.raises(ValueFunctionInvalid) as error:
        make()

    assert error.value.field == field


@pytest.mark.parametrize(
    ("points", "field"),
    [
        ({}, "weights"),
        ({"fit": 0, "quality": 0}, "weights"),
        ({"fit": -1, "quality": 2}, "fit"),
        ({"fit": math.nan}, "fit"),
        ({"fit": 1, "timing": math.inf}, "timing"),
        ({"fit": 1, "price": 1}, "price"),
    ],
)
def test_weights_that_define_no_share_name_the_field(points: dict[str, float], field: str) -> None:
    with pytest.raises(WeightsInvalid) as error:
        head_weights(points)

    assert error.value.field == field


@pytest.mark.parametrize(
    "make", [lambda: from_order([]), lambda: from_order("aa"), lambda: from_order("ab", by="x")]
)
def test_order_that_is_none_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(WeightsInvalid):
        make()


@pytest.mark.parametrize(("field", "share"), [("z", 0.5), ("a", 1.5), ("a", math.nan)])
def test_weight_fixed_outside_its_range_is_refused(field: str, share: float) -> None:
    with pytest.raises(WeightsInvalid) as error:
        with_fixed({"a": 0.5, "b": 0.5}, field, share)

    assert error.value.field == field


@pytest.mark.parametrize(
    ("weights", "share", "expected"),
    [
        ({"a": 0.5, "b": 0.3, "c": 0.2}, 0.75, {"a": 0.75, "b": 0.15, "c": 0.1}),
        ({"a": 1.0, "b": 0.0, "c": 0.0}, 0.5, {"a": 0.5, "b": 0.25, "c": 0.25}),
        ({"a": 1.0}, 0.2, {"a": 1.0}),
    ],
)
def test_fixing_one_weight_rescales_the_rest(
    weights: dict[str, float], share: float, expected: dict[str, float]
) -> None:
    assert with_fixed(weights, "a", share) == pytest.approx(expected)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_add_up_to_a_hundred(preset: str) -> None:
    assert sum(PRESETS[preset].values()) == 100


positive = st.floats(min_value=0, max_value=1e308, allow_subnormal=False)


@given(st.lists(positive, min_size=1, max_size=12).filter(any))
def test_any_points_become_shares_of_one(points: list[float]) -> None:
    shares = normalised({str(i): value for i, value in enumerate(points)})

    assert left_sum(shares.values()) == pytest.approx(1)
    assert all(0 <= share <= 1 for share in shares.values())


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.data())
def test_shown_points_add_up_to_the_shown_score(values: list[float], data: st.DataObject) -> None:
    raw = data.draw(st.lists(st.floats(0.01, 100), min_size=len(values), max_size=len(values)))
    shares = normalised({str(i): weight for i, weight in enumerate(raw)})
    criteria = [Criterion(key, "fit", key, Linear("x", 0, 1), (), weight) for key, weight in shares.items()]

    found = score_of(criteria, [exactly(value, "") for value in values])

    assert round(sum(each.shown for each in found.contributions), 6) == found.shown
    assert abs(found.shown - found.low) <= 0.05 + 1e-9
    assert all(abs(each.shown - each.points_low) < 0.1 + 1e-9 for each in found.contributions)


def test_largest_remainder_gets_the_missing_tenth() -> None:
    assert shown_points([3.33, 3.36, 3.31]) == [3.3, 3.4, 3.3]
