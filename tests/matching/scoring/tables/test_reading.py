"""Bad tables: each is refused with the field at fault, and no bytes whatever end in anything else."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.tables import TableInvalid, read, scored, table_of

GOOD: dict[str, Any] = {
    "alternatives": ["A", "B"],
    "criteria": [
        {"name": "x", "objective": "max", "range": [0, 10]},
        {"name": "y", "cutoffs": [0, 5], "values": [0, 1]},
        {"name": "z", "target": 5, "range": [0, 10]},
    ],
    "matrix": [[1, None, 3], [4, {"normal": [2, 1]}, 6]],
    "weights": [1, 2, 3],
    "samples": 50,
}


def changed(path: str, value: object) -> dict[str, Any]:
    document = json.loads(json.dumps(GOOD))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    place = document
    for part in parents:
        place = place[part]
    place[last] = value
    return dict(document)


@pytest.mark.parametrize(
    ("path", "value", "refusal"),
    [
        ("alternatives", [], "alternatives: must not be empty"),
        ("alternatives", "A", "alternatives: must be a list"),
        ("alternatives", ["A", "A"], 'alternatives[1]: repeats the name "A"'),
        ("alternatives", ["A", ""], "alternatives[1]: must be a name"),
        ("alternatives", ["A", 7], "alternatives[1]: must be a name"),
        ("alternatives/0", "a" * 201, "alternatives[0]: must not be longer than 200 characters"),
        ("alternatives/0", "\ud800", "alternatives[0]: must be text that can be written"),
        ("criteria", [], "criteria: must not be empty"),
        ("criteria", {}, "criteria: must be a list"),
        ("criteria/1/name", "x", 'criteria[1].name: repeats the name "x"'),
        ("criteria/0", 3, "criteria[0]: must be an object"),
        ("criteria/0", {"range": [0, 1]}, "criteria[0].name: is missing"),
        ("criteria/0/range", [1, 1], "criteria[0].range: its two ends must differ"),
        ("criteria/0/range", [2, 1], "criteria[0].range: its low end must be below its high end"),
        ("criteria/0/range", [1], "criteria[0].range: has 1 entries and needs 2"),
        ("criteria/0/range", [0, "1"], "criteria[0].range[1]: must be a number"),
        ("criteria/0/range", [-1e308, 1e308], "criteria[0].range: its ends are too far apart"),
        ("criteria/0/range", None, "criteria[0].range: is missing; it is never taken from the alternatives"),
        ("criteria/0/objective", "more", 'criteria[0].objective: must be "max" or "min"'),
        ("criteria/0/extra", 1, 'criteria[0]: has an unknown key "extra"'),
        ("criteria/0/target", True, "criteria[0].target: must be a number"),
        ("criteria/1/cutoffs", [5, 0], "criteria[1].cutoffs: must rise from one to the next"),
        ("criteria/1/cutoffs", [5], "criteria[1].cutoffs: needs at least 2 entries"),
        ("criteria/1/cutoffs", [-1e308, 1e308], "criteria[1].cutoffs: are too far apart"),
        ("criteria/1/values", [0, 2], "criteria[1].values: must lie between 0 and 1"),
        ("criteria/1/values", [0], "criteria[1].values: has 1 entries and needs 2"),
        ("criteria/1/values", None, "criteria[1].values: is missing"),
        ("criteria/1/range", [0, 1], "criteria[1].range: does not go with cutoffs and values"),
        ("matrix", [], "matrix: has 0 entries and needs 2, one row for each alternative"),
        ("matrix/1", [1, 2], "matrix[1]: has 2 entries and needs 3, one cell for each criterion"),
        ("matrix/1/0", True, "matrix[1][0]: must be a number, null, or an object"),
        ("matrix/1/0", "4", "matrix[1][0]: must be a number, null, or an object"),
        ("matrix/1/0", 10**400, "matrix[1][0]: must be a finite number"),
        ("matrix/1/0", {"beta": [0, 1]}, "matrix[1][0].beta[0]: must be above 0"),
        ("matrix/1/0", {"beta": [1, 1e300]}, "matrix[1][0].beta[1]: must lie between"),
        ("matrix/1/0", {"normal": [0, -1]}, "matrix[1][0].normal[1]: must not be negative"),
        ("matrix/1/0", {"uniform": [2, 1]}, "matrix[1][0].uniform: its low end must not be above"),
        ("matrix/1/0", {"uniform": [-1e308, 1e308]}, "matrix[1][0].uniform: its ends are too far apart"),
        ("matrix/1/0", {"gamma": [1, 1]}, "matrix[1][0]: must be an object with one key"),
        ("matrix/1/0", {}, "matrix[1][0]: must be an object with one key"),
        ("weights", [1, 2, -3], "weights[2]: must not be negative"),
        ("weights", [0, 0, 0], "weights: at least one weight must be above zero"),
        ("weights", [1, 2], "weights: has 2 entries and needs 3, one for each criterion"),
        ("weights", [1, 2, None], "weights[2]: must be a number"),
        ("weights", "equal", "weights: must be a list, null, or an object"),
        ("weights", {}, "weights: must be a list, null, or an object"),
        ("weights", {"order": ["x", "y", "q"]}, 'weights.order[2]: "q" is none of the criteria'),
        ("weights", {"order": ["x", "y", ["z"]]}, "weights.order[2]: this is none of the criteria"),
        ("weights", {"order": ["x", "y", "x"]}, 'weights.order[2]: names "x" twice'),
        ("weights", {"order": ["x", "y"]}, 'weights.order: leaves out "z"'),
        ("weights", {"order": []}, "weights.order: must not be empty"),
        ("weights", {"swings": {"x": 1, "y": 2}}, 'weights.swings: leaves out "z"'),
        ("weights", {"swings": {"x": 1, "y": 2, "q": 3}}, 'weights.swings: "q" is none of the criteria'),
        ("weights", {"swings": {"x": 1, "y": 2, "z": -3}}, "weights.swings.z: must not be negative"),
        ("weights", {"swings": [1, 2, False]}, "weights.swings[2]: must be a number"),
        ("weights", {"swings": 3}, "weights.swings: must be a list"),
        ("spread", 1.5, "spread: must lie between 0 and 1"),
        ("samples", 0, "samples: must lie between 1 and 1,000,000"),
        ("samples", 10.0, "samples: must be a whole number"),
        ("samples", True, "samples: must be a whole number"),
        ("seed", -1, "seed: must lie between 0 and"),
        ("colour", 1, 'table: has an unknown key "colour"'),
    ],
)
def test_bad_table_when_read_then_names_the_field(path: str, value: object, refusal: str) -> None:
    with pytest.raises(TableInvalid) as refused:
        table_of(changed(path, value))

    assert str(refused.value).startswith(refusal)


@pytest.mark.parametrize(("weights", "field"), [(None, "spread"), ({"order": ["x", "y", "z"]}, "spread")])
def test_spread_when_no_weights_are_stated_then_is_refused(weights: object, field: str) -> None:
    with pytest.raises(TableInvalid) as refused:
        table_of(GOOD | {"weights": weights, "spread": 0.1})

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (b"", "table: is not JSON"),
        (b"{", "table: is not JSON"),
        (b"[]", "table: must be an object"),
        (b"{}", "alternatives: is missing"),
        (b"\xff\xfe", "table: is not text in UTF-8"),
        (b'{"seed": NaN}', "table: holds NaN, which is not JSON"),
        (b'{"seed": -Infinity}', "table: holds -Infinity, which is not JSON"),
        (b'{"seed": 1, "seed": 2}', 'table: names the key "seed" twice'),
        (b"[" * 200_000, "table: is nested too deeply"),
        (b"1" * 5_000, "table: holds a number with too many digits"),
        (b" " * 10_000_001, "table: is larger than 10,000,000 bytes"),
    ],
)
def test_text_that_is_no_table_when_read_then_is_refused(text: bytes, refusal: str) -> None:
    with pytest.raises(TableInvalid) as refused:
        read(text)

    assert str(refused.value).startswith(refusal)


def test_samples_when_they_would_take_too_long_then_are_refused_with_the_most_there_is() -> None:
    names = [f"a{i}" for i in range(300)]
    document = {
        "alternatives": names,
        "criteria": [{"name": "x", "range": [0, 1]}],
        "matrix": [[0.5]] * 300,
        "samples": 1_000_000,
    }

    with pytest.raises(TableInvalid, match=r"samples: must be at most [\d,]+ for a table of this size"):
        table_of(document, seconds=2)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "range", "beta", "order", "swings", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
places = st.sampled_from(
    [
        *GOOD,
        "spread",
        "seed",
        "criteria/0",
        "criteria/0/range",
        "criteria/0/range/1",
        "criteria/1/cutoffs",
        "criteria/1/values/0",
        "criteria/2/target",
        "matrix/0",
        "matrix/1/1",
        "matrix/1/1/normal",
        "matrix/1/1/normal/1",
        "weights/2",
    ]
)


@given(places, json_values)
@settings(max_examples=400, deadline=None)
def test_any_value_at_any_place_is_scored_or_refused_and_nothing_else(path: str, value: object) -> None:
    text = json.dumps(changed(path, value)).encode()

    try:
        result = scored(read(text))
    except TableInvalid:
        return
    json.dumps(result, allow_nan=False)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_and_nothing_else(text: bytes) -> None:
    with pytest.raises(TableInvalid):
        read(text)
