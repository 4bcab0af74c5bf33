"""The smallest sets of sites that cover a brief which no single site covers: its parts, who can take each.

The sets themselves are found in `covers`, by an integer-programming solver.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from matching.scoring.contracts import Option
from matching.scoring.covers import best_covers
from matching.scoring.eligibility import Standing, standing
from matching.scoring.lines import Judgement
from matching.scoring.requirements import (
    BriefAsked,
    CapacityAsked,
    HazardAsked,
    Requirement,
    Strength,
    TermAsked,
)
from matching.scoring.results import Coverage, Part, PartCandidate, PartCandidates, SiteMatch
from matching.scoring.verdicts import Verdict

COVER_SECONDS = 10.0
"""How long the solver may look. Five parts take a fraction of a second, so only odd briefs or a busy machine
come near it."""

LISTED = (Standing.ELIGIBLE, Standing.OPEN_QUESTIONS, Standing.NEAR_MISS)


def coverage_of(
    brief: BriefAsked,
    judgements: Sequence[Judgement],
    matches: Sequence[SiteMatch],
    *,
    seconds: float = COVER_SECONDS,
) -> Coverage | None:
    """None where the brief has fewer than two parts, so that there is nothing to share out.

    Sites with open questions come in only where those that are eligible for a part cover nothing together.
    """
    parts = parts_of(brief)
    if len(parts) < 2:
        return None
    by_part = {
        part.key: sorted(
            candidates(part, brief, judgements, matches),
            key=lambda each: (LISTED.index(each.standing), -each.score, each.name, each.key),
        )
        for part in parts
    }
    covers, is_complete = best_covers(parts, options(by_part, {Standing.ELIGIBLE}), seconds)
    if not covers:
        perhaps = options(by_part, {Standing.ELIGIBLE, Standing.OPEN_QUESTIONS})
        covers, also = best_covers(parts, perhaps, seconds)
        is_complete = is_complete and also
    listed = tuple(PartCandidates(part, tuple(by_part[part.key])) for part in parts)
    return Coverage(listed, tuple(covers), is_complete)


def is_service(requirement: Requirement) -> bool:
    """Something that one of the sites has to do, rather than something that holds at every site."""
    return requirement.strength is Strength.MUST and any(
        isinstance(each, TermAsked | CapacityAsked | HazardAsked) for each in requirement.conditions
    )


def parts_of(brief: BriefAsked) -> tuple[Part, ...]:
    """The steps with gates of their own, in order, and the services asked of the whole project."""
    asked = {each.step for each in brief.requirements if each.strength is not Strength.PREFER}
    steps = [Part(each.key, each.label) for each in brief.steps if each.key in asked]
    services = [each for each in brief.requirements if not each.step and is_service(each)]
    return (*steps, *(Part(each.key, each.label, is_step=False) for each in services))


def gates_for(part: Part, brief: BriefAsked) -> list[Requirement]:
    """The part's own gates, and those that hold at every site, such as places and exclusions."""
    gates = [each for each in brief.requirements if each.strength is not Strength.PREFER]
    own = [each for each in gates if part.key in (each.step, each.key)]
    return own + [each for each in gates if not each.step and not is_service(each)]


def candidates(
    part: Part, brief: BriefAsked, judgements: Sequence[Judgement], matches: Sequence[SiteMatch]
) -> Iterator[PartCandidate]:
    gates = gates_for(part, brief)
    for judgement, match in zip(judgements, matches, strict=True):
        found = [judgement.verdicts[each.key] for each in gates]
        stands = standing(found)
        if stands in LISTED:
            yield candidate(match, stands, found)


def candidate(match: SiteMatch, stands: Standing, found: Sequence[Verdict]) -> PartCandidate:
    return PartCandidate(
        match.key,
        match.name,
        match.partner or f"site {match.key}",
        match.partner_name or match.name,
        stands,
        match.points,
        tuple(dict.fromkeys(verdict.question for verdict in found if verdict.question)),
        tuple(verdict.change.text for verdict in found if verdict.change is not None),
    )


def options(by_part: Mapping[str, Iterable[PartCandidate]], allowed: set[Standing]) -> list[Option]:
    """Sites with what they can take."""
    taken: dict[str, dict[str, PartCandidate]] = {}
    for part, found in by_part.items():
        for each in found:
            if each.standing in allowed:
                taken.setdefault(each.key, {})[part] = each
    return [option(key, parts) for key, parts in taken.items()]


def option(key: str, parts: Mapping[str, PartCandidate]) -> Option:
    first = next(iter(parts.values()))
    return Option(key, first.partner, first.score, parts)
