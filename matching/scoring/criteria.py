"""The default value tree: which criteria a brief is scored by, under the five heads, and what each weighs.

Which criteria apply follows from the brief alone, never from a candidate. Inside a head all weigh the same. A
head without a criterion that applies falls out and the others are rescaled. Anchors are editable working
knowledge, to be checked by an expert.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matching.scoring.requirements import (
    HEADS,
    BriefAsked,
    CapacityAsked,
    CertificateAsked,
    InspectionAsked,
    PlaceAsked,
    RegistrationAsked,
    Relation,
    Requirement,
    Strength,
    TermAsked,
)
from matching.scoring.values import Linear, Ordinal, Piecewise, ValueFunction
from matching.scoring.weights import WeightsInvalid, head_weights, normalised

STAGES = ("stg.preclinical", "stg.phase1", "stg.phase2", "stg.phase3", "stg.registration", "stg.commercial")
LATE_STAGES = frozenset({"stg.phase3", "stg.registration", "stg.commercial", "stg.lcm"})

SHARE = Linear("share met", 0, 1)
BATCH = Piecewise("place in the line's range", ((0, 0.5), (0.2, 1)))
STAGE = Ordinal("stages supported", {"this stage": 0.0, "next stage": 0.5, "up to commercial": 1.0})
INSPECTION_AGE = Piecewise("months since inspection", ((12, 1), (36, 0.5), (60, 0)))
OUTCOMES = {"NAI": 1.0, "compliant": 1.0, "VAI": 0.7, "OAI": 0.0, "non-compliant": 0.0}
OUTCOME = Ordinal("inspection outcome", OUTCOMES)
SLACK = Piecewise("weeks of slack", ((0, 0.3), (12, 1)))
OPEN_RATIO = Piecewise("open ÷ needed", ((0, 0), (1, 0.4), (2, 1)))
BATCHES_DONE = Piecewise("batches in 36 months", ((0, 0), (3, 0.5), (20, 1)))
PPQ_DONE = Piecewise("validation campaigns", ((0, 0), (3, 1)))
CAMPAIGN_SHARE = Linear("smallest campaign ÷ asked", 1, 0.5)
YES = Ordinal("stated", {"no": 0.0, "yes": 1.0})


@dataclass(frozen=True, slots=True)
class Criterion:
    """One leaf of the value tree. `requirements` are the keys it is read from; none: the whole site."""

    key: str
    head: str
    label: str
    scale: ValueFunction | Ordinal
    requirements: tuple[str, ...] = ()
    weight: float = 0.0


def criteria_for(brief: BriefAsked) -> tuple[Criterion, ...]:
    """All criteria that apply, weighted so that they add up to 1, in the order of the heads."""
    applying = [each for each in (*from_requirements(brief), *from_site(brief)) if each is not None]
    by_head = {head: [each for each in applying if each.head == head] for head in HEADS}
    shares = head_weights(brief.weights)
    used = {head: share for head, share in shares.items() if by_head[head]}
    if not any(used.values()):
        raise WeightsInvalid("weights", "none of the heads that weigh anything applies to this brief")
    return tuple(weighted(by_head, normalised(used)))


def weighted(by_head: Mapping[str, list[Criterion]], shares: Mapping[str, float]) -> Iterator[Criterion]:
    for head, share in shares.items():
        for each in by_head[head]:
            weight = share / len(by_head[head])
            yield Criterion(each.key, head, each.label, each.scale, each.requirements, weight)


def from_requirements(brief: BriefAsked) -> list[Criterion | None]:
    preferred = [each for each in brief.requirements if each.strength is Strength.PREFER]
    gates = [each for each in brief.requirements if each.strength is not Strength.PREFER]
    capacity = [each for each in brief.requirements if has_capacity(each)]
    batches = [each for each in gates if has_range(each)]
    backed = [each for each in gates if each.strength is Strength.MUST and has_term(each)]
    technical = [each for each in preferred if head_of(each) == "fit"]
    regulatory = [each for each in preferred if head_of(each) == "quality"]
    places = [each for each in preferred if head_of(each) == "place"]
    return [
        read_from(technical, "fit.preferences", "fit", "Technical preferences met", SHARE),
        read_from(batches, "fit.batch", "fit", "Batch well inside the range", BATCH),
        read_from(backed, "quality.backed", "quality", "Backed by certificate, inspection or batches", SHARE),
        read_from(regulatory, "quality.preferences", "quality", "Regulatory preferences met", SHARE),
        read_from(capacity, "timing.slack", "timing", "Weeks of slack", SLACK),
        read_from(capacity, "timing.open", "timing", "Open capacity against need", OPEN_RATIO),
        read_from(places, "place.preferences", "place", "Preferred places", SHARE),
        read_from(capacity, "place.campaign", "place", "Slack to the smallest campaign", CAMPAIGN_SHARE),
    ]


def read_from(
    found: list[Requirement], key: str, head: str, label: str, scale: ValueFunction
) -> Criterion | None:
    """The mean over these requirements; without any the criterion does not apply."""
    return Criterion(key, head, label, scale, tuple(each.key for each in found)) if found else None


def from_site(brief: BriefAsked) -> list[Criterion | None]:
    is_late = brief.stage in LATE_STAGES
    is_staged = brief.stage in STAGES
    return [
        Criterion("fit.stage", "fit", "Room for the next stages", STAGE) if is_staged else None,
        Criterion("quality.inspection_age", "quality", "Time since the last inspection", INSPECTION_AGE),
        Criterion("quality.outcome", "quality", "Outcome of the last inspection", OUTCOME),
        Criterion("experience.batches", "experience", "Similar batches in 36 months", BATCHES_DONE),
        Criterion("experience.ppq", "experience", "Validation campaigns", PPQ_DONE) if is_late else None,
        Criterion("place.second_site", "place", "Second site in reserve", YES) if is_late else None,
    ]


def has_capacity(requirement: Requirement) -> bool:
    return requirement.strength is not Strength.MUST_NOT and any(
        isinstance(condition, CapacityAsked) for condition in requirement.conditions
    )


def has_term(requirement: Requirement) -> bool:
    return any(isinstance(condition, TermAsked) for condition in requirement.conditions)


def has_range(requirement: Requirement) -> bool:
    return requirement.strength is Strength.MUST and any(
        isinstance(condition, TermAsked)
        and condition.measure is not None
        and condition.measure.relation is Relation.COVERS
        for condition in requirement.conditions
    )


def head_of(requirement: Requirement) -> str:
    """Under which head a preference counts: capacity has criteria of its own."""
    first = requirement.conditions[0] if requirement.conditions else None
    if isinstance(first, PlaceAsked):
        return "place"
    if isinstance(first, InspectionAsked | CertificateAsked | RegistrationAsked):
        return "quality"
    return "timing" if isinstance(first, CapacityAsked) else "fit"
