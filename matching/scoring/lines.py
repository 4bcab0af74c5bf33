"""All line-scoped requirements of a step are met by one and the same line, which the verdicts name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matching.scoring.cells import part_of
from matching.scoring.contexts import Context
from matching.scoring.criteria import Criterion
from matching.scoring.facts import LineFacts, SiteFacts
from matching.scoring.judgement import is_of_a_line, judge
from matching.scoring.requirements import BriefAsked, Requirement, Strength
from matching.scoring.score import points
from matching.scoring.verdicts import Status, Verdict
from matching.scoring.weights import left_sum


@dataclass(frozen=True, slots=True)
class Group:
    """The line-scoped requirements that one line has to meet together: those of one step."""

    step: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """All verdicts on one site by requirement, and the line that does each step."""

    site: SiteFacts
    verdicts: Mapping[str, Verdict]
    lines: Mapping[str, str]


type Kept = dict[tuple[str, str], Verdict]
"""Verdicts by requirement and line (empty: the site). They do not depend on weights."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where one site is judged."""

    site: SiteFacts
    context: Context
    kept: Kept

    def judge(self, requirement: Requirement, line: LineFacts | None) -> Verdict:
        key = requirement.key, line.key if line is not None else ""
        if key not in self.kept:
            self.kept[key] = judge(requirement, self.site, line, self.context)
        return self.kept[key]


def groups_of(brief: BriefAsked) -> tuple[Group, ...]:
    """By step. With one step only, what is asked for the whole project is asked of that step's line too."""
    of_lines = [each for each in brief.requirements if is_of_a_line(each)]
    steps = {each.step for each in of_lines if each.step} or {each.key for each in brief.steps}
    if len(steps) <= 1:
        return (Group(next(iter(steps), ""), tuple(of_lines)),) if of_lines else ()
    order = dict.fromkeys(each.step for each in of_lines)
    return tuple(Group(step, tuple(each for each in of_lines if each.step == step)) for step in order)


def judge_site(
    brief: BriefAsked,
    groups: Sequence[Group],
    criteria: Sequence[Criterion],
    site: SiteFacts,
    context: Context,
    *,
    kept: Kept | None = None,
) -> Judgement:
    """`kept` holds what was judged of this site for this brief before, and takes what is judged now."""
    bench = Bench(site, context, kept if kept is not None else {})
    verdicts = {each.key: bench.judge(each, None) for each in brief.requirements if not is_of_a_line(each)}
    lines: dict[str, str] = {}
    for group in groups:
        chosen, found = choose_line(group, criteria, bench)
        verdicts |= found
        if chosen is not None:
            lines[group.step] = chosen.name
    return Judgement(site, {each.key: verdicts[each.key] for each in brief.requirements}, lines)


def choose_line(
    group: Group, criteria: Sequence[Criterion], bench: Bench
) -> tuple[LineFacts | None, dict[str, Verdict]]:
    """The line with the fewest failures (those beyond change first), then questions, then the most points."""
    if not bench.site.lines:
        return None, {each.key: bench.judge(each, None) for each in group.requirements}
    judged = [
        (line, {each.key: bench.judge(each, line) for each in group.requirements})
        for line in bench.site.lines
    ]
    best = min(judged, key=lambda pair: (*failures(group, pair[1]), -worth(criteria, pair[1]), pair[0].key))
    others = [pair for pair in judged if pair is not best]
    return best[0], {key: beside(verdict, key, others) for key, verdict in best[1].items()}


def failures(group: Group, verdicts: Mapping[str, Verdict]) -> tuple[int, int, int]:
    gates = [verdicts[each.key] for each in group.requirements if each.strength is not Strength.PREFER]
    failed = [gate for gate in gates if gate.status is Status.UNMET]
    open_ones = sum(gate.status is Status.UNKNOWN for gate in gates)
    return sum(gate.change is None for gate in failed), len(failed), open_ones


def worth(criteria: Sequence[Criterion], verdicts: Mapping[str, Verdict]) -> float:
    """Proven points that depend on the choice of the line."""
    return left_sum(
        points(criterion.weight / len(criterion.requirements), part_of(criterion, verdicts[key]).low)
        for criterion in criteria
        for key in criterion.requirements
        if key in verdicts
    )


def beside(verdict: Verdict, key: str, others: Sequence[tuple[LineFacts, Mapping[str, Verdict]]]) -> Verdict:
    """Where another line would do, say so: true of the site is not true of one line."""
    if verdict.status is not Status.UNMET:
        return verdict
    able = [line.name for line, verdicts in others if verdicts[key].status is Status.MET]
    if not able:
        return verdict
    return replace(verdict, reason=f"{verdict.reason} Line {able[0]} does, but not all the rest.")
