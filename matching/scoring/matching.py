"""Match a brief against sites: gates, then scores, then lists. The one door into scoring.

Nothing here depends on the order of the sites, on the clock, or on who else is a candidate.
"""

import datetime as dt
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from matching.scoring.cells import cell_of
from matching.scoring.contexts import Context, context_for
from matching.scoring.contradictions import contradictions
from matching.scoring.coverage import coverage_of
from matching.scoring.criteria import Criterion, criteria_for
from matching.scoring.eligibility import Standing, standing
from matching.scoring.facts import SiteFacts, Vocabulary
from matching.scoring.labels import with_label
from matching.scoring.lines import Group, Judgement, groups_of, judge_site
from matching.scoring.register import failed_gates, gates_of, questions_for, quick_gates
from matching.scoring.requirements import BriefAsked, Requirement, Strength
from matching.scoring.results import Judged, MatchResult, OtherSite, RestReason, SiteMatch
from matching.scoring.score import score_of
from matching.scoring.verdicts import Status, Verdict
from matching.scoring.weights import head_weights

ENGINE_VERSION = "1"
REGISTERED_SHOWN = 50
TOO_LITTLE_KNOWN = "too-little-known"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is worked out once per brief: criteria with weights, groups of line requirements, context."""

    brief: BriefAsked
    criteria: tuple[Criterion, ...]
    groups: tuple[Group, ...]
    context: Context


class BriefInvalid(ValueError):
    """A brief that cannot be scored. `field` names what is at fault, `keys` all requirements involved."""

    def __init__(self, field: str, reason: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.keys = keys


def match(
    brief: BriefAsked, sites: Sequence[SiteFacts], vocabulary: Vocabulary, *, today: dt.date
) -> MatchResult:
    """Raises BriefInvalid or WeightsInvalid, naming the field, before any site is looked at."""
    plan = plan_for(brief, vocabulary, today)
    judged = judged_sites(plan, sites)
    matches = [match_of(each, plan) for each in judged]
    listed = best_per_partner([each for each in matches if each.standing is not Standing.REST])
    shown, number, failures = register_matches([site for site in sites if not site.is_profiled], plan)
    failures += rest_failures(matches)
    rest_count = failures.pop("", 0)
    lists = {kind: tuple(each for each in listed if each.standing is kind) for kind in Standing}
    return MatchResult(
        ENGINE_VERSION,
        today,
        brief.key,
        head_weights(brief.weights),
        lists[Standing.ELIGIBLE],
        lists[Standing.OPEN_QUESTIONS],
        lists[Standing.NEAR_MISS],
        shown,
        number,
        rest_reasons(plan.brief, failures),
        rest_count,
        len(sites),
        coverage_of(plan.brief, judged, matches) if not lists[Standing.ELIGIBLE] else None,
    )


def judged_sites(plan: Plan, sites: Sequence[SiteFacts]) -> list[Judgement]:
    profiled = (site for site in sites if site.is_profiled)
    return [judge_site(plan.brief, plan.groups, plan.criteria, site, plan.context) for site in profiled]


def plan_for(brief: BriefAsked, vocabulary: Vocabulary, today: dt.date) -> Plan:
    require_scorable(brief)
    context = context_for(today, vocabulary, brief.time_frame)
    named = replace(brief, requirements=tuple(with_label(each, vocabulary) for each in brief.requirements))
    for found in contradictions(named, context):
        raise BriefInvalid(found.field, found.reason, found.keys)
    return Plan(named, criteria_for(named), groups_of(named), context)


def require_scorable(brief: BriefAsked) -> None:
    keys = Counter(each.key for each in brief.requirements)
    for each in brief.requirements:
        if keys[each.key] > 1:
            raise BriefInvalid(each.key, "two requirements have this key", (each.key,))
        if not each.conditions:
            raise BriefInvalid(each.key, "asks for nothing", (each.key,))


def match_of(judgement: Judgement, plan: Plan) -> SiteMatch:
    """Gates decide the standing; the score says how good the rest is."""
    site, verdicts = judgement.site, judgement.verdicts
    gates = gate_verdicts(plan.brief.requirements, verdicts)
    cells = [cell_of(each, site, verdicts, plan.brief, plan.context) for each in plan.criteria]
    return SiteMatch(
        site.key,
        site.name,
        site.partner,
        site.partner_name,
        site.country,
        site.region,
        standing(gates),
        tuple(Judged(each, verdicts[each.key]) for each in plan.brief.requirements),
        judgement.lines,
        tuple(dict.fromkeys(gate.question for gate in gates if gate.question)),
        tuple(dict.fromkeys(gate.change.text for gate in gates if gate.change is not None)),
        score_of(plan.criteria, cells),
    )


def gate_verdicts(requirements: Iterable[Requirement], verdicts: Mapping[str, Verdict]) -> list[Verdict]:
    return [verdicts[each.key] for each in requirements if each.strength is not Strength.PREFER]


ORDER = tuple(Standing)


def rank(match: SiteMatch) -> tuple[float, str, str]:
    """Score first, then name and key, so that equals always stand in the same order."""
    return (-match.points, match.name, match.key)


def best_per_partner(matches: Sequence[SiteMatch]) -> list[SiteMatch]:
    """Each partner by its best site: the better list first, then the higher score."""
    by_partner: dict[str, list[SiteMatch]] = {}
    for each in sorted(matches, key=lambda match: (ORDER.index(match.standing), *rank(match))):
        by_partner.setdefault(each.partner or f"site {each.key}", []).append(each)
    return [
        replace(
            found[0],
            other_sites=tuple(
                OtherSite(each.key, each.name, each.standing, each.points) for each in found[1:]
            ),
        )
        for found in by_partner.values()
    ]


def rest_failures(matches: Sequence[SiteMatch]) -> Counter[str]:
    """Gates by number of sites of the rest that fail them; the empty key counts the sites."""
    counts: Counter[str] = Counter()
    for match in matches:
        if match.standing is Standing.REST:
            failed = [
                each.requirement.key
                for each in match.judged
                if each.requirement.strength is not Strength.PREFER and each.verdict.status is Status.UNMET
            ]
            counts.update([*(failed or [TOO_LITTLE_KNOWN]), ""])
    return counts


def rest_reasons(brief: BriefAsked, failures: Counter[str]) -> tuple[RestReason, ...]:
    """In the order of the brief, sites of which too little is known last."""
    labels = {each.key: each.label for each in brief.requirements}
    labels[TOO_LITTLE_KNOWN] = "Too little is known"
    return tuple(RestReason(key, label, failures[key]) for key, label in labels.items() if failures[key])


def register_matches(
    sites: Sequence[SiteFacts], plan: Plan
) -> tuple[tuple[SiteMatch, ...], int, Counter[str]]:
    """Those with most facts met, how many there are in all, and what the failing ones fail."""
    gates = gates_of(plan.brief.requirements, plan.context)
    quick = quick_gates(gates)
    failures: Counter[str] = Counter()
    standing_apart: list[tuple[int, str, str, SiteFacts]] = []
    for site in sites:
        failed, number_met = failed_gates(gates, quick, site, plan.context)
        if failed:
            failures.update([*failed, ""])
        else:
            standing_apart.append((-number_met, site.name, site.key, site))
    first = heapq.nsmallest(REGISTERED_SHOWN, standing_apart, key=lambda each: each[:3])
    return tuple(register_match(each[3], plan) for each in first), len(standing_apart), failures


def register_match(site: SiteFacts, plan: Plan) -> SiteMatch:
    judgement = judge_site(plan.brief, plan.groups, plan.criteria, site, plan.context)
    gates = gate_verdicts(plan.brief.requirements, judgement.verdicts)
    found = match_of(judgement, plan)
    return replace(
        found, standing=Standing.REGISTERED_ONLY, score=None, questions=questions_for(site, gates), changes=()
    )
