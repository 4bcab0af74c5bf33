"""Capacity as JSON: what is read, what is refused and where, and that the published schema says the same."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partners.feeds.cells import COLUMNS, REQUIRED
from partners.feeds.formats import FORMATS
from partners.feeds.json_file import INSTANT, parse_json
from partners.feeds.json_schema import EXAMPLE, SCHEMA
from partners.feeds.rows import CapacityRow, FileRefused, RowError, Snapshot

ROOT = Path(__file__).resolve().parents[3]
NOW = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)
GOOD: dict[str, Any] = {
    "site_id": "S1",
    "resource_id": "L1",
    "period_start": "2027-04-01",
    "period_end": "2027-07-01",
    "state": "open",
    "quantity": 4,
    "unit": "batches",
}


def parsed(*windows: object) -> Snapshot:
    return parse_json(json.dumps({"version": 1, "windows": windows}).encode(), received_at=NOW)


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        parse_json(content, received_at=NOW)
    return str(caught.value)


def test_windows_when_everything_is_stated_then_every_value_is_read() -> None:
    more = {
        "resource_label": "Capsules",
        "quantity": 4.5,
        "state": "held",
        "lead_time_weeks": 9.5,
        "min_campaign": 2,
        "confidence": "planned",
        "reason": "maintenance",
        "held_until": "2027-03-01",
        "observed_at": "2027-01-10T08:00:00+02:00",
        "valid_until": "2027-02-01",
        "note": None,
    }

    snapshot = parsed(GOOD | more)

    assert snapshot.errors == ()
    assert snapshot.rows == (
        CapacityRow(
            line_number=1,
            site_id="S1",
            resource_id="L1",
            resource_label="Capsules",
            start=dt.date(2027, 4, 1),
            end=dt.date(2027, 7, 1),
            state="held",
            quantity=Decimal("4.5"),
            unit="batches",
            lead_time_weeks=Decimal("9.5"),
            min_campaign=Decimal(2),
            confidence="planned",
            reason="maintenance",
            held_until=dt.date(2027, 3, 1),
            observed_at=dt.datetime(2027, 1, 10, 6, tzinfo=dt.UTC),
            valid_until=dt.date(2027, 2, 1),
            note="",
        ),
    )


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"quantity": "4"}, "/windows/1/quantity", "without quotation marks"),
        ({"quantity": True}, "/windows/1/quantity", "has to be a number"),
        ({"quantity": -1}, "/windows/1/quantity", "“-1” is negative"),
        ({"quantity": 1e300}, "/windows/1/quantity", "is more than 99,999,999,999"),
        ({"quantity": None}, "/windows/1/quantity", "needed"),
        ({"state": "Open"}, "/windows/1/state", "is not one of open, held"),
        ({"confidence": ""}, "/windows/1/confidence", "is not one of firm"),
        ({"site_id": 7}, "/windows/1/site_id", "has to be text"),
        ({"site_id": " S1"}, "/windows/1/site_id", "begins or ends with a blank"),
        ({"site_id": ""}, "/windows/1/site_id", "needed"),
        ({"site_id": "x" * 81}, "/windows/1/site_id", "at most 80"),
        ({"period_start": "2027-04-31"}, "/windows/1/period_start", "not a day of the calendar"),
        ({"period_start": "1 April 2027"}, "/windows/1/period_start", "not a date like"),
        ({"period_end": "2027-04-01"}, "/windows/1/period_end", "first day after"),
        ({"valid_until": ""}, "/windows/1/valid_until", "not a date like"),
        ({"observed_at": "2027-01-10 08:00"}, "/windows/1/observed_at", "not an instant like"),
        ({"observed_at": "2028-01-01"}, "/windows/1/observed_at", "lies in the future"),
        ({"note": "nul\x00"}, "/windows/1/note", "control character"),
        ({"note": ["a"]}, "/windows/1/note", "has to be text"),
        ({"a/b~c": 1}, "/windows/1/“a~1b~0c”", "no member of this name"),
    ],
)
def test_window_when_something_is_wrong_then_it_is_refused_by_its_pointer_and_the_others_stay(
    change: dict[str, Any], place: str, words: str
) -> None:
    snapshot = parsed(GOOD | {"resource_id": "L2"}, GOOD | change)

    (error,) = snapshot.errors
    assert [row.resource_id for row in snapshot.rows] == ["L2"]
    assert FORMATS["json"].place(error) == place
    assert words in error.message


@pytest.mark.parametrize("window", [None, 7, "x", [], [[]]])
def test_window_when_it_is_no_object_then_it_is_refused_as_a_whole(window: object) -> None:
    (error,) = parsed(window).errors

    assert FORMATS["json"].place(error) == "/windows/0"


def test_windows_when_they_overlap_within_line_and_state_then_the_later_one_is_refused() -> None:
    snapshot = parsed(GOOD, GOOD | {"period_start": "2027-06-30"}, GOOD | {"state": "held"})

    assert [row.line_number for row in snapshot.rows] == [1, 3]
    assert "window 1" in snapshot.errors[0].message


def test_number_when_it_has_more_decimals_than_are_kept_then_it_is_rounded() -> None:
    (row,) = parsed(GOOD | {"quantity": 0.1 + 0.2, "lead_time_weeks": 8.96}).rows

    assert (row.quantity, row.lead_time_weeks) == (Decimal("0.3"), Decimal(9))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"{", "line 1, column 2"),
        (b"<!doctype html>", "not JSON"),
        (b"[]", "has to be an object"),
        (b'{"version": 1}', "has to be a list"),
        (b'{"version": 1, "windows": {}}', "has to be a list"),
        (b'{"version": 2, "windows": []}', '"version": 1'),
        (b'{"version": true, "windows": []}', '"version": 1'),
        (b'{"windows": []}', '"version": 1'),
        (b'{"version": 1, "windows": [], "colour": 1}', "“colour”"),
        (b'{"version": 1, "windows": [], "windows": []}', "“windows” twice"),
        (b'{"version": 1, "windows": [NaN]}', "NaN is not a number"),
        (b'{"version": 1, "windows": [-Infinity]}', "-Infinity is not a number"),
        (b'{"version": 1, "windows": [1e99999999999999999999]}', "cannot be read"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        ('{"version": 1, "windows": []}'.encode("utf-16"), "UTF-16"),
        ("{“version”: 1}".encode("cp1252"), "Line 1 is not UTF-8"),
        (b'{"version": 1, "windows": [%s]}' % b",".join([b"{}"] * 50_001), "more than 50,000 windows"),
        (b'{"version": 1, "windows": [%s]}' % b",".join([b"[]"] * 600_000), "more values than"),
        (b" " * 5_000_001, "at most 5,000,000"),
    ],
)
def test_file_when_it_makes_no_sense_then_it_is_refused_whole(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_number_when_it_has_a_million_digits_then_it_costs_nothing_and_is_refused() -> None:
    content = json.dumps({"version": 1, "windows": [GOOD | {"quantity": "Q"}]}).replace(
        '"Q"', "9" * 1_000_000
    )

    (error,) = parse_json(content.encode(), received_at=NOW).errors

    assert "is more than" in error.message


def test_file_when_it_has_a_byte_order_mark_then_it_is_read() -> None:
    content = json.dumps({"version": 1, "windows": [GOOD]}).encode("utf-8-sig")

    assert len(parse_json(content, received_at=NOW).rows) == 1


def test_schema_when_published_in_the_docs_then_it_is_the_one_that_is_served() -> None:
    published = json.loads((ROOT / "docs" / "capacity-feed.schema.json").read_text(encoding="utf-8"))

    assert published == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(EXAMPLE, SCHEMA)


def as_in_ecmascript(
    validator: Any, pattern: str, instance: object, schema: Any
) -> Iterator[jsonschema.ValidationError]:
    """Patterns as JSON Schema means them: `$` is the very end, and not before a last newline."""
    if isinstance(instance, str) and not re.search(pattern.removesuffix("$") + r"\Z", instance):
        yield jsonschema.ValidationError("does not match")


VALIDATOR = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": as_in_ecmascript})(
    SCHEMA
)
# What the schema cannot say, and says so.
BEYOND_SCHEMA = re.compile(
    "not a day of the calendar|has to lie after|five years|lies in the future|overlaps"
    "|The year .* is not between"
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**13),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(
        [
            "S1",
            "open",
            "Held",
            "firm",
            "2027-04-01",
            "2027-02-30",
            "2027-07-01T08:00Z",
            "2027-01-01T25:00",
            "2027-01-01T08",
            " S1",
            "a\n",
            "x" * 81,
            "\ud800",
            "",
            4,
            0.5,
            1e-9,
            [],
            {},
        ]
    ),
)
windows = st.builds(
    lambda good, changes, gone: {name: value for name, value in (good | changes).items() if name not in gone},
    st.just(GOOD),
    st.dictionaries(st.sampled_from([*COLUMNS, "colour"]), values, max_size=3),
    st.one_of(st.just(set()), st.sets(st.sampled_from(REQUIRED), max_size=1)),
)


def is_of_form(error: RowError, window: dict[str, Any]) -> bool:
    """An hour that no day has is written as an instant all the same, as far as the schema can tell."""
    if "not an instant like" in error.message:
        return re.fullmatch(INSTANT, str(window.get(error.field))) is None
    return not BEYOND_SCHEMA.search(error.message)


@settings(max_examples=400)
@example({**GOOD, "observed_at": ""})
@example({**GOOD, "observed_at": "2027-01-01T25:00"})
@given(windows)
def test_window_is_refused_for_its_form_exactly_where_the_schema_refuses_it(window: dict[str, Any]) -> None:
    document = {"version": 1, "windows": [window]}

    snapshot = parse_json(json.dumps(document).encode(), received_at=NOW)

    # As validators read it: numbers as they stand in the file.
    is_valid = VALIDATOR.is_valid(json.loads(json.dumps(document), parse_float=Decimal))
    formal = [error for error in snapshot.errors if is_of_form(error, window)]
    assert is_valid == (not formal), (snapshot.errors, window)
    assert snapshot.row_count == 1


documents = st.recursive(
    st.one_of(values, st.just(GOOD)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["version", "windows", "site_id", "x"]), inner, max_size=3),
    ),
    max_leaves=6,
)


@given(documents)
def test_file_is_refused_whole_only_where_the_schema_refuses_it(document: Any) -> None:
    try:
        parse_json(json.dumps(document).encode(), received_at=NOW)
    except FileRefused:
        assert not VALIDATOR.is_valid(document)


@given(st.binary(max_size=200))
def test_any_bytes_give_windows_or_a_refusal(content: bytes) -> None:
    for start in (b"", b'{"version": 1, "windows": ['):
        try:
            assert isinstance(parse_json(start + content, received_at=NOW), Snapshot)
        except FileRefused:
            continue
