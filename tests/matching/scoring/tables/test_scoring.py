"""What must hold for every table, and how cells, weights and ranks are read."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.tables import scored, table_of
from matching.scoring.tables.scoring import ranks_of

type Document = dict[str, Any]

CRITERIA = [
    {"name": "price", "objective": "min", "range": [10, 50]},
    {"name": "batches", "cutoffs": [0, 3, 20], "values": [0.1, 0.5, 0.9]},
    {"name": "size", "target": 40, "range": [20, 100]},
]


def table(matrix: list[list[Any]], **more: Any) -> Document:
    names = [f"a{i}" for i in range(len(matrix))]
    return {"alternatives": names, "criteria": CRITERIA, "matrix": matrix, "samples": 40} | more


def score(document: Document) -> dict[str, Any]:
    return scored(table_of(document))


def test_scales_when_scored_then_each_by_its_own_rule() -> None:
    result = score(table([[20, 3, 60], [60, 50, 0]], weights=[1, 1, 2]))

    assert result["contributions"][0] == pytest.approx([18.75, 12.5, 37.5])
    assert result["contributions"][1] == pytest.approx([0, 22.5, 25])
    assert result["weights"] == [0.25, 0.25, 0.5]
    assert result["ranks"] == [1, 2]


def test_unknown_cell_when_scored_then_earns_the_interval_of_its_criterion() -> None:
    result = score(table([[None, 3, 60], [20, None, None]], weights=[1, 1, 2]))

    assert result["score_interval"][0] == pytest.approx([50, 75])
    assert result["score_interval"][1] == pytest.approx([21.25, 91.25])
    assert result["scores"] == [ends[0] for ends in result["score_interval"]]


@pytest.mark.parametrize(
    ("cell", "mean"),
    [({"beta": [20, 116]}, 20 / 136), ({"normal": [30, 5]}, 30), ({"uniform": [20, 30]}, 25)],
)
def test_uncertain_cell_when_scored_then_counts_the_value_of_its_mean(cell: Document, mean: float) -> None:
    found = score(table([[cell, 3, 60]]))
    certain = score(table([[mean, 3, 60]]))

    assert found["scores"] == pytest.approx(certain["scores"])
    assert found["score_interval"][0] == [found["scores"][0]] * 2


def test_uncertain_cells_when_examined_then_chances_are_those_of_their_distributions() -> None:
    # Exact weights on one criterion: P(N(3, 1) < N(4, 1)) = Φ(1/√2); P(U(0, 1) < Beta(2, 1)) = 2/3.
    one = {"criteria": [{"name": "x", "range": [-10, 20]}], "weights": [1], "samples": 40_000}
    normal = score(table([[{"normal": [3, 1]}], [{"normal": [4, 1]}]], **one))
    beta = score(table([[{"uniform": [0, 1]}], [{"beta": [2, 1]}]], **one))

    assert normal["pairwise_winning"][1][0] == pytest.approx(0.5 * (1 + math.erf(0.5)), abs=0.01)
    assert beta["pairwise_winning"][1][0] == pytest.approx(2 / 3, abs=0.01)


def test_weights_when_null_then_equal_for_scores_and_all_for_the_examination() -> None:
    result = score(table([[10, 0, 40], [50, 20, 40]], weights=None))

    assert result["weights"] == pytest.approx([1 / 3] * 3)
    assert 0 < result["rank_acceptability"][0][0] < 1
    assert result["exact"] is True


def test_swings_when_listed_or_named_then_mean_the_same() -> None:
    matrix = [[20, 3, 60], [30, 10, 50]]

    listed = score(table(matrix, weights={"swings": [100, 60, 40]}))
    named = score(table(matrix, weights={"swings": {"size": 40, "price": 100, "batches": 60}}))

    assert listed == named
    assert listed["weights"] == [0.5, 0.3, 0.2]


def test_order_when_given_then_scores_by_centroid_and_examines_the_order() -> None:
    result = score(table([[10, 0, 120], [50, 20, 40]], weights={"order": ["size", "price", "batches"]}))

    assert result["weights"] == pytest.approx([5 / 18, 2 / 18, 11 / 18])
    assert result["central_weights"][1][2] == max(result["central_weights"][1])


def test_spread_when_given_then_weights_near_the_stated_are_examined() -> None:
    matrix = [[10, 0, 40], [14, 1, 40]]

    exactly = score(table(matrix, weights=[5, 5, 5]))
    near = score(table(matrix, weights=[5, 5, 5], spread=0.9))

    assert exactly["rank_acceptability"] in ([[1, 0], [0, 1]], [[0, 1], [1, 0]])
    assert 0 < near["rank_acceptability"][0][0] < 1
    assert near["scores"] == exactly["scores"]


def test_break_even_when_a_weight_moves_then_says_at_what_and_by_whom() -> None:
    one = {"criteria": [{"name": name, "range": [0, 1]} for name in "pqr"]}
    result = score(table([[0.9, 0.4, 0.5], [0.3, 1.0, 0.6], [0.8, 0.3, 0.5]], weights=[5, 3, 2], **one))

    assert result["break_even"][1] == pytest.approx(0.4)
    assert result["overtaken_by"][1] == "a1"
    assert score(table([[0.9, 0.9, 0.9]], weights=None, **one))["break_even"] == [None] * 3


def test_ranks_when_level_then_share_the_better_one() -> None:
    assert ranks_of([50.0, 70.0, 50.0 + 1e-12, 20.0]) == [2, 1, 2, 4]


def test_never_first_when_examined_then_has_no_central_weights() -> None:
    result = score(table([[10, 20, 40], [50, 0, 100]]))

    assert result["central_weights"][1] is None
    assert result["confidence_factor"][1] is None


def test_samples_and_seed_when_not_given_then_are_chosen_and_said() -> None:
    document = table([[20, 3, 60]])
    del document["samples"]

    result = score(document)

    assert (result["samples"], result["seed"]) == (100_000, 1)


numbers = st.floats(-20, 120, width=16)
cells = st.one_of(
    numbers,
    st.none(),
    st.builds(lambda a, b: {"uniform": [min(a, b), max(a, b)]}, numbers, numbers),
    st.builds(lambda mean, sd: {"normal": [mean, abs(sd)]}, numbers, numbers),
)
rows = st.lists(cells, min_size=3, max_size=3)
matrices = st.lists(rows, min_size=1, max_size=5)
points = st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any)


@given(matrices, points)
@settings(max_examples=60, deadline=None)
def test_contributions_add_up_exactly_as_displayed(matrix: list[list[Any]], weights: list[int]) -> None:
    result = score(table(matrix, weights=weights))

    for i, parts in enumerate(result["contributions"]):
        total = 0.0
        for part in parts:
            total += part
        shown = result["shown"]["contributions"][i]
        assert total == result["scores"][i]
        assert sum(round(part * 10) for part in shown) == round(result["shown"]["scores"][i] * 10)
        assert abs(result["shown"]["scores"][i] - result["scores"][i]) <= 0.05 + 1e-9


@given(matrices, points, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_of_alternatives_changes_no_score_and_no_rank(
    matrix: list[list[Any]], weights: list[int], random: Any
) -> None:
    order = list(range(len(matrix)))
    random.shuffle(order)

    straight = score(table(matrix, weights=weights))
    shuffled = score(table([matrix[i] for i in order], weights=weights))

    for field in ("scores", "score_interval", "contributions", "ranks"):
        assert shuffled[field] == [straight[field][i] for i in order]


@given(matrices, rows, points)
@settings(max_examples=60, deadline=None)
def test_alternative_that_joins_changes_no_other_score(
    matrix: list[list[Any]], joining: list[Any], weights: list[int]
) -> None:
    before = score(table(matrix, weights=weights))
    after = score(table([*matrix, joining], weights=weights))

    for field in ("scores", "score_interval", "contributions"):
        assert after[field][:-1] == before[field]


@given(rows, st.lists(numbers, min_size=3, max_size=3), points)
@settings(max_examples=100, deadline=None)
def test_interval_contains_every_score_that_filling_in_could_give(
    row: list[Any], filling: list[float], weights: list[int]
) -> None:
    filled = [there if cell is None else cell for cell, there in zip(row, filling, strict=True)]

    low, high = score(table([row], weights=weights))["score_interval"][0]
    found = score(table([filled], weights=weights))["scores"][0]

    assert low - 1e-9 <= found <= high + 1e-9


@given(st.lists(numbers, min_size=3, max_size=3), st.integers(0, 2), st.floats(0, 20), points)
@settings(max_examples=100, deadline=None)
def test_alternative_that_is_better_on_one_and_equal_on_the_rest_never_scores_lower(
    row: list[float], column: int, step: float, weights: list[int]
) -> None:
    better = list(row)
    towards = {0: row[0] - step, 1: row[1] + step, 2: 40 + (row[2] - 40) / (1 + step)}
    better[column] = towards[column]

    found = score(table([row, better], weights=weights))

    assert found["scores"][1] >= found["scores"][0] - 1e-9
    assert found["rank_acceptability"][1][0] >= 0.5


@given(matrices, st.one_of(st.none(), points))
@settings(max_examples=60, deadline=None)
def test_acceptabilities_add_up_and_everything_is_json(matrix: list[list[Any]], weights: Any) -> None:
    result = score(table(matrix, weights=weights))

    for lines in (result["rank_acceptability"], zip(*result["rank_acceptability"], strict=True)):
        for line in lines:
            assert sum(line) == pytest.approx(1)
    assert json.loads(json.dumps(result, allow_nan=False)) == result
