"""Columns straight from PostgreSQL: the segment that `segment_of` makes of the same sites' facts."""

import json
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.db import connection

from matching.ranking.column_drafts import Draft, Records
from matching.ranking.column_sql import LISTS, TABLES, statement
from matching.scoring.columns.arranging import arranged
from matching.scoring.columns.arrays import Ints
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.tables import Segment


@dataclass(frozen=True, slots=True)
class Loaded:
    """A segment, and the campus of each of its sites (0: of none)."""

    segment: Segment
    campus: Ints


def load_segment(book: CodeBook, site_ids: Collection[int] | None = None) -> Segment:
    """The columns of these sites, all sites when `None`; rules of audience as in `load_site_facts`."""
    return load(book, site_ids).segment


def load(book: CodeBook, site_ids: Collection[int] | None = None) -> Loaded:
    """One statement in the running transaction, so that all of it is as of one moment."""
    copying = f"COPY ({statement(site_ids)}) TO STDOUT (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        copy.set_types(["text", "bytea"])
        found = dict(copy.rows())
    lists = {name: json.loads(found[name] or "[]") for name in LISTS}
    tables = {name: in_order(records(found[name], table.dtype)) for name, table in TABLES.items()}
    draft = Draft(book, lists, tables)
    return Loaded(arranged(draft.segment()), draft.campus)


def records(data: bytes | None, dtype: np.dtype[np.void]) -> Records:
    """Of no rows PostgreSQL makes no bytes."""
    return np.frombuffer(data or b"", dtype=dtype)


def in_order(table: Records) -> Records:
    if "order" not in (table.dtype.names or ()):
        return table
    return table[np.argsort(table["order"], kind="stable")]
