"""What a match gives back: frozen, complete, and free of anything that depends on when it is looked at."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from matching.scoring.eligibility import Standing
from matching.scoring.requirements import Requirement
from matching.scoring.score import Score
from matching.scoring.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    requirement: Requirement
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OtherSite:
    """Another site of the same partner that stands behind its best one."""

    key: str
    name: str
    standing: Standing
    score: float


@dataclass(frozen=True, slots=True)
class SiteMatch:
    """One site judged for a brief, standing for its partner. Register-only sites have no score."""

    key: str
    name: str
    partner: str
    partner_name: str
    country: str
    region: str
    standing: Standing
    judged: tuple[Judged, ...]
    lines: Mapping[str, str]
    questions: tuple[str, ...]
    changes: tuple[str, ...]
    score: Score | None = None
    other_sites: tuple[OtherSite, ...] = ()

    @property
    def points(self) -> float:
        return self.score.low if self.score is not None else 0.0


@dataclass(frozen=True, slots=True)
class Further:
    """A candidate after those that are explained: its score interval, and no more."""

    key: str
    name: str
    partner: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RestReason:
    """How many sites of the rest fail this gate. A site that fails several counts under each."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """Something to be covered: a step, or a service asked of the whole project."""

    key: str
    label: str
    is_step: bool = True


@dataclass(frozen=True, slots=True)
class PartCandidate:
    """How one site stands for one part, with the questions or changes that this part alone raises."""

    key: str
    name: str
    partner: str
    partner_name: str
    standing: Standing
    score: float
    questions: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartCandidates:
    """The best candidates for one part: eligible, with open questions, or near misses; `count` in all."""

    part: Part
    candidates: tuple[PartCandidate, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Assignment:
    part: Part
    candidate: PartCandidate


@dataclass(frozen=True, slots=True)
class Cover:
    """Sites that cover the brief together, none of them idle. Hand-overs count from step to step."""

    assignments: tuple[Assignment, ...]
    partners: int
    hand_overs: int
    score: float
    has_open_questions: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The best covers. Not `is_complete`: the search stopped at its limit, so they are "best found"."""

    parts: tuple[PartCandidates, ...]
    covers: tuple[Cover, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The lists hold the candidates that are explained, best first; `counts` says how many there are."""

    engine_version: str
    as_of: dt.date
    brief: str
    weights: Mapping[str, float]
    eligible: tuple[SiteMatch, ...]
    open_questions: tuple[SiteMatch, ...]
    near_misses: tuple[SiteMatch, ...]
    counts: Mapping[str, int]
    further: Mapping[str, tuple[Further, ...]]
    registered_only: tuple[SiteMatch, ...]
    registered_only_count: int
    rest: tuple[RestReason, ...]
    rest_count: int
    sites_seen: int
    coverage: Coverage | None
