"""Match a brief against sites: gates, then scores, then lists. The one door into scoring.

All sites are judged and scored on columns; those that are shown are judged again in words, and both must
agree. Nothing here depends on the order of the sites, on the clock, or on who else is a candidate.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.scoring.cells import cell_of
from matching.scoring.columns.arrays import Ints
from matching.scoring.columns.directories import Directory, directory_of
from matching.scoring.columns.fields import Asked, Field, Memory, Remembered, field_of
from matching.scoring.columns.standings import CODES
from matching.scoring.contexts import context_for
from matching.scoring.contradictions import contradictions
from matching.scoring.coverage import Outline, completed, outline_of
from matching.scoring.criteria import criteria_for
from matching.scoring.eligibility import Standing, standing
from matching.scoring.facts import SiteFacts, Vocabulary
from matching.scoring.labels import with_label
from matching.scoring.lines import Judgement, Kept, groups_of, judge_site
from matching.scoring.rankings import LISTED, Lists, further_of, lists_of, registered_of, rest_of
from matching.scoring.register import questions_for
from matching.scoring.requirements import BriefAsked, Requirement, Strength
from matching.scoring.results import Judged, MatchResult, SiteMatch
from matching.scoring.score import score_of
from matching.scoring.verdicts import Verdict
from matching.scoring.weights import head_weights

ENGINE_VERSION = "2"
SHOWN = 20
"""How many candidates of each list are explained in a run; the others are listed by score."""

type FactsOf = Callable[[Sequence[int]], Mapping[int, SiteFacts]]


class BriefInvalid(ValueError):
    """A brief that cannot be scored. `field` names what is at fault, `keys` all requirements involved."""

    def __init__(self, field: str, reason: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.keys = keys


@dataclass(frozen=True, slots=True)
class Told:
    """One site in words: its verdicts, and how it matches by them."""

    judgement: Judgement
    match: SiteMatch


class FactsMoved(Exception):
    """The facts of a site are not those that its columns were made of: it was changed in between."""


def match(
    brief: BriefAsked,
    sites: Sequence[SiteFacts],
    vocabulary: Vocabulary,
    *,
    today: dt.date,
    shown: int | None = None,
) -> MatchResult:
    """Against these sites; `shown` candidates of each list are explained (all, if None).

    Raises BriefInvalid or WeightsInvalid, naming the field, before any site is looked at.
    """
    return match_directory(
        plan_for(brief, vocabulary, today),
        directory_of(sites),
        lambda positions: {each: sites[each] for each in positions},
        shown=shown,
    )


def match_directory(
    plan: Asked,
    directory: Directory,
    facts_of: FactsOf,
    *,
    shown: int | None = SHOWN,
    memory: Memory | None = None,
) -> MatchResult:
    """Against all current sites. `facts_of` gives the facts of those to be explained, by `pk`.

    Raises FactsMoved when they are not the facts that the columns were made of; ask again then.
    """
    remembered = (memory or Memory()).of(plan)
    field = field_of(plan, directory, remembered)
    lists = lists_of(field)
    registered, registered_count = registered_of(field)
    has_eligible = bool(len(lists.by_standing[Standing.ELIGIBLE]))
    outline = None if has_eligible else outline_of(plan.brief, field, shown)
    first = {each: lists.by_standing[each][:shown] for each in LISTED}
    positions = positions_in_words([*first.values(), registered], outline)
    in_words = explained(plan, field, positions, facts_of, remembered)
    reasons, rest_count = rest_of(field, plan.brief)
    found = {each: tuple(candidate(int(at), field, lists, in_words) for at in first[each]) for each in LISTED}
    return MatchResult(
        ENGINE_VERSION,
        plan.context.today,
        plan.brief.key,
        head_weights(plan.brief.weights),
        found[Standing.ELIGIBLE],
        found[Standing.OPEN_QUESTIONS],
        found[Standing.NEAR_MISS],
        {key: len(lists.by_standing[each]) for each, key in LISTED.items()},
        {key: further_of(field, lists.by_standing[each][len(first[each]) :]) for each, key in LISTED.items()},
        tuple(register_match(in_words[int(at)], plan) for at in registered),
        registered_count,
        reasons,
        rest_count,
        directory.site_count,
        completed(outline, in_words.__getitem__) if outline else None,
    )


def plan_for(brief: BriefAsked, vocabulary: Vocabulary, today: dt.date) -> Asked:
    """Raises BriefInvalid or WeightsInvalid, naming the field; also for gates that rule each other out."""
    require_scorable(brief)
    plan = plan_unchecked(brief, vocabulary, today)
    for found in contradictions(plan.brief, plan.context):
        raise BriefInvalid(found.field, found.reason, found.keys)
    return plan


def plan_unchecked(brief: BriefAsked, vocabulary: Vocabulary, today: dt.date) -> Asked:
    """For briefs that were scored before; raises WeightsInvalid."""
    context = context_for(today, vocabulary, brief.time_frame)
    named = replace(brief, requirements=tuple(with_label(each, vocabulary) for each in brief.requirements))
    return Asked(named, criteria_for(named), groups_of(named), context)


def positions_in_words(lists: Sequence[Ints], outline: Outline | None) -> list[int]:
    return sorted({*np.concatenate(lists).tolist(), *(outline.needed if outline else ())})


def explained(
    plan: Asked, field: Field, positions: Sequence[int], facts_of: FactsOf, remembered: Remembered
) -> dict[int, Told]:
    """All sites that the result names in words, by position in the field."""
    facts = facts_of([int(field.pk[at]) for at in positions])
    found: dict[int, Told] = {}
    for at in positions:
        site = facts.get(int(field.pk[at]))
        if site is None:
            raise FactsMoved
        found[at] = told(site, plan, remembered.kept(site))
        require_same(found[at].match, at, field)
    return found


def told(site: SiteFacts, plan: Asked, kept: Kept | None = None) -> Told:
    judgement = judge_site(plan.brief, plan.groups, plan.criteria, site, plan.context, kept=kept)
    return Told(judgement, match_of(judgement, plan))


def require_same(match: SiteMatch, at: int, field: Field) -> None:
    score = match.score
    on_columns = (field.standing[at], field.low[at], field.high[at])
    if score is None or on_columns != (CODES[match.standing], score.low, score.high):
        raise FactsMoved


def require_scorable(brief: BriefAsked) -> None:
    keys = Counter(each.key for each in brief.requirements)
    for each in brief.requirements:
        if keys[each.key] > 1:
            raise BriefInvalid(each.key, "two requirements have this key", (each.key,))
        if not each.conditions:
            raise BriefInvalid(each.key, "asks for nothing", (each.key,))


def match_of(judgement: Judgement, plan: Asked) -> SiteMatch:
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


def candidate(at: int, field: Field, lists: Lists, in_words: Mapping[int, Told]) -> SiteMatch:
    return replace(in_words[at].match, other_sites=lists.other_sites(field, at))


def register_match(found: Told, plan: Asked) -> SiteMatch:
    gates = gate_verdicts(plan.brief.requirements, found.judgement.verdicts)
    return replace(
        found.match,
        standing=Standing.REGISTERED_ONLY,
        score=None,
        questions=questions_for(found.judgement.site, gates),
        changes=(),
    )
