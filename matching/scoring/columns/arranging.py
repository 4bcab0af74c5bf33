"""From tables as they come to a segment: rows for sites without lines, and everything in its sort order."""

from dataclasses import fields, replace

import numpy as np

from matching.scoring.columns.arrays import Ints
from matching.scoring.columns.tables import (
    Marks,
    Measures,
    Rows,
    Segment,
    Statements,
    Visits,
    Windows,
)


def arranged(draft: Segment) -> Segment:
    """`draft` has its lines in order of site and key, and lines where a segment has rows.

    Statements, marks and windows of the draft name lines by position in its `rows`; its `first_row`, `lines`
    and `stages` of sites are filled in here.
    """
    lines = np.bincount(draft.rows.site, minlength=draft.site_count).astype(np.int32)
    per_site = np.maximum(lines, 1)
    first_row = (np.cumsum(per_site) - per_site).astype(np.int32)
    row_of_line = rows_of(draft.rows.site, first_row, lines)
    statements, measures = arranged_statements(draft.statements, draft.measures, row_of_line)
    marks = moved(draft.marks, row_of_line)
    windows = moved(draft.windows, row_of_line)
    return Segment(
        sites=replace(
            draft.sites, first_row=first_row, lines=lines, stages=offered_stages(draft.site_count, statements)
        ),
        rows=with_empty_rows(draft.rows, row_of_line, per_site),
        statements=statements,
        measures=measures,
        marks=taken(marks, np.argsort(marks.term, kind="stable")),
        windows=taken(windows, np.lexsort((windows.state, windows.end, windows.start, windows.row))),
        visits=arranged_visits(draft.visits),
        papers=draft.papers,
        registrations=draft.registrations,
        places=draft.places,
    )


def rows_of(site_of_line: Ints, first_row: Ints, lines: Ints) -> Ints:
    """The row of every line: its site's first row and its place among the site's lines."""
    first_line = np.cumsum(lines) - lines
    number = np.arange(len(site_of_line)) - first_line[site_of_line]
    return (first_row[site_of_line] + number).astype(np.int32)


def with_empty_rows(lines: Rows, row_of_line: Ints, per_site: Ints) -> Rows:
    count = int(per_site.sum())
    site = np.repeat(np.arange(len(per_site), dtype=np.int32), per_site)
    buildings = int(lines.building.max(initial=-1)) + 1
    building = buildings + np.arange(count, dtype=np.int32)
    building[row_of_line] = np.where(lines.is_in_building, lines.building, building[row_of_line])
    return Rows(
        site=site,
        building=building,
        is_in_building=spread(lines.is_in_building, row_of_line, count, fill=False),
        campaign=spread(lines.campaign, row_of_line, count, fill=np.nan),
        campaign_unit=spread(lines.campaign_unit, row_of_line, count, fill=-1),
        lead_weeks=spread(lines.lead_weeks, row_of_line, count, fill=np.nan),
        lead_confirmed=spread(lines.lead_confirmed, row_of_line, count, fill=0),
    )


def spread[Column: np.ndarray](values: Column, at: Ints, count: int, *, fill: float) -> Column:
    column = np.full(count, fill, dtype=values.dtype)
    column[at] = values
    return column  # type: ignore[return-value]  # the same kind of array, by its dtype


def moved[Placed: (Statements, Marks, Windows)](table: Placed, row_of_line: Ints) -> Placed:
    """Lines by position become rows; -1 stays."""
    if not len(row_of_line):
        return table
    return replace(table, row=np.where(table.row >= 0, row_of_line[table.row], -1).astype(np.int32))


def arranged_statements(
    statements: Statements, measures: Measures, row_of_line: Ints
) -> tuple[Statements, Measures]:
    order = np.argsort(statements.term, kind="stable")
    position = np.empty(len(order), dtype=np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    placed = replace(measures, statement=position[measures.statement])
    by_measure = np.lexsort((placed.statement, placed.measure))
    return taken(moved(statements, row_of_line), order), taken(placed, by_measure)


def taken[Table: (Statements, Measures, Marks, Windows)](table: Table, order: Ints) -> Table:
    return replace(table, **{field.name: getattr(table, field.name)[order] for field in fields(table)})


def arranged_visits(visits: Visits) -> Visits:
    """By site, newest first; an undated visit has day 0, so it comes last. Equals keep their order."""
    order = np.lexsort((-visits.ended, visits.site))
    position = np.empty(len(order), dtype=np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    return replace(
        visits,
        site=visits.site[order],
        authority=visits.authority[order],
        ended=visits.ended[order],
        outcomes=visits.outcomes[order],
        operation_visit=position[visits.operation_visit],
    )


def offered_stages(site_count: int, statements: Statements) -> Ints:
    stages = np.zeros(site_count, dtype=np.int64)
    offered = statements.is_offered
    np.bitwise_or.at(stages, statements.site[offered], statements.stages[offered])
    return stages
