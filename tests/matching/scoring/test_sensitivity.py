"""Closed forms: checked by hand, and by putting what they say back into the score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matching.scoring import sensitivity
from matching.scoring.sensitivity import Floats, Rise, ScoreChange, WeightChange
from matching.scoring.weights import with_fixed

VALUES = [[0.9, 0.4, 0.5], [0.3, 1.0, 0.6], [0.8, 0.3, 0.5]]
WEIGHTS = [0.5, 0.3, 0.2]
# Scores 0.67, 0.57, 0.59: the first leads.


def test_why_not_first_when_asked_then_losses_come_greatest_first_and_add_up() -> None:
    losses = sensitivity.why_not_first(VALUES, WEIGHTS, 1)

    assert [column for column, _ in losses] == [0, 2, 1]
    assert [points for _, points in losses] == pytest.approx([30, -2, -18])
    assert sum(points for _, points in losses) == pytest.approx(10)


def test_rises_to_the_lead_when_possible_then_smallest_first() -> None:
    rises = sensitivity.rises_to_the_lead(VALUES, WEIGHTS, 2)

    assert [rise.column for rise in rises] == [0, 1, 2]
    assert [rise.after for rise in rises] == pytest.approx([0.96, 0.3 + 0.08 / 0.3, 0.9])


def test_break_even_when_one_weight_moves_then_names_the_nearest_rival() -> None:
    # Against the second row: a = −0.6 on the second criterion, b = (0.1 + 0.18) / 0.7 = 0.4, level at 0.4.
    changes = sensitivity.break_even(VALUES, WEIGHTS)

    assert changes[1] == WeightChange(1, 1, 0.3, pytest.approx(0.4))  # type: ignore[arg-type]


def test_smallest_weight_change_when_several_would_do_then_is_the_nearest() -> None:
    # 0.4 w = 0.2 (1 − w) at w = 1/3.
    change = sensitivity.smallest_weight_change([[0.8, 0.4], [0.4, 0.6]], [0.5, 0.5])

    assert change is not None
    assert (change.rival, change.before) == (1, 0.5)
    assert abs(change.change) == pytest.approx(1 / 6)


def test_smallest_changes_when_the_leader_is_best_everywhere_then_no_weight_will_do() -> None:
    values = [[0.9, 0.9], [0.5, 0.3]]

    assert sensitivity.smallest_weight_change(values, [1, 1]) is None
    assert sensitivity.smallest_shift(values, [1, 1]) is None
    change = sensitivity.smallest_score_change(values, [1, 1])
    assert change is not None
    assert (change.rival, change.rise) == (1, None)
    assert change.points == pytest.approx(50)


def test_smallest_score_change_when_there_is_a_runner_up_then_its_smallest_rise() -> None:
    change = sensitivity.smallest_score_change(VALUES, WEIGHTS)

    assert change == ScoreChange(2, pytest.approx(8), Rise(0, 0.8, pytest.approx(0.96)))  # type: ignore[arg-type]


def test_single_alternative_when_asked_then_nothing_can_overtake_it() -> None:
    assert sensitivity.smallest_score_change([[0.5]], [1]) is None
    assert sensitivity.smallest_weight_change([[0.5]], [1]) is None
    assert sensitivity.smallest_shift([[0.5]], [1]) is None


def test_order_alone_when_cumulative_sums_stay_positive_then_decides() -> None:
    assert sensitivity.is_ahead_by_order_alone([0.9, 0.2, 0.5], [0.5, 0.5, 0.5], [0, 1, 2])
    assert not sensitivity.is_ahead_by_order_alone([0.9, 0.2, 0.5], [0.5, 0.5, 0.5], [1, 0, 2])


def test_next_question_when_somebody_may_cross_the_cut_then_is_their_heaviest_unknown() -> None:
    low = [[0.9, 0.9, 0.9], [0.6, 0.6, 0.6], [0.5, 0.0, 0.0], [0.0, 0.0, 0.1]]
    high = [[1.0, 0.9, 0.9], [0.6, 0.6, 0.6], [0.5, 1.0, 1.0], [0.0, 1.0, 0.1]]

    # The third may reach 0.75 and so pass the second; the fourth cannot, and the first is in anyway.
    assert sensitivity.next_question(low, high, [0.5, 0.2, 0.3], cut=2) == (2, 2)
    assert sensitivity.next_question(low, low, [0.5, 0.2, 0.3], cut=2) is None
    assert sensitivity.next_question(low, high, [0.5, 0.2, 0.3], cut=4) is None


@pytest.mark.parametrize(
    ("points", "winning", "tied"),
    [(1.9, None, True), (2.0, None, False), (9.0, 0.6, True), (9.0, 0.61, False), (-1.0, 0.9, True)],
)
def test_practically_tied_when_near_or_undecided(points: float, winning: float | None, tied: bool) -> None:
    assert sensitivity.is_practically_tied(points, winning) is tied


def test_values_that_do_not_fit_the_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="values"):
        sensitivity.scores([[0.5, 0.5]], [1])


values = arrays(np.float64, (4, 3), elements=st.floats(0, 1, width=16))
weights = arrays(np.float64, 3, elements=st.integers(1, 100))


@given(values, weights)
@settings(max_examples=200, deadline=None)
def test_break_even_when_put_back_then_both_are_level(table: Floats, points: Floats) -> None:
    leader = sensitivity.leader_of(table, points)
    for change in sensitivity.break_even(table, points):
        if change is not None:
            shares = {str(i): float(point) for i, point in enumerate(points)}
            moved = [*with_fixed(shares, str(change.column), change.after).values()]

            scores = sensitivity.scores(table, moved)

            assert scores[leader] == pytest.approx(scores[change.rival], abs=1e-9)


@given(values, weights)
@settings(max_examples=200, deadline=None)
def test_smallest_shift_when_put_back_then_level_and_never_more_than_one_weight_needs(
    table: Floats, points: Floats
) -> None:
    shift, single = (
        find(table, points) for find in (sensitivity.smallest_shift, sensitivity.smallest_weight_change)
    )

    assert single is None or shift is not None
    if isinstance(shift, sensitivity.Shift):
        scores = sensitivity.scores(table, shift.after)
        leader = sensitivity.leader_of(table, points)
        assert scores[shift.rival] == pytest.approx(scores[leader], abs=1e-9)
        assert min(shift.after) >= -1e-12
        assert not isinstance(single, WeightChange) or shift.moved <= abs(single.change) + 1e-9


@given(values, weights, st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_rises_when_put_back_then_draw_level(table: Floats, points: Floats, row: int) -> None:
    best = sensitivity.scores(table, points).max()
    for rise in sensitivity.rises_to_the_lead(table, points, row):
        risen = table.copy()
        risen[row, rise.column] = rise.after

        assert rise.after <= 1 + 1e-12
        assert sensitivity.scores(risen, points)[row] == pytest.approx(best)
