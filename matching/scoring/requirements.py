"""What a brief asks, as plain frozen data: requirements, steps, weights and time frame."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matching.scoring.facts import Scope


class Strength(StrEnum):
    MUST = "must"
    MUST_NOT = "must_not"
    PREFER = "prefer"


class Relation(StrEnum):
    """How a measure is compared with what a site states."""

    COVERS = "covers"  # the site's range contains the brief's whole range
    AT_LEAST = "at_least"  # the site reaches at least the brief's number
    AT_MOST = "at_most"  # the site goes down to at most the brief's number, e.g. the lowest OEL handled
    ONE_OF = "one_of"  # the site has one of the sizes: a set, never a span


@dataclass(frozen=True, slots=True)
class MeasureAsked:
    """A number in the base unit of `measure` (an `sc.*` code); `count` vessels of it, e.g. 2 × 2,000 L."""

    measure: str
    relation: Relation
    lo: float | None = None
    hi: float | None = None
    sizes: tuple[float, ...] = ()
    count: int = 1
    as_entered: str = ""


@dataclass(frozen=True, slots=True)
class TermAsked:
    """A term on offer, optionally with a measure of that term, stages, and the least basis."""

    term: str
    measure: MeasureAsked | None = None
    stages: frozenset[str] = frozenset()
    least_basis: str = "claimed"


@dataclass(frozen=True, slots=True)
class HazardAsked:
    """A hazard; with strength `must_not`, at the scope of the requirement."""

    term: str


@dataclass(frozen=True, slots=True)
class PlaceAsked:
    """The site lies in one of these countries (ISO 3166-1 alpha-2, or `US-PR` style exclusions)."""

    countries: frozenset[str]
    label: str = ""


@dataclass(frozen=True, slots=True)
class InspectionAsked:
    """Inspected by one of these authorities, at most so many months ago, for an operation if one is named."""

    authorities: frozenset[str]
    at_most_months: float | None = None
    covers: str = ""
    refused_outcomes: frozenset[str] = frozenset({"OAI", "non-compliant"})


@dataclass(frozen=True, slots=True)
class CertificateAsked:
    """A certificate (a `cer.*` code), valid on the day, by an authority if one is named."""

    term: str
    authority: str = ""
    at_most_months: float | None = None


@dataclass(frozen=True, slots=True)
class RegistrationAsked:
    """Registered with an authority for all of these operations (NCIt codes)."""

    authority: str
    operations: frozenset[str]
    label: str = ""


@dataclass(frozen=True, slots=True)
class CapacityAsked:
    """Open capacity on the line that meets the rest: `quantity` of `unit` inside the brief's time frame."""

    quantity: float
    unit: str = "batches"


Condition = (
    TermAsked
    | HazardAsked
    | PlaceAsked
    | InspectionAsked
    | CertificateAsked
    | RegistrationAsked
    | CapacityAsked
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a brief. Several `conditions` are alternatives; an empty `step` = whole project."""

    key: str
    strength: Strength
    conditions: tuple[Condition, ...]
    scope: Scope = Scope.SITE
    step: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the work: drug substance, drug product, packaging, testing or release."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class TimeFrame:
    """When the work may run. Weeks are calendar weeks; `None` means the brief does not say."""

    material_available_on: dt.date | None = None
    needed_by: dt.date | None = None
    contracting_weeks: float = 8
    transfer_weeks: float = 0
    release_weeks: float = 0
    shipping_weeks: float = 0


HEADS = ("fit", "quality", "timing", "experience", "place")
"""The five heads of the default value tree, in the order in which their points are shown and added."""


@dataclass(frozen=True, slots=True)
class BriefAsked:
    """A whole brief: what scoring needs of it. Weights are points per head, not yet normalised."""

    key: str
    title: str
    steps: tuple[Step, ...]
    requirements: tuple[Requirement, ...]
    weights: Mapping[str, float]
    time_frame: TimeFrame = field(default_factory=TimeFrame)
    stage: str = ""
    modality: str = ""
    dosage_form: str = ""
