"""Worked examples from the decision-analysis literature, with their published results.

The inputs are typed in from the works named in each case.
"""

import json
from typing import Any

import pytest

from matching.scoring.tables import read, scored
from matching.scoring.values import Piecewise
from matching.scoring.weights import from_order, from_swings

type Document = dict[str, Any]


def score(document: Document) -> dict[str, Any]:
    return scored(read(json.dumps(document).encode()))


def on_ranges(ranges: list[list[float]], objectives: list[str]) -> list[Document]:
    return [
        {"name": f"c{i}", "objective": objective, "range": ends}
        for i, (ends, objective) in enumerate(zip(ranges, objectives, strict=True))
    ]


def named(number: int) -> list[str]:
    return [f"a{i}" for i in range(number)]


def test_goodwin_wright_2004_office_when_scored_by_smart() -> None:
    # Goodwin & Wright, Decision Analysis for Management Judgment (3rd ed. 2004), ch. 3, pp. 43-46, Table 3.2.
    document = {
        "alternatives": [
            "Addison Square",
            "Bilton Village",
            "Carlisle Walk",
            "Denver Street",
            "Elton Street",
            "Filton Village",
            "Gorton Square",
        ],
        "criteria": [
            {"name": name, "objective": "max", "range": [0, 100]}
            for name in ("closeness", "visibility", "image", "size", "comfort", "car parking")
        ],
        "matrix": [
            [100, 60, 100, 75, 0, 90],
            [20, 80, 10, 30, 100, 30],
            [80, 70, 0, 0, 10, 100],
            [70, 50, 30, 55, 30, 90],
            [40, 60, 90, 100, 60, 70],
            [0, 0, 70, 0, 80, 0],
            [60, 100, 20, 50, 50, 80],
        ],
        "weights": [32, 26, 23, 10, 6, 3],
    }

    result = score(document)

    assert result["scores"] == pytest.approx([80.8, 39.4, 47.4, 52.3, 64.8, 20.9, 60.2], abs=1e-9)
    assert result["ranks"] == [1, 6, 5, 4, 2, 7, 3]
    assert result["rank_acceptability"][0] == [1, 0, 0, 0, 0, 0, 0]


def test_goodwin_wright_2004_swings_when_normalised() -> None:
    # The same chapter, Fig. 3.5: raw swings to weights of 100, rounded.
    shares = from_swings(dict(zip("abcdef", [100, 80, 70, 30, 20, 10], strict=True)))

    assert [round(100 * share) for share in shares.values()] == [32, 26, 23, 10, 6, 3]


@pytest.mark.parametrize(
    ("expected", "tolerance"),
    [
        ([0.75, 0.25], 1e-9),
        ([0.6111, 0.2778, 0.1111], 5e-5),
        ([0.5208, 0.2708, 0.1458, 0.0625], 5e-5),
        ([0.52, 0.27, 0.15, 0.06], 0.005),
        ([0.4567, 0.2567, 0.1567, 0.09, 0.04], 5e-5),
    ],
)
def test_barron_barrett_1996_rank_order_centroids(expected: list[float], tolerance: float) -> None:
    # Barron & Barrett, Management Science 42(11):1515-1523; Edwards & Barron (1994), OBHDP 60:306-325.
    names = named(len(expected))
    document = {
        "alternatives": ["a"],
        "criteria": on_ranges([[0, 1]] * len(names), ["max"] * len(names)),
        "matrix": [[0.5] * len(names)],
        "weights": {"order": [f"c{i}" for i in range(len(names))]},
        "samples": 100,
    }

    assert list(from_order(names).values()) == pytest.approx(expected, abs=tolerance)
    assert score(document)["weights"] == pytest.approx(expected, abs=tolerance)


def test_dezert_2020_spotis_distance_is_one_minus_the_additive_value() -> None:
    # Dezert, Tchamova, Han & Tacnet, The SPOTIS rank reversal free method, FUSION 2020, example 1.
    document = {
        "alternatives": named(4),
        "criteria": on_ranges([[-5, 12], [-6, 10], [-8, 5]], ["max", "min", "max"]),
        "matrix": [[10.5, -3.1, 1.7], [-4.7, 0, 3.4], [8.1, 0.3, 1.3], [3.2, 7.3, -5.3]],
        "weights": [0.2, 0.3, 0.5],
    }

    distances = [1 - each / 100 for each in score(document)["scores"]]

    assert distances == pytest.approx([0.1989, 0.3705, 0.3063, 0.7491], abs=5.1e-5)


