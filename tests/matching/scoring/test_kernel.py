"""The column kernel gives what the rules row by row give: values, standings, scores and the best rows."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.eligibility import standing
from matching.scoring.kernel import (
    BLOCK,
    ELIGIBLE,
    NEAR_MISS,
    OPEN_QUESTIONS,
    REST,
    STANDINGS,
    AtLeast,
    AtMost,
    Coded,
    Covers,
    Gate,
    Stated,
    Table,
    TableInvalid,
    curve_of,
    exact_values,
    judge,
    score_intervals,
    standing_of,
    standings_counted,
    top,
    values_into,
)
from matching.scoring.kernel.columns import Bytes, Doubles
from matching.scoring.kernel.curves import LARGEST_ERROR, Scale
from matching.scoring.score import additive
from matching.scoring.values import Linear, Piecewise, Target
from matching.scoring.verdicts import Change, Status, Verdict
from matching.scoring.weights import WeightsInvalid, normalised

numbers = st.floats(-1e9, 1e9)
shares = st.floats(0, 1)
cells = st.one_of(numbers, st.sampled_from([math.nan, math.inf, -math.inf, 1e300, 0.0, -0.0]))
CODES = {Status.UNMET: 0, Status.UNKNOWN: 1, Status.MET: 2}


@st.composite
def piecewise(draw: st.DrawFn) -> Piecewise:
    ends = draw(st.lists(numbers, min_size=2, max_size=5, unique=True).map(sorted))
    return Piecewise("x", tuple((end, draw(shares)) for end in ends))


@st.composite
def linear(draw: st.DrawFn) -> Linear:
    return Linear("x", *draw(st.lists(numbers, min_size=2, max_size=2, unique=True)))


@st.composite
def target(draw: st.DrawFn) -> Target:
    lo, hi = draw(st.lists(numbers, min_size=2, max_size=2, unique=True).map(sorted))
    return Target("x", draw(numbers), lo, hi)


scales = st.one_of(piecewise(), linear(), target())


def value_of(scale: Scale, x: float, *, unknown: float) -> float:
    return unknown if math.isnan(x) else scale.value(x)


@given(scales, st.lists(cells, max_size=20), st.booleans())
def test_exact_values_when_compared_with_each_cell_then_have_the_same_digits(
    scale: Scale, column: list[float], high: bool
) -> None:
    x = column + near_anchors(scale)

    found = exact_values(scale, np.array(x), high=high)

    assert found.tolist() == [value_of(scale, each, unknown=float(high)) for each in x]


@given(scales, st.lists(cells, max_size=20), st.booleans())
def test_single_precision_values_when_compared_with_exact_ones_then_lie_within_the_proven_error(
    scale: Scale, column: list[float], high: bool
) -> None:
    curve = curve_of(scale)
    x = np.array(column + near_anchors(scale))
    out = np.empty((1, len(x)), np.float32)

    values_into([curve], [x], out, high=high)

    exact = exact_values(scale, x, high=high)
    assert np.all(np.abs(out[0].astype(np.float64) - exact) <= curve.error)
    assert curve.error <= LARGEST_ERROR


def near_anchors(scale: Scale) -> list[float]:
    """The anchors and their neighbours on both sides, in either precision: where a slip would show."""
    match scale:
        case Piecewise():
            ends = [end for end, _ in scale.anchors]
        case Linear():
            ends = [scale.worst, scale.best]
        case Target():
            ends = [scale.target, scale.lo, scale.hi, scale.target + (scale.hi - scale.lo)]
    near = [math.nextafter(end, way) for end in ends for way in (-math.inf, math.inf)]
    return [*ends, *near, *(float(np.float32(end)) for end in ends)]


def test_anchors_too_steep_for_single_precision_when_valued_then_stay_exact() -> None:
    scale = Piecewise("x", ((1e9, 0.0), (1e9 + 1, 1.0)))
    out = np.empty((1, 3), np.float32)

    values_into([curve_of(scale)], [np.array([1e9, 1e9 + 0.25, 1e9 + 1])], out)

    assert out[0].tolist() == [0.0, 0.25, 1.0]


def test_values_when_columns_are_longer_than_a_block_then_every_row_has_its_own() -> None:
    x = np.linspace(-1, 2, 2 * BLOCK + 3)
    out = np.empty((1, len(x)), np.float32)

    values_into([curve_of(Linear("x", 0, 1))], [x], out)

    assert np.allclose(out[0], x.clip(0, 1), atol=1e-6)


def test_values_when_not_stated_then_are_lowest_and_highest() -> None:
    curve = curve_of(Piecewise("x", ((0, 0.3), (1, 0.6))))
    x = np.array([math.nan, 0.5], np.float32)
    low, high = np.empty((1, 2), np.float32), np.empty((1, 2), np.float32)

    values_into([curve], [x], low)
    values_into([curve], [x], high, high=True)

    assert low[0].tolist() == pytest.approx([0, 0.45])
    assert high[0].tolist() == pytest.approx([1, 0.45])


# --- gates ---


verdicts = st.builds(
    Verdict,
    st.sampled_from(Status),
    st.just(""),
    change=st.sampled_from([None, Change("measure", "smaller")]),
)


@given(st.integers(1, 14).flatmap(lambda n: st.lists(st.lists(verdicts, min_size=n, max_size=n), max_size=8)))
def test_standing_when_counted_on_columns_then_follows_the_rule_of_eligibility(
    rows: list[list[Verdict]],
) -> None:
    gates = len(rows[0]) if rows else 3
    codes = np.array([[CODES[each.status] for each in row] for row in rows], np.uint8).reshape(-1, gates).T
    changes = np.array([[each.change is not None for each in row] for row in rows], bool).reshape(-1, gates).T

    found = standing_of(np.ascontiguousarray(codes), list(changes))

    assert [STANDINGS[code] for code in found] == [standing(row) for row in rows]


def test_standing_when_a_gate_as_a_whole_cannot_change_then_its_failure_is_no_near_miss() -> None:
    codes = np.array([[0, 0, 2, 1], [2, 0, 2, 2]], np.uint8)

    assert standing_of(codes, [True, True]).tolist() == [NEAR_MISS, NEAR_MISS, ELIGIBLE, OPEN_QUESTIONS]
    assert standing_of(codes, [False, True]).tolist() == [REST, REST, ELIGIBLE, OPEN_QUESTIONS]


def test_standings_when_counted_then_name_every_list() -> None:
    found = standings_counted(np.array([ELIGIBLE, REST, ELIGIBLE], np.uint8))

    assert {name.value: count for name, count in found.items()} == {
        "rest": 1,
        "near_miss": 0,
        "open_questions": 0,
        "eligible": 2,
    }


def test_rows_when_there_are_no_gates_then_are_all_eligible() -> None:
    judged = judge([], 2)

    assert judged.standing.tolist() == [ELIGIBLE, ELIGIBLE]
    assert judged.counts.shape == (0, 3)


NAN = math.nan
RANGES = [(5, 20), (6, 20), (5, 19), (NAN, 20), (5, NAN), (6, NAN), (NAN, 19), (NAN, NAN)]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_ranges_when_judged_then_contain_what_is_asked_or_not_or_are_unknown(dtype: str) -> None:
    low, high = np.array(RANGES, dtype).T

    assert codes_of(Covers(low, high, 5, 20), len(RANGES)).tolist() == [2, 0, 0, 1, 1, 0, 0, 1]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_numbers_when_judged_then_reach_the_bound_or_not_or_are_unknown(dtype: str) -> None:
    column = np.array([7, 6.5, 7.5, NAN, math.inf, -math.inf], dtype)

    assert codes_of(AtLeast(column, 7), 6).tolist() == [2, 0, 2, 1, 2, 0]
    assert codes_of(AtMost(column, 7), 6).tolist() == [2, 2, 0, 1, 0, 2]


def test_bound_when_column_is_single_precision_then_is_not_rounded_to_it() -> None:
    column = np.array([0.1], np.float32)  # a little above one tenth

    assert codes_of(AtMost(column, 0.1), 1).tolist() == [0]


def test_bits_when_judged_then_answer_yes_no_or_nothing() -> None:
    flags = np.array([0b01, 0b10, 0b00, 0b11, 0b1101], np.uint8)

    assert codes_of(Stated(flags, met=0b01, unmet=0b10), 5).tolist() == [2, 0, 1, 1, 2]
    assert codes_of(Stated(flags, met=0b10, unmet=0b01), 5).tolist() == [0, 2, 1, 1, 0]


def codes_of(gate: Gate, rows: int) -> Bytes:
    codes = np.empty((1, rows), np.uint8)
    judge([gate], rows, codes=codes)
    return codes.reshape(rows)


@given(st.lists(st.lists(st.integers(0, 2), min_size=5, max_size=5), min_size=1, max_size=6))
def test_counts_when_rows_are_judged_then_add_up_per_gate(codes: list[list[int]]) -> None:
    columns = [np.array(column, np.uint8) for column in codes]

    counts = judge([Coded(column) for column in columns], 5).counts

    assert counts.tolist() == [[row.count(code) for code in (0, 1, 2)] for row in codes]


# --- the best rows ---


weight_lists = st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(any)


def shares_of(points: Sequence[float]) -> list[float]:
    return list(normalised({str(i): point for i, point in enumerate(points)}).values())


def sorted_best(lows: Doubles, weights: list[float], k: int, mine: Sequence[bool]) -> list[tuple[float, int]]:
    """By the pure function, every row, sorted whole."""
    scored = [(-additive(weights, column.tolist()), row) for row, column in enumerate(lows.T) if mine[row]]
    return [(-score, row) for score, row in sorted(scored)[:k]]


@st.composite
def near_ties(draw: st.DrawFn) -> tuple[Doubles, list[float]]:
    """Rows that differ by a few units in the last float64 place, or by what float32 just cannot see."""
    weights = shares_of(draw(weight_lists))
    base = [draw(st.floats(0.1, 0.9)) for _ in weights]
    steps = st.sampled_from(
        [0.0, 2.0**-53, -(2.0**-53), 2.0**-30, -(2.0**-26), 2.0**-24, 2.0**-23, 1e-6, 0.05]
    )
    rows = draw(st.lists(st.tuples(*(steps for _ in weights)), min_size=1, max_size=60))
    return np.array([[b + step for b, step in zip(base, row, strict=True)] for row in rows]).T, weights


@given(near_ties(), st.integers(0, 70), st.data())
@settings(max_examples=300)
def test_best_rows_when_scores_nearly_tie_then_are_those_of_a_full_sort(
    table: tuple[Doubles, list[float]], k: int, data: st.DataObject
) -> None:
    lows, weights = table
    mine = data.draw(st.lists(st.booleans(), min_size=lows.shape[1], max_size=lows.shape[1]))
    standings = np.where(mine, ELIGIBLE, OPEN_QUESTIONS).astype(np.uint8)

    rows, scores = top(Table.of_values(np.ascontiguousarray(lows), standings), weights, k)

    assert list(zip(scores.tolist(), rows.tolist(), strict=True)) == sorted_best(lows, weights, k, mine)


@given(
    st.lists(scales, min_size=1, max_size=4),
    st.lists(st.lists(cells, min_size=4, max_size=4), min_size=1, max_size=30),
    st.integers(1, 10),
    st.data(),
)
def test_best_rows_when_read_from_columns_then_are_those_of_the_pure_functions(
    curves: list[Scale], rows: list[list[float]], k: int, data: st.DataObject
) -> None:
    points = data.draw(st.lists(st.floats(0.01, 1), min_size=len(curves), max_size=len(curves)))
    weights, columns = (
        shares_of(points),
        [np.array(column) for column in zip(*rows, strict=True)][: len(curves)],
    )
    standings = np.full(len(rows), ELIGIBLE, np.uint8)
    table = Table.of_columns([curve_of(scale) for scale in curves], columns, standings)

    found, scores = top(table, weights, k)

    lows = np.array(
        [
            [value_of(s, x, unknown=0) for x in column.tolist()]
            for s, column in zip(curves, columns, strict=True)
        ]
    )
    best = sorted_best(lows, weights, k, [True] * len(rows))
    assert list(zip(scores.tolist(), found.tolist(), strict=True)) == best


def test_best_rows_when_there_are_many_blocks_of_ties_then_are_the_first_ones() -> None:
    rows = 3 * BLOCK + 5
    lows = np.full((2, rows), 0.5)
    lows[:, [7, rows - 1]] = 0.5 + 2.0**-53
    table = Table.of_values(lows, np.full(rows, ELIGIBLE, np.uint8))

    found, _ = top(table, [0.5, 0.5], 4)

    assert found.tolist() == [7, rows - 1, 0, 1]


def test_best_rows_when_the_best_come_late_then_are_found_all_the_same() -> None:
    rows = 4 * BLOCK
    lows = np.linspace(0, 1, rows).reshape(1, rows)
    table = Table.of_values(lows, np.full(rows, ELIGIBLE, np.uint8))

    found, _ = top(table, [1.0], 3)

    assert found.tolist() == [rows - 1, rows - 2, rows - 3]


def test_table_when_made_of_some_rows_then_answers_with_their_numbers() -> None:
    column = np.array([0.9, 0.1, 0.5, math.nan])
    standings = np.array([REST, ELIGIBLE, ELIGIBLE, ELIGIBLE], np.uint8)
    table = Table.of_columns([curve_of(Linear("x", 0, 1))], [column], standings, np.flatnonzero(standings))

    rows, scores = top(table, [1.0], 5)
    low, high = score_intervals(table, [1.0], np.array([0, 2]))

    assert rows.tolist() == [2, 1, 3]
    assert scores.tolist() == [50.0, 10.0, 0.0]
    assert (low.tolist(), high.tolist()) == ([10.0, 0.0], [10.0, 100.0])


def test_score_interval_when_values_are_intervals_then_has_both_ends() -> None:
    table = Table.of_values(np.array([[0.25]]), np.array([ELIGIBLE], np.uint8), np.array([[0.75]]))

    low, high = score_intervals(table, [1.0], np.array([0]))

    assert (low.tolist(), high.tolist()) == ([25.0], [75.0])


@pytest.mark.parametrize("k", [0, 3])
def test_best_rows_when_the_table_is_empty_then_are_none(k: int) -> None:
    table = Table.of_columns([curve_of(Linear("x", 0, 1))], [np.empty(0)], np.empty(0, np.uint8))

    rows, scores = top(table, [1.0], k)

    assert (len(rows), len(scores)) == (0, 0)
    assert judge([AtLeast(np.empty(0), 1)], 0).counts.tolist() == [[0, 0, 0]]


# --- bad input ---


@pytest.mark.parametrize(
    ("weights", "field"),
    [
        ([-0.5, 1.5], "weights[0]"),
        ([0.5, math.nan], "weights[1]"),
        ([0.5, math.inf], "weights[1]"),
        ([0.0, 0.0], "weights"),
        ([0.5, 0.4], "weights"),
        ([1.0], "weights"),
        ([], "weights"),
    ],
)
def test_weights_that_are_no_shares_when_used_then_are_refused_by_name(
    weights: list[float], field: str
) -> None:
    table = Table.of_values(np.array([[0.5], [0.5]]), np.array([ELIGIBLE], np.uint8))

    with pytest.raises(WeightsInvalid) as error:
        top(table, weights, 1)

    assert error.value.field == field


CURVE = curve_of(Linear("x", 0, 1))
TWO, THREE = np.zeros(2), np.zeros(3)
BYTES = np.zeros(2, np.uint8)
WRONG: Any = np.zeros(2, np.int64)  # Any: what a type checker would refuse
OUT = np.empty((1, 2), np.float32)


@pytest.mark.parametrize(
    ("use", "field"),
    [
        (lambda: values_into([CURVE], [TWO, TWO], OUT), "columns"),
        (lambda: values_into([CURVE, CURVE], [TWO, THREE], OUT), "columns[1]"),
        (lambda: values_into([CURVE], [WRONG], OUT), "columns[0]"),
        (lambda: values_into([CURVE], [np.zeros((2, 2))], OUT), "columns[0]"),
        (lambda: values_into([CURVE], [THREE], OUT), "out"),
        (lambda: values_into([CURVE], [TWO], WRONG), "out"),
        (lambda: Table.of_columns([CURVE], [THREE], BYTES), "standing"),
        (lambda: Table.of_columns([CURVE], [TWO], WRONG), "standing"),
        (lambda: Table.of_columns([CURVE], [TWO], BYTES, np.array([1, 0])), "rows"),
        (lambda: Table.of_columns([CURVE], [TWO], BYTES, np.array([0, 2])), "rows"),
        (lambda: Table.of_columns([CURVE], [TWO], BYTES, np.array([0.5])), "rows"),
        (lambda: Table.of_values(np.array([[1.5, 0]]), BYTES), "lows"),
        (lambda: Table.of_values(np.array([[math.nan, 0]]), BYTES), "lows"),
        (lambda: Table.of_values(np.zeros((1, 2)), BYTES, np.zeros((1, 3))), "highs"),
        (lambda: Table.of_values(np.zeros((1, 3)), BYTES), "standing"),
        (lambda: top(Table.of_values(np.zeros((1, 2)), BYTES), [1.0], -1), "k"),
        (lambda: judge([AtLeast(THREE, 1)], 2), "gates[0].column"),
        (lambda: judge([AtMost(TWO, math.nan)], 2), "gates[0].bound"),
        (lambda: judge([Covers(TWO, THREE, 0, 1)], 2), "gates[0].high"),
        (lambda: judge([Stated(BYTES, 0, 1)], 2), "gates[0].met"),
        (lambda: judge([Stated(WRONG, 1, 2)], 2), "gates[0].flags"),
        (lambda: judge([Coded(BYTES + np.uint8(3))], 2), "gates[0].codes"),
        (lambda: judge([Coded(BYTES, np.zeros(3, bool))], 2), "gates[0].changeable"),
        (lambda: judge([Coded(BYTES)], 2, codes=np.empty((2, 2), np.uint8)), "codes"),
        (lambda: judge([Coded(BYTES)] * 256, 2), "gates"),
        (lambda: standing_of(BYTES, [True]), "codes"),
    ],
)
def test_columns_that_do_not_fit_when_used_then_are_refused_by_name(
    use: Callable[[], object], field: str
) -> None:
    with pytest.raises(TableInvalid) as error:
        use()

    assert error.value.field == field
