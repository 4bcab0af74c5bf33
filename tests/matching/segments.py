"""Comparing segments array by array."""

from collections.abc import Collection
from dataclasses import fields

import numpy as np

from matching.ranking.column_loading import load_segment
from matching.ranking.loading import load_site_facts
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.drafting import segment_of
from matching.scoring.columns.tables import Segment


def from_facts(book: CodeBook, pks: Collection[int] | None) -> Segment:
    facts = load_site_facts(pks)
    return segment_of(list(facts.values()), book, list(facts))


def assert_loads_as_facts(pks: Collection[int] | None = None) -> Segment:
    """Load both ways with one book, so that codes have the same numbers; the segment loaded."""
    book = CodeBook()
    expected = from_facts(book, pks)
    found = load_segment(book, pks)
    assert_same(found, expected)
    return found


def assert_same(found: Segment, expected: Segment) -> None:
    assert found.places == expected.places
    for table in fields(Segment):
        if table.name != "places":
            assert_same_table(getattr(found, table.name), getattr(expected, table.name), table.name)


def assert_same_table(found: object, expected: object, name: str) -> None:
    for column in fields(expected):  # type: ignore[arg-type]  # a table is a dataclass
        mine, other = getattr(found, column.name), getattr(expected, column.name)
        where = f"{name}.{column.name}"
        if isinstance(other, tuple):
            assert mine == other, where
        else:
            assert mine.dtype == other.dtype, where
            np.testing.assert_array_equal(mine, other, err_msg=where)
