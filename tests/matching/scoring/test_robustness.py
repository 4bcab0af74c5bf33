"""SMAA-2: against results derived by hand, against counting sample by sample, and laws that always hold."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matching.scoring.robustness import Draw, Kind, Robustness, RobustnessInvalid, Statement, examine
from matching.scoring.robustness.asked import Floats, weighing
from matching.scoring.weights import WeightsInvalid, rank_order_centroid

FREE, ORDERED, EXACT = Statement(Kind.FREE), Statement(Kind.ORDERED), Statement(Kind.EXACT)


def known(values: Any, weights: Any = None, statement: Statement = FREE, **more: Any) -> Robustness:
    stated = np.ones(np.shape(values)[1]) if weights is None else weights
    return examine(values, values, stated, statement=statement, **more)


def random_values(rows: int, columns: int, seed: int = 5) -> Floats:
    return np.random.default_rng(seed).random((rows, columns))


def test_two_criteria_when_weights_are_free_then_shares_are_interval_lengths() -> None:
    # Derived by hand: C is best for 0.4 < w1 < 0.6, A above, B below.
    found = known([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]])

    assert found.is_exact
    assert found.rank_acceptability == pytest.approx(
        np.array([[0.4, 0.1, 0.5], [0.4, 0.1, 0.5], [0.2, 0.8, 0]])
    )
    assert found.central_weights == pytest.approx(np.array([[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]]))
    assert found.compared == (2, 0, 1)
    assert found.pairwise_winning == pytest.approx(np.array([[0, 0.6, 0.6], [0.4, 0, 0.5], [0.4, 0.5, 0]]))
    assert found.mean_rank == pytest.approx(np.array([2.1, 2.1, 1.8]))


def test_three_criteria_when_each_row_is_best_on_one_then_central_weights_are_the_order_centroids() -> None:
    # The mean of the largest of three shares that are uniform on the simplex is (1 + 1/2 + 1/3) / 3.
    found = known(np.eye(3))

    assert found.is_exact
    assert found.rank_acceptability == pytest.approx(np.full((3, 3), 1 / 3))
    assert found.central_weights[0] == pytest.approx([11 / 18, 7 / 36, 7 / 36])


def test_three_criteria_when_one_row_is_even_then_its_area_is_a_small_triangle() -> None:
    # (t, t, t) with t = 1/2 is first where no weight exceeds a half: a quarter of the triangle.
    found = known([*np.eye(3).tolist(), [0.5, 0.5, 0.5]])

    assert found.first_rank == pytest.approx([0.25, 0.25, 0.25, 0.25])
    assert found.central_weights[3] == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_ordered_weights_when_one_row_dominates_then_its_central_weights_are_the_centroid() -> None:
    # Barron & Barrett (1996): the mean of all weights that keep an order.
    for number in (2, 3, 4, 6):
        found = known([[1.0] * number, [0.0] * number], range(number, 0, -1), ORDERED, samples=40_000)

        assert found.first_rank == pytest.approx([1, 0])
        assert found.central_weights[0] == pytest.approx(rank_order_centroid(number), abs=0.005)
        assert np.isnan(found.central_weights[1]).all()
        assert math.isnan(found.confidence[1])


def test_ordered_weights_when_two_criteria_then_only_half_of_the_simplex_counts() -> None:
    # w1 is uniform on [1/2, 1]: C of the first example is best up to 0.6, A above.
    found = known([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]], [2, 1], ORDERED)

    assert found.first_rank == pytest.approx([0.8, 0.0, 0.2])


def test_order_when_given_by_position_then_overrides_the_weights() -> None:
    found = known(np.eye(2), [2, 1], Statement(Kind.ORDERED, order=(1, 0)))

    assert found.first_rank == pytest.approx([0, 1])


def test_free_weights_when_sampled_then_means_are_those_of_dirichlet() -> None:
    found = known([[1.0] * 5, [0.0] * 5], samples=20_000)

    assert not found.is_exact
    assert found.central_weights[0] == pytest.approx(np.full(5, 0.2), abs=0.005)


def test_exact_weights_when_all_is_known_then_ranks_are_certain() -> None:
    found = known([[0.2, 0.9], [0.8, 0.1], [0.5, 0.5]], [3, 1], EXACT)

    assert found.is_exact
    assert found.rank_acceptability.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert found.central_weights[1] == pytest.approx([0.75, 0.25])


def test_unknown_cell_when_weights_are_exact_then_wins_by_its_chance() -> None:
    # 0.5 × u + 0.5 × 0.5 against 0.6 on both: ahead where u > 0.7.
    found = examine([[0.0, 0.5], [0.6, 0.6]], [[1.0, 0.5], [0.6, 0.6]], [1, 1], statement=EXACT)

    assert found.first_rank == pytest.approx([0.3, 0.7], abs=0.015)
    assert found.confidence == pytest.approx([0.3, 0.7], abs=0.02)
    assert found.pairwise_winning[0, 1] == pytest.approx(0.7, abs=0.015)


def test_cell_with_its_own_distribution_when_examined_then_is_drawn_from_it() -> None:
    draw = Draw(0, 0, lambda rng, number: np.sqrt(rng.random(number)))

    found = examine([[0.0], [0.5]], [[0.0], [0.5]], [1], statement=EXACT, draws=[draw])

    assert found.first_rank == pytest.approx([0.75, 0.25], abs=0.015)


def test_within_a_share_when_drawn_then_every_weight_stays_near() -> None:
    stated = np.array([0.5, 0.3, 0.2])
    weigh = weighing(stated, Statement(Kind.WITHIN, 0.2), None)

    drawn = weigh.drawn(np.random.default_rng(1), 5_000)

    assert drawn.sum(axis=1) == pytest.approx(np.ones(5_000))
    assert (drawn / stated).min() >= 0.8 / 1.2
    assert (drawn / stated).max() <= 1.2 / 0.8
    assert drawn.mean(axis=0) == pytest.approx(stated, abs=0.005)


def test_within_no_share_when_examined_then_is_exact() -> None:
    assert known(np.eye(2), [2, 1], Statement(Kind.WITHIN, 0.0)).is_exact


def test_heads_when_stated_then_the_weight_of_a_head_is_split_as_stated() -> None:
    for statement in (FREE, ORDERED, Statement(Kind.WITHIN, 0.5)):
        drawn = weighing([3, 1, 2, 0], statement, [0, 0, 1, 2]).drawn(np.random.default_rng(1), 200)

        assert drawn[:, 0] == pytest.approx(3 * drawn[:, 1])
        assert drawn.sum(axis=1) == pytest.approx(np.ones(200))


def test_head_without_weight_when_weights_are_free_then_its_criteria_share_evenly() -> None:
    drawn = weighing([1, 0, 0], FREE, [0, 1, 1]).drawn(np.random.default_rng(1), 200)

    assert drawn[:, 1] == pytest.approx(drawn[:, 2])
    assert drawn[:, 1].min() > 0


@pytest.mark.parametrize("statement", [FREE, ORDERED, Statement(Kind.WITHIN, 0.5)])
@pytest.mark.parametrize("rows", [41, 300])
def test_many_alternatives_when_counted_then_agree_with_one_sample_after_another(
    rows: int, statement: Statement
) -> None:
    values, stated, samples = random_values(rows, 6), np.arange(1.0, 7), 700
    drawn = weighing(stated, statement, None).drawn(generator_of_weights(), samples)
    ranks, pairs = one_after_another(values, drawn)

    full = known(values, stated, statement, samples=samples, pairs=rows)
    top = known(values, stated, statement, samples=samples, top=5)

    one = 1.5 / samples
    in_order = np.ix_(full.compared, full.compared)
    assert full.rank_acceptability == pytest.approx(ranks, abs=one)
    assert full.pairwise_winning == pytest.approx(pairs[in_order], abs=one)
    assert full.leader_winning == pytest.approx(pairs[full.compared[0]], abs=one)
    assert top.rank_acceptability == pytest.approx(ranks[:, :5], abs=one)
    assert len(top.compared) == 10
    assert top.pairwise_winning == pytest.approx(pairs[np.ix_(top.compared, top.compared)], abs=one)
    assert top.mean_rank is None
    first = ranks[:, 0] > 0
    assert np.isfinite(top.central_weights[first]).all()


def generator_of_weights() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(1).spawn(3)[0]))


def one_after_another(values: Floats, drawn: Floats) -> tuple[Floats, Floats]:
    number = len(values)
    ranks, pairs = np.zeros((number, number)), np.zeros((number, number))
    for weights in drawn:
        scores = values @ weights
        ranks[np.argsort(-scores), np.arange(number)] += 1
        pairs += scores[:, None] > scores
    return ranks / len(drawn), pairs / len(drawn)


def test_many_alternatives_when_cells_are_unknown_then_few_and_many_ways_agree() -> None:
    low = random_values(40, 4)
    high = np.where(random_values(40, 4, 6) < 0.2, 1.0, low)
    spare_low, spare_high = np.vstack([low, np.zeros((1, 4))]), np.vstack([high, np.zeros((1, 4))])

    few = examine(low, high, np.ones(4), statement=FREE)
    many = examine(spare_low, spare_high, np.ones(4), statement=FREE, pairs=40)

    assert many.first_rank[:40] == pytest.approx(few.first_rank, abs=0.025)
    assert many.pairwise_winning[:40, :40] == pytest.approx(few.pairwise_winning, abs=0.03)
    assert np.nan_to_num(many.confidence[:40]) == pytest.approx(np.nan_to_num(few.confidence), abs=0.15)


@pytest.mark.parametrize("rows", [6, 80])
def test_same_arguments_when_examined_again_then_every_digit_is_the_same(rows: int) -> None:
    low = random_values(rows, 5)
    high = np.maximum(low, random_values(rows, 5, 6))

    first, again, other = (
        examine(low, high, np.ones(5), statement=FREE, samples=500, seed=seed) for seed in (7, 7, 8)
    )

    assert first.rank_acceptability.tolist() == again.rank_acceptability.tolist()
    assert first.confidence.tobytes() == again.confidence.tobytes()
    assert first.rank_acceptability.tolist() != other.rank_acceptability.tolist()


@pytest.mark.parametrize("rows", [6, 80])
def test_order_of_alternatives_when_turned_round_then_changes_no_digit(rows: int) -> None:
    low = random_values(rows, 5)
    high = np.where(random_values(rows, 5, 6) < 0.2, 1.0, low)

    found = examine(low, high, np.ones(5), statement=FREE, samples=500, pairs=rows)
    turned = examine(low[::-1], high[::-1], np.ones(5), statement=FREE, samples=500, pairs=rows)

    assert turned.rank_acceptability[::-1].tolist() == found.rank_acceptability.tolist()
    assert turned.central_weights[::-1].tobytes() == found.central_weights.tobytes()
    assert turned.pairwise_winning.tolist() == found.pairwise_winning.tolist()
    assert turned.confidence[::-1].tobytes() == found.confidence.tobytes()


@pytest.mark.parametrize("rows", [2, 50])
def test_equal_rows_when_examined_then_share_ranks_and_halve_their_pair(rows: int) -> None:
    values = np.vstack([np.full((2, 4), 0.9), random_values(rows, 4) / 2])

    found = known(values, samples=500)

    assert found.rank_acceptability[:2, :2].tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert found.pairwise_winning[0, 1] == 0.5
    assert found.central_weights[0] == pytest.approx(found.central_weights[1])


def test_sums_that_differ_by_rounding_alone_when_examined_then_are_level() -> None:
    found = known([[0.1, 0.2, 0.3], [0.3, 0.1, 0.2]], statement=EXACT)

    assert found.first_rank.tolist() == [0.5, 0.5]


tables = st.tuples(st.integers(1, 6), st.integers(1, 5)).flatmap(
    lambda shape: st.tuples(
        arrays(np.float64, shape, elements=st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0])),
        arrays(np.bool_, shape),
    )
)


@given(tables, st.sampled_from([FREE, ORDERED, EXACT, Statement(Kind.WITHIN, 0.3)]), st.booleans())
@settings(max_examples=80, deadline=None)
def test_acceptabilities_add_up_to_one_by_row_and_by_column(
    table: tuple[Floats, Any], statement: Statement, has_unknown: bool
) -> None:
    low, is_unknown = table
    high = np.where(is_unknown & has_unknown, 1.0, low)

    found = examine(low, high, np.arange(1, low.shape[1] + 1), statement=statement, samples=60)

    assert found.rank_acceptability.sum(axis=0) == pytest.approx(np.ones(len(low)))
    assert found.rank_acceptability.sum(axis=1) == pytest.approx(np.ones(len(low)))
    both = found.pairwise_winning + found.pairwise_winning.T
    assert both == pytest.approx(1 - np.eye(len(low)))
    central = found.central_weights[found.first_rank > 0]
    assert central.sum(axis=1) == pytest.approx(np.ones(len(central)))


@given(arrays(np.float64, (5, 3), elements=st.floats(0, 1, width=16)))
@settings(max_examples=40, deadline=None)
def test_closed_form_for_three_criteria_agrees_with_sampling(values: Floats) -> None:
    exactly = known(values)

    drawn = np.random.default_rng(2).dirichlet(np.ones(3), 4_000)
    winners = np.round(drawn @ values.T, 12)
    level = winners == winners.max(axis=1, keepdims=True)
    assert exactly.is_exact
    assert exactly.first_rank == pytest.approx(
        (level / level.sum(axis=1, keepdims=True)).mean(axis=0), abs=0.05
    )


@pytest.mark.parametrize(
    ("low", "high", "more", "field"),
    [
        ([], [], {}, "low"),
        ([[]], [[]], {}, "low"),
        ([[0.5]], [[0.5, 0.5]], {}, "high"),
        ([[math.nan]], [[1.0]], {}, "low"),
        ([[0.0]], [[math.inf]], {}, "high"),
        ([[0.5]], [[0.4]], {}, "high"),
        ([[0.5]], [[0.5]], {"samples": 0}, "samples"),
        ([[0.5]], [[0.5]], {"top": 0}, "top"),
        ([[0.5]], [[0.5]], {"heads": [1]}, "heads"),
        ([[0.5]], [[0.5]], {"weights": [1, 2]}, "weights"),
        ([[0.5]], [[0.5]], {"weights": [[1]]}, "weights"),
        ([[0.5]], [[0.5]], {"statement": Statement(Kind.ORDERED, order=(1, 0))}, "order"),
    ],
)
def test_what_cannot_be_examined_is_refused_by_field(low: Any, high: Any, more: Any, field: str) -> None:
    arguments = {"weights": [1], "statement": FREE} | more

    with pytest.raises(RobustnessInvalid) as refused:
        examine(low, high, **arguments)

    assert refused.value.field == field


def test_weights_that_are_none_are_refused_by_field() -> None:
    for weights, field in (([1, -1], "weights[1]"), ([0, 0], "weights"), ([math.nan, 1], "weights[0]")):
        with pytest.raises(WeightsInvalid) as refused:
            known(np.eye(2), weights)

        assert refused.value.field == field


@pytest.mark.parametrize("facts", [{"share": 1.5}, {"share": math.nan}, {"order": (0, 0)}])
def test_statement_that_says_nothing_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(RobustnessInvalid):
        Statement(Kind.ORDERED, **facts)


def test_too_many_alternatives_when_no_top_is_given_then_are_refused() -> None:
    with pytest.raises(RobustnessInvalid, match="5,000"):
        known(np.zeros((5_001, 1)))
