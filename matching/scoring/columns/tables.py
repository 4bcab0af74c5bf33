"""What a segment is made of: one array per property, one entry per statement, mark, window or visit.

Days are proleptic Gregorian ordinals; numbers are float64 in base units with NaN for not stated. `row` is the
row of a line in the segment, -1 where the whole site is meant.
"""

from dataclasses import dataclass

from matching.scoring.columns.arrays import Bools, Bytes, Floats, Ints


@dataclass(frozen=True, slots=True)
class Sites:
    """One entry per site. Sites without lines have one row all the same, so that they can be judged."""

    pk: Ints
    partner: Ints
    is_profiled: Bools
    place: Ints  # index into Segment.places
    first_row: Ints
    lines: Ints
    stages: Ints  # of all that is offered
    names: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """One entry per line, sorted by site and then by the key of the line."""

    site: Ints
    building: Ints  # rows with one number stand in one building; a line of no building has its own
    is_in_building: Bools
    campaign: Floats
    campaign_unit: Ints
    lead_weeks: Floats
    lead_confirmed: Ints


@dataclass(frozen=True, slots=True)
class Statements:
    """Sorted by term."""

    term: Ints
    site: Ints
    row: Ints
    is_offered: Bools
    is_shown: Bools
    confirmed: Ints
    basis: Bytes  # index into BASES
    stages: Ints


@dataclass(frozen=True, slots=True)
class Measures:
    """Sorted by measure and then by `statement`, an index into Statements."""

    measure: Ints
    statement: Ints
    lo: Floats
    hi: Floats
    count: Ints


@dataclass(frozen=True, slots=True)
class Marks:
    """Hazards, sorted by term. `building` is set for marks at building scope, `row` for those of a line."""

    term: Ints
    site: Ints
    row: Ints
    building: Ints
    width: Bytes
    is_present: Bools
    is_of_neighbour: Bools  # stated by another site on the same ground
    confirmed: Ints
    basis: Bytes


@dataclass(frozen=True, slots=True)
class Windows:
    """Sorted by row, start, end and state."""

    row: Ints
    start: Ints
    end: Ints
    state: Ints  # index into STATES
    quantity: Floats
    unit: Ints
    is_firm: Bools
    observed: Ints
    valid_until: Ints
    lead_weeks: Floats
    campaign: Floats


@dataclass(frozen=True, slots=True)
class Visits:
    """Sorted by site, the newest first and undated ones last. `operations` pairs visits with operations."""

    site: Ints
    authority: Ints
    ended: Ints
    outcomes: Ints
    operation_visit: Ints
    operation: Ints


@dataclass(frozen=True, slots=True)
class Papers:
    """Certificates."""

    site: Ints
    term: Ints
    authority: Ints
    inspected: Ints
    issued: Ints
    expires: Ints


@dataclass(frozen=True, slots=True)
class Registrations:
    site: Ints
    authority: Ints
    is_listed: Bools
    operation_registration: Ints
    operation: Ints


@dataclass(frozen=True, slots=True)
class Segment:
    """An immutable set of sites. `places` are (country, region) as they occur."""

    sites: Sites
    rows: Rows
    statements: Statements
    measures: Measures
    marks: Marks
    windows: Windows
    visits: Visits
    papers: Papers
    registrations: Registrations
    places: tuple[tuple[str, str], ...]

    @property
    def site_count(self) -> int:
        return len(self.sites.pk)

    @property
    def row_count(self) -> int:
        return len(self.rows.site)
