"""Bodies of many rows: what is read, and what is told of what cannot be."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from cdmo_portal.accounts.api.problems import BodyTooLarge
from cdmo_portal.accounts.api.row_bodies import JSON, LONGEST_ROW, MOST_ROWS, NDJSON, rows_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=6,
)
BLANKS = st.sampled_from([b"", b"  ", b"\t", b"\r"])


@given(st.lists(st.tuples(st.lists(BLANKS, max_size=2), VALUES, st.booleans()), min_size=1, max_size=8))
def test_lines_when_written_then_are_read_back_with_their_numbers(
    written: list[tuple[list[bytes], Any, bool]],
) -> None:
    lines: list[bytes] = []
    numbers: list[int] = []
    for blanks, value, is_ascii in written:
        lines += blanks
        lines.append(json.dumps(value, ensure_ascii=is_ascii).encode())
        numbers.append(len(lines))

    sent = rows_of(NDJSON, b"\n".join(lines))

    assert [row.value for row in sent.rows] == [value for _blanks, value, _is_ascii in written]
    assert [row.line for row in sent.rows] == numbers
    assert [row.index for row in sent.rows] == list(range(len(written)))
    assert not any(row.problem for row in sent.rows)


@given(st.binary(max_size=200))
def test_bytes_when_they_are_anything_then_each_line_is_a_row_or_a_reason(body: bytes) -> None:
    try:
        sent = rows_of(NDJSON, body)
    except ParseError:
        assert not body.strip()
        return

    filled = [number for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    assert [row.line for row in sent.rows] == filled
    for row in sent.rows:
        if not row.problem:
            json.dumps(row.value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": 1', "Line 7 is not JSON that can be read: "),
        (b'{"a": "\xff"}', "Line 7 is not JSON that can be read: it is not UTF-8 text."),
        (b'{"a": NaN}', "NaN is not a number in JSON"),
        (b'{"a": 1, "a": 2}', "a name stands twice in one object"),
        (b'"\\ud800"', "it is not UTF-8 text"),
        (b"[" * 30_000 + b"]" * 30_000, "nested too deeply"),
        (b'"' + b"x" * LONGEST_ROW + b'"', "Line 7 has more than 65,536 bytes."),
    ],
)
def test_line_when_it_cannot_be_read_then_is_named_and_the_others_are_read(line: bytes, reason: str) -> None:
    body = b"{}\n" * 6 + line + b"\n{}\n"

    sent = rows_of(NDJSON, body)

    bad = [row for row in sent.rows if row.problem]
    assert len(sent.rows) == 8
    assert [(row.index, row.line) for row in bad] == [(6, 7)]
    assert reason in bad[0].problem


def test_array_when_read_then_its_rows_have_no_lines() -> None:
    sent = rows_of(JSON, b'[{"a": 1}, 2]')

    assert [(row.index, row.line, row.value) for row in sent.rows] == [(0, None, {"a": 1}), (1, None, 2)]


@pytest.mark.parametrize(
    ("kind", "body"), [(NDJSON, b" \n\n"), (JSON, b"[]"), (JSON, b"{}"), (JSON, b"[1"), (JSON, b"")]
)
def test_body_when_it_holds_no_rows_then_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(ParseError):
        rows_of(kind, body)


@pytest.mark.parametrize("kind", [NDJSON, JSON])
def test_body_when_it_has_a_row_too_many_then_is_refused(kind: str) -> None:
    def body(count: int) -> bytes:
        return b"1\n" * count if kind == NDJSON else b"[" + b",".join([b"1"] * count) + b"]"

    assert len(rows_of(kind, body(MOST_ROWS)).rows) == MOST_ROWS
    with pytest.raises(BodyTooLarge, match="10,000 rows"):
        rows_of(kind, body(MOST_ROWS + 1))
