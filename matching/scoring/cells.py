"""One criterion of one site: a value in [0, 1], or an interval where something is not known.

Never a mean and never dropped: silence earns the whole interval, and the low end is what is proven.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matching.scoring import criteria as tree
from matching.scoring import wording
from matching.scoring.contexts import Context
from matching.scoring.criteria import Criterion
from matching.scoring.facts import BASES, InspectionFact, SiteFacts, Statement
from matching.scoring.inspections import evidence_of as inspection_evidence
from matching.scoring.requirements import BriefAsked, InspectionAsked
from matching.scoring.terms import evidence_of as statement_evidence
from matching.scoring.values import Ordinal, Piecewise
from matching.scoring.verdicts import Evidence, Status, Verdict
from matching.scoring.weights import left_sum
from partners.ageing import exact_months_since, is_stale


@dataclass(frozen=True, slots=True)
class Cell:
    low: float
    high: float
    detail: str
    evidence: tuple[Evidence, ...] = ()


def exactly(value: float, detail: str, evidence: tuple[Evidence, ...] = ()) -> Cell:
    return Cell(value, value, detail, evidence)


def anything(detail: str) -> Cell:
    return Cell(0.0, 1.0, detail)


def cell_of(
    criterion: Criterion,
    site: SiteFacts,
    verdicts: Mapping[str, Verdict],
    brief: BriefAsked,
    context: Context,
) -> Cell:
    if criterion.requirements:
        parts = [part_of(criterion, verdicts[key]) for key in criterion.requirements]
        number = len(parts)
        detail = " ".join(dict.fromkeys(part.detail for part in parts if part.detail))
        if criterion.scale is tree.SHARE:
            detail = f"{sum(part.low == 1 for part in parts)} of {number} met."
        low = left_sum(part.low for part in parts) / number
        high = left_sum(part.high for part in parts) / number
        return Cell(low, high, detail, tuple(item for part in parts for item in part.evidence))
    return SITE_CELLS[criterion.key](site, brief, context)


def part_of(criterion: Criterion, verdict: Verdict) -> Cell:
    """What one requirement's verdict contributes to the mean of its criterion."""
    if verdict.status is Status.UNMET:
        return exactly(0.0, verdict.reason, verdict.evidence)
    if criterion.key == "quality.backed":
        return backed(verdict)
    if criterion.key in FIGURES:
        return from_figure(criterion, verdict)
    if verdict.status is Status.UNKNOWN:
        return anything(verdict.reason)
    return exactly(1.0, verdict.reason, verdict.evidence)


FIGURES: Mapping[str, tuple[str, str]] = {
    "fit.batch": ("margin", "{:.0%} inside the range of the line."),
    "timing.slack": ("slack_weeks", "At least {:.0f} weeks of slack."),
    "timing.open": ("open_ratio", "At least {:.1f} times what is needed is open."),
    "place.campaign": ("campaign_share", "The smallest campaign is {:.0%} of what is asked."),
}


def from_figure(criterion: Criterion, verdict: Verdict) -> Cell:
    name, sentence = FIGURES[criterion.key]
    figure = verdict.figure(name)
    if figure is None or verdict.status is Status.UNKNOWN or isinstance(criterion.scale, Ordinal):
        return anything(
            verdict.reason if verdict.status is Status.UNKNOWN else f"{criterion.label}: not stated."
        )
    return exactly(criterion.scale.value(figure), sentence.format(figure), verdict.evidence)


def backed(verdict: Verdict) -> Cell:
    """Met, and by more than a claim or a document."""
    if verdict.status is Status.UNKNOWN:
        return anything(verdict.reason)
    is_backed = any(
        item.basis and BASES.index(item.basis) >= BASES.index("certificate") for item in verdict.evidence
    )
    return exactly(1.0 if is_backed else 0.0, "", verdict.evidence)


def all_statements(site: SiteFacts) -> list[Statement]:
    return [*site.statements, *(each for line in site.lines for each in line.statements)]


def stage_cell(site: SiteFacts, brief: BriefAsked, context: Context) -> Cell:
    stated = {stage for each in all_statements(site) if each.is_offered for stage in each.stages}
    if not stated:
        return anything("Stages not stated.")
    position = tree.STAGES.index(brief.stage)
    following = tree.STAGES[min(position + 1, len(tree.STAGES) - 1)]
    if "stg.commercial" in stated:
        return exactly(tree.STAGE.of("up to commercial"), "Supports the product up to commercial supply.")
    if following in stated:
        label = context.vocabulary.label(following)
        return exactly(tree.STAGE.of("next stage"), f"Supports the next stage ({label}).")
    return exactly(tree.STAGE.of("this stage"), "States no later stage.")


