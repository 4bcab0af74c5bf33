"""The smallest sets of sites that cover a brief which no single site covers.

An exact search: with one partner, then two, then three, branching on the part with the fewest candidates.
It stops at a limit, which the result then admits. A set counts only if none of its sites could be left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

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
from matching.scoring.weights import left_sum

MOST_PARTNERS = 3
MOST_SITES = 4
MOST_LOOKS = 20_000
COVERS_SHOWN = 10
LISTED = (Standing.ELIGIBLE, Standing.OPEN_QUESTIONS, Standing.NEAR_MISS)


@dataclass(frozen=True, slots=True)
class Option:
    """A site with the parts that it can take."""

    key: str
    partner: str
    score: float
    parts: Mapping[str, PartCandidate]


@dataclass(slots=True)
class Search:
    """What was found with at most so many partners, and how many looks it took."""

    partners: int
    found: dict[frozenset[str], tuple[Option, ...]] = field(default_factory=dict)
    looks: int = 0

    @property
    def is_spent(self) -> bool:
        return self.looks >= MOST_LOOKS


def coverage_of(
    brief: BriefAsked, judgements: Sequence[Judgement], matches: Sequence[SiteMatch]
) -> Coverage | None:
    """None where the brief has fewer than two parts, so that there is nothing to share out."""
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
    covers, is_complete = search(parts, options(by_part, {Standing.ELIGIBLE}))
    if not covers:
        covers, also = search(parts, options(by_part, {Standing.ELIGIBLE, Standing.OPEN_QUESTIONS}))
        is_complete = is_complete and also
    listed = tuple(PartCandidates(part, tuple(by_part[part.key])) for part in parts)
    return Coverage(listed, tuple(covers[:COVERS_SHOWN]), is_complete)


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
    """Sites with what they can take, best first."""
    taken: dict[str, dict[str, PartCandidate]] = {}
    for part, found in by_part.items():
        for each in found:
            if each.standing in allowed:
                taken.setdefault(each.key, {})[part] = each
    every = [option(key, parts) for key, parts in taken.items()]
    every.sort(key=lambda each: (-each.score, each.key))
    return list(undominated(every))


def option(key: str, parts: Mapping[str, PartCandidate]) -> Option:
    first = next(iter(parts.values()))
    return Option(key, first.partner, first.score, parts)


def undominated(every: Sequence[Option]) -> Iterator[Option]:
    """Leave out sites behind enough better ones that take exactly the same parts.

    A site whose partner has others stays, because together they need one contract less.
    """
    sites = Counter(each.partner for each in every)
    seen: Counter[frozenset[str]] = Counter()
    for each in every:
        kind = frozenset(each.parts)
        seen[kind] += 1
        if seen[kind] <= COVERS_SHOWN or sites[each.partner] > 1:
            yield each


def search(parts: Sequence[Part], found: Sequence[Option]) -> tuple[list[Cover], bool]:
    """Sets with fewer partners come first, so more partners are tried only while too few sets are found."""
    missing = frozenset(part.key for part in parts)
    if not all(any(key in each.parts for each in found) for key in missing):
        return [], True
    for partners in range(1, MOST_PARTNERS + 1):
        state = Search(partners)
        extend((), missing, found, state)
        if len(state.found) >= COVERS_SHOWN or state.is_spent:
            break
    covers = [assigned(parts, chosen) for chosen in state.found.values()]
    covers.sort(key=lambda each: (each.partners, each.hand_overs, -each.score, site_keys(each)))
    return covers, not state.is_spent


def site_keys(cover: Cover) -> tuple[str, ...]:
    return tuple(each.candidate.key for each in cover.assignments)


def extend(
    chosen: tuple[Option, ...], missing: frozenset[str], found: Sequence[Option], state: Search
) -> None:
    """Depth first over the part that fewest sites can take."""
    if not missing:
        if is_needed(chosen):
            state.found.setdefault(frozenset(each.key for each in chosen), chosen)
        return
    part = min(sorted(missing), key=lambda key: sum(key in each.parts for each in found))
    for each in found if len(chosen) < MOST_SITES else ():
        if state.is_spent:
            return
        if part in each.parts and len({*(one.partner for one in chosen), each.partner}) <= state.partners:
            state.looks += 1
            extend((*chosen, each), missing - each.parts.keys(), found, state)


def is_needed(chosen: Sequence[Option]) -> bool:
    """No site could be left out."""
    return all(
        each.parts.keys() - {key for other in chosen if other is not each for key in other.parts}
        for each in chosen
    )


Path = tuple[int, float, tuple[PartCandidate, ...]]


def assigned(parts: Sequence[Part], chosen: Sequence[Option]) -> Cover:
    """Parts shared out with the fewest hand-overs between neighbours, then by score: best path, part by part.

    Every site gets a part, because each can do one that no other of the set can.
    """
    paths: dict[str, Path] = {}
    for part in parts:
        able = [each.parts[part.key] for each in chosen if part.key in each.parts]
        paths = {each.key: best_path(each, paths, part) for each in able}
    taken = min(paths.values(), key=lambda path: (path[0], -path[1], path_keys(path)))[2]
    return cover_of(parts, taken)


def best_path(last: PartCandidate, paths: Mapping[str, Path], part: Part) -> Path:
    if not paths:
        return 0, last.score, (last,)
    longer = [
        (handed + (part.is_step and key != last.key), score + last.score, (*before, last))
        for key, (handed, score, before) in paths.items()
    ]
    return min(longer, key=lambda path: (path[0], -path[1], path_keys(path)))


def hand_overs(parts: Sequence[Part], taken: Sequence[PartCandidate]) -> int:
    """Between neighbouring steps; a service asked of the whole project has no place in their order."""
    steps = [each for part, each in zip(parts, taken, strict=True) if part.is_step]
    return sum(one.key != other.key for one, other in pairwise(steps))


def path_keys(path: Path) -> tuple[str, ...]:
    return tuple(each.key for each in path[2])


def cover_of(parts: Sequence[Part], taken: Sequence[PartCandidate]) -> Cover:
    return Cover(
        tuple(Assignment(part, each) for part, each in zip(parts, taken, strict=True)),
        len({each.partner for each in taken}),
        hand_overs(parts, taken),
        left_sum(each.score for each in taken) / len(taken),
        any(each.standing is Standing.OPEN_QUESTIONS for each in taken),
    )
