"""What is known of sites, as plain frozen data. Scoring reads nothing else: no clock, no database.

Numbers are float64 in the base unit of their measure; `None` means not stated. Dates are calendar dates.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Scope(StrEnum):
    """Where a statement or a requirement holds, narrowest first."""

    LINE = "line"
    BUILDING = "building"
    SITE = "site"
    CAMPUS = "campus"
    PARTNER = "partner"


BASES = ("claimed", "document", "certificate", "inspected", "done")
"""How a statement is backed, weakest first."""


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """A stated range of one measure (an `sc.*` code). Several facts of one measure form a set of sizes."""

    measure: str
    lo: float | None
    hi: float | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """A yes or a no about one term, with how it is backed and when it was last confirmed.

    Not `is_shown`: shared for matching only, so no sentence may name its numbers, stages or source.
    """

    term: str
    is_offered: bool
    confirmed_on: dt.date
    basis: str = "claimed"
    source: str = ""
    stages: frozenset[str] = frozenset()
    measures: tuple[MeasureFact, ...] = ()
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class OwnStatement(Statement):
    """What the organisation that asks found out itself, at a line (by its key) or, without, at the site.

    `against` is what the company states of the same thing at the same place, where that is otherwise.
    """

    place: str = ""
    against: Statement | None = None


@dataclass(frozen=True, slots=True)
class HazardFact:
    """Whether a hazard is handled. `place` is the line's or building's key; empty for site and campus."""

    term: str
    is_present: bool
    scope: Scope
    confirmed_on: dt.date
    place: str = ""
    basis: str = "claimed"
    source: str = ""
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class WindowFact:
    """Reported capacity in [start, end); only windows that no later snapshot closed."""

    start: dt.date
    end: dt.date
    state: str
    quantity: float
    unit: str
    confidence: str
    observed_on: dt.date
    valid_until: dt.date | None = None
    lead_time_weeks: float | None = None
    smallest_campaign: float | None = None


@dataclass(frozen=True, slots=True)
class LineFacts:
    key: str
    name: str
    building: str = ""
    statements: tuple[Statement, ...] = ()
    windows: tuple[WindowFact, ...] = ()
    capacity_unit: str = "batches"
    nominal_per_quarter: float | None = None
    smallest_campaign: float | None = None
    lead_time_weeks: float | None = None
    lead_time_confirmed_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class InspectionFact:
    """One visit. `outcomes` are the codes per project area; `covers` names the operations, if stated."""

    authority: str
    ended_on: dt.date | None
    outcomes: tuple[str, ...] = ()
    covers: frozenset[str] = frozenset()
    authority_name: str = ""
    origin: str = "company"
    source: str = ""


@dataclass(frozen=True, slots=True)
class CertificateFact:
    term: str
    authority: str = ""
    authority_name: str = ""
    number: str = ""
    inspected_on: dt.date | None = None
    issued_on: dt.date | None = None
    expires_on: dt.date | None = None
    operations: frozenset[str] = frozenset()
    origin: str = "company"
    source: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationFact:
    """Registered with an authority for operations (NCIt codes), as of the snapshot."""

    authority: str
    operations: frozenset[str]
    snapshot_on: dt.date
    no_longer_listed_on: dt.date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """All that scoring knows of one site. `campus_hazards` are those stated by other sites on its ground."""

    key: str
    name: str
    partner: str
    partner_name: str
    country: str
    is_profiled: bool = True
    region: str = ""
    statements: tuple[Statement, ...] = ()
    hazards: tuple[HazardFact, ...] = ()
    campus_hazards: tuple[HazardFact, ...] = ()
    lines: tuple[LineFacts, ...] = ()
    inspections: tuple[InspectionFact, ...] = ()
    certificates: tuple[CertificateFact, ...] = ()
    registrations: tuple[RegistrationFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Labels, parents and implications of terms, by code. `countries` expands `geo.*` groups to ISO codes."""

    labels: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    implies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def label(self, code: str) -> str:
        return self.labels.get(code, code)

    def lineage(self, code: str) -> tuple[str, ...]:
        """The term and its ancestors, nearest first."""
        line = [code]
        while (parent := self.parents.get(line[-1])) is not None and parent not in line:
            line.append(parent)
        return tuple(line)
