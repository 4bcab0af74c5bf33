"""From records as PostgreSQL packs them to the tables of a segment, as facts are drafted."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.ranking.column_sql import SEPARATOR
from matching.scoring.columns.arrays import Anything, Bools, Floats, Ints
from matching.scoring.columns.codes import CodeBook
from matching.scoring.columns.drafting import WIDTHS, stage_bits, unit_code
from matching.scoring.columns.tables import (
    Marks,
    Measures,
    Papers,
    Registrations,
    Rows,
    Segment,
    Sites,
    Statements,
    Visits,
    Windows,
)
from matching.scoring.facts import Scope

type Records = NDArray[np.void]


class Keys:
    """Where keys stand; a key that is not there stands at -1."""

    def __init__(self, keys: Anything) -> None:
        self.order = np.argsort(keys, kind="stable")
        self.sorted = keys[self.order]

    def positions(self, wanted: Anything) -> Ints:
        if not len(self.sorted):
            return np.full(len(wanted), -1, dtype=np.int32)
        at = np.minimum(np.searchsorted(self.sorted, wanted), len(self.sorted) - 1)
        return np.where(self.sorted[at] == wanted, self.order[at], -1).astype(np.int32)


def numbered(keys: Anything, number: Callable[[int], int], kind: type[np.signedinteger[Any]]) -> Ints:
    """A number for every key; each different key is looked up once."""
    different, places = np.unique(keys, return_inverse=True)
    return np.array([number(each) for each in different.tolist()], dtype=kind)[places]


def ints(column: Anything) -> Ints:
    return np.asarray(column, dtype=np.int32)


def floats(column: Anything) -> Floats:
    return np.asarray(column, dtype=np.float64)


def truths(column: Anything) -> Bools:
    return np.array(column, dtype=np.bool_)


class Draft:
    """`lists` and `records` are those of LISTS and TABLES in `matching.ranking.column_sql`."""

    def __init__(
        self, book: CodeBook, lists: Mapping[str, Sequence[Any]], records: Mapping[str, Records]
    ) -> None:
        self.book, self.records = book, records
        self.listed = lists["sites"]
        self.codes: dict[int, str] = {0: "", **dict(lists["terms"])}
        self.texts: dict[int, str] = dict(lists["texts"])
        self.sites = Keys(np.array([each[0] for each in self.listed], dtype=np.int64))
        self.lines = Keys(np.asarray(records["lines"]["key"], dtype=np.int64))
        self.line_site = self.sites.positions(records["lines"]["site"])

    def segment(self) -> Segment:
        return Segment(
            self.sites_table(),
            self.rows_table(),
            self.statements_table(),
            self.measures_table(),
            self.marks_table(),
            self.windows_table(),
            self.visits_table(),
            self.papers_table(),
            self.registrations_table(),
            tuple(self.places),
        )

    @cached_property
    def campus(self) -> Ints:
        return np.array([each[7] for each in self.listed], dtype=np.int64)

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Countries with regions, numbered as they occur."""
        found = dict.fromkeys((each[4], each[5]) for each in self.listed)
        return {place: index for index, place in enumerate(found)}

    def terms(self, keys: Anything) -> Ints:
        return numbered(keys, lambda key: self.book.terms.number(self.codes[key]), np.int32)

    def named(self, hashes: Anything) -> Ints:
        """As terms: operations and authorities, which stand as text."""
        return numbered(hashes, lambda each: self.book.terms.number(self.texts[each]), np.int32)

    def units(self, hashes: Anything) -> Ints:
        return numbered(hashes, lambda each: self.book.units.number(unit_code(self.texts[each])), np.int32)

    def stages(self, hashes: Anything) -> Ints:
        def bits(hashed: int) -> int:
            return stage_bits(filter(None, self.texts[hashed].split(SEPARATOR)), self.book)

        return numbered(hashes, bits, np.int64)

    def sites_table(self) -> Sites:
        nothing = np.zeros(len(self.listed), dtype=np.int32)
        partners = (self.book.partners.number(each[3] or f"site:{each[1]}") for each in self.listed)
        return Sites(
            pk=np.array([each[0] for each in self.listed], dtype=np.int64),
            partner=np.fromiter(partners, dtype=np.int32),
            is_profiled=np.array([each[6] for each in self.listed], dtype=np.bool_),
            place=np.array([self.places[each[4], each[5]] for each in self.listed], dtype=np.int32),
            first_row=nothing,
            lines=nothing,
            stages=nothing.astype(np.int64),
            names=tuple(each[2] for each in self.listed),
            keys=tuple(each[1] for each in self.listed),
        )

    @cached_property
    def own_marks(self) -> Records:
        """Hazards of sites in order of the sites, and then as they were stated."""
        marks = self.records["marks"]
        return np.asarray(marks[np.argsort(self.sites.positions(marks["site"]), kind="stable")])

    @cached_property
    def buildings(self) -> tuple[Ints, Ints]:
        """Per line and per own mark the number of its building, -1 for none; numbered as they occur."""
        lines, marks = self.records["lines"], self.own_marks
        site = np.concatenate([lines["site"], marks["site"]]).astype(np.int64)
        building = np.concatenate([lines["building"], of_width(marks, Scope.BUILDING, "building")])
        pairs = np.stack([site, building.astype(np.int64)], axis=1)[building > 0]
        found = np.full(len(building), -1, dtype=np.int32)
        if len(pairs):
            _, first, which = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
            number = np.empty(len(first), dtype=np.int32)
            number[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
            found[building > 0] = number[which]
        return found[: len(lines)], found[len(lines) :]

    def rows_table(self) -> Rows:
        lines = self.records["lines"]
        return Rows(
            site=self.line_site,
            building=self.buildings[0],
            is_in_building=np.asarray(lines["building"] > 0),
            campaign=floats(lines["campaign"]),
            campaign_unit=self.units(lines["campaign_unit"]),
            lead_weeks=floats(lines["lead_weeks"]),
            lead_confirmed=ints(lines["lead_confirmed"]),
        )

    @cached_property
    def said(self) -> Records:
        """Statements of sites in order of the sites, then those of lines in order of the lines."""
        said = self.records["statements"]
        line = self.lines.positions(said["line"])
        order = np.lexsort((self.sites.positions(said["site"]), line))
        return np.asarray(said[order[((said["line"] == 0) | (line >= 0))[order]]])

    def statements_table(self) -> Statements:
        said, line = self.said, self.lines.positions(self.said["line"])
        return Statements(
            term=self.terms(said["term"]),
            site=self.sites.positions(said["site"]),
            row=line,
            is_offered=truths(said["is_offered"]),
            is_shown=truths(said["is_shown"]),
            confirmed=ints(said["confirmed"]),
            basis=np.asarray(said["basis"], dtype=np.int8),
            stages=self.stages(said["stages"]),
        )

    def measures_table(self) -> Measures:
        table = self.records["measures"]
        statement = Keys(self.said["order"]).positions(table["statement"])
        order = np.lexsort((table["lo"], table["measure"], statement))
        order = order[statement[order] >= 0]
        table = table[order]
        return Measures(
            measure=self.terms(table["measure"]),
            statement=statement[order],
            lo=floats(table["lo"]),
            hi=floats(table["hi"]),
            count=ints(table["count"]),
        )

    def marks_table(self) -> Marks:
        own, others = self.own_marks, self.records["neighbours"]
        found = np.concatenate([own[list(others.dtype.names or ())], others])
        no_place = np.full(len(others), -1, dtype=np.int32)
        row = self.lines.positions(of_width(own, Scope.LINE, "line"))
        return Marks(
            term=self.terms(found["term"]),
            site=self.sites.positions(found["site"]),
            row=np.concatenate([row, no_place]),
            building=np.concatenate([self.buildings[1], no_place]),
            width=np.asarray(found["width"], dtype=np.int8),
            is_present=truths(found["is_present"]),
            is_of_neighbour=np.arange(len(found)) >= len(own),
            confirmed=ints(found["confirmed"]),
            basis=np.asarray(found["basis"], dtype=np.int8),
        )

    def windows_table(self) -> Windows:
        table = self.records["windows"]
        return Windows(
            row=self.lines.positions(table["line"]),
            start=ints(table["start"]),
            end=ints(table["end"]),
            state=ints(table["state"]),
            quantity=floats(table["quantity"]),
            unit=self.units(table["unit"]),
            is_firm=truths(table["is_firm"]),
            observed=ints(table["observed"]),
            valid_until=ints(table["valid_until"]),
            lead_weeks=floats(table["lead_weeks"]),
            campaign=floats(table["campaign"]),
        )

    def visits_table(self) -> Visits:
        table, visits = self.records["visits"], Keys(self.records["visits"]["key"])
        found = self.records["outcomes"]
        bits = numbered(found["outcome"], lambda each: self.book.outcomes.bit(self.texts[each]), np.int64)
        outcomes = np.zeros(len(table), dtype=np.int64)
        np.bitwise_or.at(outcomes, visits.positions(found["visit"]), bits)
        of, operation = self.operations("visit_operations", visits)
        return Visits(
            site=self.sites.positions(table["site"]),
            authority=self.terms(table["authority"]),
            ended=ints(table["ended"]),
            outcomes=outcomes,
            operation_visit=of,
            operation=operation,
        )

    def operations(self, name: str, keys: Keys) -> tuple[Ints, Ints]:
        """Positions with operations, in the order of the positions and then of the codes."""
        pairs = self.records[name]
        of = keys.positions(pairs["of"])
        rank = {each: index for index, each in enumerate(sorted(self.texts, key=self.texts.__getitem__))}
        order = np.lexsort((numbered(pairs["operation"], rank.__getitem__, np.int64), of))
        return of[order], self.named(pairs["operation"])[order]

    def papers_table(self) -> Papers:
        table = self.records["papers"]
        return Papers(
            site=self.sites.positions(table["site"]),
            term=self.terms(table["term"]),
            authority=self.terms(table["authority"]),
            inspected=ints(table["inspected"]),
            issued=ints(table["issued"]),
            expires=ints(table["expires"]),
        )

    def registrations_table(self) -> Registrations:
        table = self.records["registrations"]
        of, operation = self.operations("registration_operations", Keys(table["key"]))
        return Registrations(
            site=self.sites.positions(table["site"]),
            authority=self.named(table["authority"]),
            is_listed=truths(table["is_listed"]),
            operation_registration=of,
            operation=operation,
        )


def of_width(marks: Anything, scope: Scope, place: str) -> Ints:
    """The place of marks at this scope, 0 for all others."""
    return np.where(marks["width"] == WIDTHS[scope], marks[place], 0).astype(np.int64)