def relevant_visits(site: SiteFacts, brief: BriefAsked, context: Context) -> list[InspectionFact]:
    """Dated visits, newest first, by the authorities that the brief names; by any, where it names none."""
    named = {
        code
        for requirement in brief.requirements
        for condition in requirement.conditions
        if isinstance(condition, InspectionAsked)
        for authority in condition.authorities
        for code in context.satisfying(authority)
    }
    visits = [each for each in site.inspections if not named or each.authority in named]
    dated = [(each.ended_on, each) for each in visits if each.ended_on is not None]
    return [each for _, each in sorted(dated, key=lambda pair: pair[0], reverse=True)]


def inspection_age_cell(site: SiteFacts, brief: BriefAsked, context: Context) -> Cell:
    visits = relevant_visits(site, brief, context)
    if not visits or visits[0].ended_on is None:
        return anything("No dated inspection is on file.")
    months = exact_months_since(visits[0].ended_on, context.today)
    detail = f"Last inspected {wording.age(visits[0].ended_on, context.today)} ({months:.1f} months)."
    return exactly(tree.INSPECTION_AGE.value(months), detail, (inspection_evidence(visits[0], context),))


def outcome_cell(site: SiteFacts, brief: BriefAsked, context: Context) -> Cell:
    """The worst outcome of the newest visit that has one."""
    judged = [
        each for each in relevant_visits(site, brief, context) if set(each.outcomes) & set(tree.OUTCOMES)
    ]
    if not judged:
        return anything("No inspection outcome is on file.")
    worst = min((each for each in judged[0].outcomes if each in tree.OUTCOMES), key=tree.OUTCOME.of)
    return exactly(tree.OUTCOME.of(worst), f"Outcome {worst}.", (inspection_evidence(judged[0], context),))


def measured_cell(
    measure: str, scale: Piecewise, site: SiteFacts, terms: frozenset[str], context: Context
) -> Cell:
    """The best fresh figure among statements on these terms (any term, where there is none to look for)."""
    found = [
        (scale.value(fact.lo or 0.0), 1.0 if fact.hi is None else scale.value(fact.hi), each, fact)
        for each in all_statements(site)
        if each.is_offered and (not terms or each.term in terms)
        for fact in each.measures
        if fact.measure == measure and not is_stale(each.confirmed_on, context.today, measure)
    ]
    label = context.vocabulary.label(measure)
    if not found:
        return anything(f"{label}: not stated, or stated too long ago.")
    low, _, best, fact = max(found, key=lambda each: (each[0], each[1]))
    high = max(each[1] for each in found)
    number = wording.span(fact.lo, fact.hi, "") if best.is_shown else wording.FOR_MATCHING_ONLY
    detail = f"{label}: {number}."
    return Cell(low, high, detail, (statement_evidence(best, context),))


def batches_cell(site: SiteFacts, brief: BriefAsked, context: Context) -> Cell:
    terms = frozenset[str]().union(
        *(context.satisfying(code) for code in (brief.modality, brief.dosage_form) if code)
    )
    return measured_cell("sc.batches-36-months", tree.BATCHES_DONE, site, terms, context)


def ppq_cell(site: SiteFacts, brief: BriefAsked, context: Context) -> Cell:
    return measured_cell("sc.ppq-campaigns", tree.PPQ_DONE, site, frozenset(), context)


def second_site_cell(site: SiteFacts, brief: BriefAsked, context: Context) -> Cell:
    stated = [each for each in site.statements if each.term == "biz.dual-site"]
    fresh = [each for each in stated if not is_stale(each.confirmed_on, context.today)]
    if not fresh:
        return anything("A second site in reserve is not stated.")
    level = "yes" if any(each.is_offered for each in fresh) else "no"
    evidence = (statement_evidence(fresh[0], context),)
    return exactly(tree.YES.of(level), f"Second site in reserve: {level}.", evidence)


SITE_CELLS: Mapping[str, Callable[[SiteFacts, BriefAsked, Context], Cell]] = {
    "fit.stage": stage_cell,
    "quality.inspection_age": inspection_age_cell,
    "quality.outcome": outcome_cell,
    "experience.batches": batches_cell,
    "experience.ppq": ppq_cell,
    "place.second_site": second_site_cell,
}