def test_lynd_obrien_2004_thrombolytics_by_smaa_without_preferences() -> None:
    # Trial data of Lynd & O'Brien, J Clin Epidemiol 57:795-803, as shipped with mcda-elicitation-web.
    document = {
        "alternatives": ["Heparin", "Enoxaparin"],
        "criteria": on_ranges([[0, 0.25], [0.15, 0.4], [0, 0.1]], ["min"] * 3),
        "matrix": [
            [{"beta": pair} for pair in ([20, 116], [40, 96], [1, 135])],
            [{"beta": pair} for pair in ([8, 121], [32, 97], [5, 124])],
        ],
        "weights": None,
    }

    result = score(document)

    assert result["rank_acceptability"][0] == pytest.approx([0.3381, 0.6619], abs=0.015)
    assert result["rank_acceptability"][1] == pytest.approx([0.6619, 0.3381], abs=0.015)
    assert result["central_weights"][0] == pytest.approx([0.1976, 0.278, 0.5244], abs=0.02)
    assert result["central_weights"][1] == pytest.approx([0.4118, 0.3578, 0.2304], abs=0.02)
    assert result["confidence_factor"] == pytest.approx([0.6389, 0.8925], abs=0.03)


def test_two_criteria_derived_by_hand_by_smaa() -> None:
    # Interval lengths on the 1-simplex: C best for 0.4 < w1 < 0.6, A above, B below.
    document = {
        "alternatives": ["A", "B", "C"],
        "criteria": on_ranges([[0, 1], [0, 1]], ["max", "max"]),
        "matrix": [[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]],
        "weights": None,
    }

    result = score(document)

    expected = {
        "rank_acceptability": [[0.4, 0.1, 0.5], [0.4, 0.1, 0.5], [0.2, 0.8, 0]],
        "central_weights": [[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]],
        "pairwise_winning": [[0, 0.5, 0.4], [0.5, 0, 0.4], [0.6, 0.6, 0]],
    }
    for field, rows in expected.items():
        for found, row in zip(result[field], rows, strict=True):
            assert found == pytest.approx(row, abs=1e-4)
    assert result["exact"] is True


def test_r_package_smaa_partial_value_function_when_beyond_the_cutoffs_then_clipped() -> None:
    # R package smaa 0.3-2, example of smaa.pvf.
    function = Piecewise("pvf", ((50, 1), (75, 0.8), (90, 0.5), (100, 0)))
    document = {
        "alternatives": named(7),
        "criteria": [{"name": "x", "cutoffs": [50, 75, 90, 100], "values": [1, 0.8, 0.5, 0]}],
        "matrix": [[x] for x in (50, 90, 100, 10, 40, 101, 120)],
    }

    assert [function.value(x) for x in (50, 90, 100, 10, 40, 101, 120)] == [1, 0.5, 0, 1, 1, 0, 0]
    assert score(document)["scores"] == pytest.approx([100, 50, 0, 100, 100, 0, 0], abs=1e-12)


def test_belton_gear_1983_rank_reversal_when_ranges_are_fixed_then_does_not_happen() -> None:
    # The phenomenon: Belton & Gear (1983), Omega 11:228-230; Monat (2009), Judgment and Decision Making 4(6).
    document = {
        "alternatives": ["A", "B", "C"],
        "criteria": on_ranges([[0, 10], [0, 1]], ["max", "max"]),
        "matrix": [[10.0, 0.0], [9.0, 1.0], [0.0, 0.5]],
        "weights": [0.6, 0.4],
    }
    without_c = document | {"alternatives": ["A", "B"], "matrix": [[10.0, 0.0], [9.0, 1.0]]}

    assert score(document)["scores"] == pytest.approx([60, 94, 20], abs=1e-9)
    assert score(without_c)["scores"] == pytest.approx([60, 94], abs=1e-9)
