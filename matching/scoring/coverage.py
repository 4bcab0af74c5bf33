"""The smallest sets of sites that cover a brief which no single site covers: its parts, who can take each.

The sets themselves are found in `covers`, by an integer-programming solver.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from matching.scoring.columns.arrays import Bytes, Ints
from matching.scoring.columns.fields import Field
from matching.scoring.columns.standings import CODES, STANDINGS, standing_of
from matching.scoring.contracts import Option
from matching.scoring.covers import best_covers
from matching.scoring.eligibility import Standing
from matching.scoring.lines import Judgement
from matching.scoring.requirements import (
    BriefAsked,
    CapacityAsked,
    HazardAsked,
    Requirement,
    Strength,
    TermAsked,
)
from matching.scoring.results import (
    Assignment,
    Cover,
    Coverage,
    Part,
    PartCandidate,
    PartCandidates,
    SiteMatch,
)
from matching.scoring.verdicts import Verdict

COVER_SECONDS = 10.0
"""How long the solver may look. Five parts take a fraction of a second, so only odd briefs or a busy machine
come near it."""


class Told(Protocol):
    """One site in words: its verdicts, and how it matches by them."""

    @property
    def judgement(self) -> Judgement: ...

    @property
    def match(self) -> SiteMatch: ...


@dataclass(frozen=True, slots=True)
class Outline:
    """Who could take which part, by position in the field: what is found before anybody is explained."""

    brief: BriefAsked
    parts: tuple[Part, ...]
    standings: Mapping[str, Bytes]
    listed: Mapping[str, Ints]
    shown: Mapping[str, Ints]
    covers: tuple[Cover, ...]
    is_complete: bool
    position: Mapping[str, int]

    @property
    def needed(self) -> set[int]:
        """Positions of the sites that the coverage names."""
        taken = {self.position[each.candidate.key] for cover in self.covers for each in cover.assignments}
        return taken.union(*(positions.tolist() for positions in self.shown.values()))


def outline_of(
    brief: BriefAsked, field: Field, shown: int | None, *, seconds: float = COVER_SECONDS
) -> Outline | None:
    """None where the brief has fewer than two parts, so that there is nothing to share out.

    Sites with open questions come in only where those that are eligible for a part cover nothing together.
    """
    parts = parts_of(brief)
    if len(parts) < 2:
        return None
    standings = {part.key: part_standing(part, brief, field) for part in parts}
    listed = {key: candidates(stands, field) for key, stands in standings.items()}
    position: dict[str, int] = {}
    eligible = options(listed, standings, field, position, Standing.ELIGIBLE)
    covers, is_complete = best_covers(parts, eligible, seconds)
    if not covers:
        perhaps = options(listed, standings, field, position, Standing.OPEN_QUESTIONS)
        covers, also = best_covers(parts, perhaps, seconds)
        is_complete = is_complete and also
    first = {key: positions[:shown] for key, positions in listed.items()}
    return Outline(brief, parts, standings, listed, first, tuple(covers), is_complete, position)


def part_standing(part: Part, brief: BriefAsked, field: Field) -> Bytes:
    gates = [each.key for each in brief.requirements if each.strength is not Strength.PREFER]
    own = {each.key for each in gates_for(part, brief)}
    return standing_of(field.gates[[key in own for key in gates]])


def candidates(standing: Bytes, field: Field) -> Ints:
    is_listed = field.is_profiled & (standing <= CODES[Standing.NEAR_MISS])
    return field.ordered(np.flatnonzero(is_listed), standing, -field.low)


def options(
    listed: Mapping[str, Ints],
    standings: Mapping[str, Bytes],
    field: Field,
    position: dict[str, int],
    least: Standing,
) -> list[Option]:
    """Sites with what they can take, standing at least so well; `position` is told where they are."""
    taken: dict[int, dict[str, PartCandidate]] = {}
    for part, positions in listed.items():
        for each in positions[standings[part][positions] <= CODES[least]].tolist():
            found = drawn(each, STANDINGS[standings[part][each]], field)
            position[found.key] = each
            taken.setdefault(each, {})[part] = found
    return [option(parts) for parts in taken.values()]


def drawn(position: int, stands: Standing, field: Field) -> PartCandidate:
    """A candidate by its numbers alone; `completed` puts names, questions and changes in."""
    partner, score = field.partner_key(position), float(field.low[position])
    return PartCandidate(field.key(position), field.name(position), partner, "", stands, score, (), ())


def option(parts: Mapping[str, PartCandidate]) -> Option:
    first = next(iter(parts.values()))
    return Option(first.key, first.partner, first.score, parts)


def completed(outline: Outline, explained: Callable[[int], Told]) -> Coverage:
    def told(part: Part, position: int) -> PartCandidate:
        found = explained(position)
        stands = STANDINGS[outline.standings[part.key][position]]
        gates = gates_for(part, outline.brief)
        return candidate(found.match, stands, [found.judgement.verdicts[each.key] for each in gates])

    parts = tuple(
        PartCandidates(
            part,
            tuple(told(part, each) for each in outline.shown[part.key].tolist()),
            len(outline.listed[part.key]),
        )
        for part in outline.parts
    )
    covers = (replace(each, assignments=tuple(assigned(each, outline, told))) for each in outline.covers)
    return Coverage(parts, tuple(covers), outline.is_complete)


def assigned(
    cover: Cover, outline: Outline, told: Callable[[Part, int], PartCandidate]
) -> Iterator[Assignment]:
    for each in cover.assignments:
        yield replace(each, candidate=told(each.part, outline.position[each.candidate.key]))


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
