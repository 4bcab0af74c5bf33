"""A match in sentences: strengths, gaps and questions, made of nothing but the verdicts and contributions."""

from dataclasses import dataclass

from matching.scoring.requirements import Requirement, Strength
from matching.scoring.results import Judged, SiteMatch
from matching.scoring.score import Contribution
from matching.scoring.verdicts import Status

STRONG = 0.75
WEAK = 0.5
MOST_SENTENCES = 6
MOST_NUMBERS = 2


@dataclass(frozen=True, slots=True)
class Explanation:
    summary: str
    strengths: tuple[str, ...]
    gaps: tuple[str, ...]
    questions: tuple[str, ...]


def explain(match: SiteMatch) -> Explanation:
    return Explanation(summary(match), strengths(match), gaps(match), match.questions)


def summary(match: SiteMatch) -> str:
    gates = [each for each in match.judged if is_gate(each.requirement)]
    met = sum(each.verdict.status is Status.MET for each in gates)
    words = f"{met} of {len(gates)} gates met"
    if match.score is None:
        return f"{words}; known from a register only."
    return f"{words}; {match.score.shown:.1f} points proven, up to {match.score.shown_high:.1f} possible."


def is_gate(requirement: Requirement) -> bool:
    return requirement.strength is not Strength.PREFER


def strengths(match: SiteMatch) -> tuple[str, ...]:
    """What is met in numbers, in the brief's order; then what earns most points and is nearly all proven."""
    told = [each.verdict.reason for each in match.judged if each.verdict.figures and is_met(each)]
    strong = [each for each in contributions(match) if each.value_low >= STRONG and each.shown > 0]
    strong.sort(key=lambda each: -each.points_low)
    return (*told[:MOST_NUMBERS], *(sentence(each) for each in strong))[:MOST_SENTENCES]


def gaps(match: SiteMatch) -> tuple[str, ...]:
    """Failed gates first, each with its smallest change; then where most points are lost for certain."""
    failed = [each for each in match.judged if is_gate(each.requirement) and is_unmet(each)]
    weak = [each for each in contributions(match) if each.value_high < WEAK and lost(each) > 0]
    weak.sort(key=lambda each: -lost(each))
    return (*(failure(each) for each in failed), *(sentence(each) for each in weak[:MOST_SENTENCES]))


def contributions(match: SiteMatch) -> tuple[Contribution, ...]:
    return match.score.contributions if match.score is not None else ()


def is_met(judged: Judged) -> bool:
    return judged.verdict.status is Status.MET


def is_unmet(judged: Judged) -> bool:
    return judged.verdict.status is Status.UNMET


def lost(contribution: Contribution) -> float:
    """Points that stay out of reach even if every unknown turns out best."""
    return 100 * contribution.weight - contribution.points_high


def failure(judged: Judged) -> str:
    change = judged.verdict.change
    return f"{judged.verdict.reason} To pass: {change.text}." if change is not None else judged.verdict.reason


def sentence(contribution: Contribution) -> str:
    most = 100 * contribution.weight
    return (
        f"{contribution.label}: {contribution.shown:.1f} of {most:.1f} points. {contribution.detail}".strip()
    )
