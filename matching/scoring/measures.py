"""Numbers against numbers: `covers`, `at_least`, `at_most`, `one_of`. A missing bound is unknown."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matching.scoring import wording
from matching.scoring.contexts import Context
from matching.scoring.facts import BASES, MeasureFact
from matching.scoring.requirements import MeasureAsked, Relation
from matching.scoring.verdicts import Change, Verdict, best_of, met, unknown, unmet

Truth = bool | None


def measure_verdict(
    asked: MeasureAsked, facts: Sequence[MeasureFact], context: Context, basis: str = "claimed"
) -> Verdict:
    """Judge the facts of one statement. Facts of other measures are left out of account."""
    mine = [fact for fact in facts if fact.measure == asked.measure]
    name = wording.measure_name(asked.measure, context.vocabulary)
    if not mine:
        return unknown(f"No {name} is stated.", f"What is the {name}? Asked: {asked_text(asked, context)}.")
    judges: dict[Relation, Callable[[MeasureAsked, Sequence[MeasureFact], Context, str], Verdict]] = {
        Relation.COVERS: covers,
        Relation.AT_LEAST: at_least,
        Relation.AT_MOST: at_most,
        Relation.ONE_OF: one_of,
    }
    return judges[asked.relation](asked, mine, context, basis)


def asked_span(asked: MeasureAsked) -> tuple[float | None, float | None]:
    """Both ends of what is asked; one number stands for both."""
    lo = asked.lo if asked.lo is not None else asked.hi
    hi = asked.hi if asked.hi is not None else asked.lo
    return lo, hi


def asked_text(asked: MeasureAsked, context: Context) -> str:
    of = context.vocabulary.units.get(asked.measure, "")
    if asked.relation is Relation.ONE_OF:
        vessels = f"{asked.count} × " if asked.count > 1 else ""
        return vessels + wording.sizes(asked_sizes(asked), of)
    lo, hi = asked_span(asked)
    if lo is None or hi is None:
        return "a stated number"
    bound = {Relation.AT_LEAST: "at least ", Relation.AT_MOST: "at most "}.get(asked.relation, "")
    shown = {Relation.AT_LEAST: (lo, lo), Relation.AT_MOST: (hi, hi)}.get(asked.relation, (lo, hi))
    return bound + wording.span(*shown, of)


def within(low: float | None, high: float | None) -> Truth:
    """Whether low ≤ high, when both are stated."""
    return None if low is None or high is None else low <= high


def covers(asked: MeasureAsked, facts: Sequence[MeasureFact], context: Context, basis: str) -> Verdict:
    """One stated range contains the whole range asked, so a large smallest batch excludes a small trial."""
    return best_of([covers_one(asked, fact, context) for fact in facts])


def covers_one(asked: MeasureAsked, fact: MeasureFact, context: Context) -> Verdict:
    lo, hi = asked_span(asked)
    of = context.vocabulary.units.get(asked.measure, "")
    name = wording.measure_name(asked.measure, context.vocabulary)
    stated = f"{name} {wording.span(fact.lo, fact.hi, of)}; asked {asked_text(asked, context)}"
    reaches_down, reaches_up = within(fact.lo, lo), within(hi, fact.hi)
    if reaches_down and reaches_up:
        return met(f"{stated}, which it covers.", margin=margin(asked, fact))
    changes = []
    if reaches_down is False:
        changes.append(
            f"smallest {name} {wording.number(fact.lo or 0)} → at most {wording.amount(lo or 0, of)}"
        )
    if reaches_up is False:
        changes.append(
            f"largest {name} {wording.number(fact.hi or 0)} → at least {wording.amount(hi or 0, of)}"
        )
    if changes:
        return unmet(f"Not covered: {stated}.", change=Change("measure", "; ".join(changes)))
    end = "largest" if reaches_up is None else "smallest"
    return unknown(f"Not fully stated: {stated}.", f"What is the {end} {name}?")


def margin(asked: MeasureAsked, fact: MeasureFact) -> float:
    """How far inside the site's range the brief's stands: 0 at an end, 0.5 in the middle."""
    lo, hi = asked_span(asked)
    if lo is None or hi is None or fact.lo is None or fact.hi is None or fact.lo == fact.hi:
        return 0.0
    return min((lo - fact.lo) / (fact.hi - fact.lo), (fact.hi - hi) / (fact.hi - fact.lo))


def at_least(asked: MeasureAsked, facts: Sequence[MeasureFact], context: Context, basis: str) -> Verdict:
    """As many as asked reach the number. Without an upper end, only the lower end is proven."""
    needed = asked_span(asked)[0]
    best = max((fact.hi if fact.hi is not None else fact.lo or 0.0) for fact in facts)
    reached = [within(needed, fact.lo) or within(needed, fact.hi) for fact in facts]
    goal = Goal(
        name_of(asked, context),
        best,
        shown(best, asked, context),
        f"at least {shown(needed, asked, context)}",
    )
    return bound_verdict(asked, facts, reached, goal)


def at_most(asked: MeasureAsked, facts: Sequence[MeasureFact], context: Context, basis: str) -> Verdict:
    """The site goes down to the number, e.g. the lowest exposure limit handled against the compound's own."""
    needed = asked_span(asked)[1]
    best = min((fact.lo if fact.lo is not None else fact.hi or 0.0) for fact in facts)
    reached = [within(fact.hi, needed) or within(fact.lo, needed) for fact in facts]
    name = f"{name_of(asked, context)} {backed(basis)} to"
    goal = Goal(name, best, shown(best, asked, context), f"at most {shown(needed, asked, context)}")
    return bound_verdict(asked, facts, reached, goal)


def backed(basis: str) -> str:
    return "claimed" if BASES.index(basis) == 0 else "verified"


def shown(needed: float | None, asked: MeasureAsked, context: Context) -> str:
    return wording.amount(needed or 0.0, context.vocabulary.units.get(asked.measure, ""))


@dataclass(frozen=True, slots=True)
class Goal:
    """What a bound is called, the best stated (as number and text), and what is asked."""

    name: str
    best: float
    stated: str
    asked: str


def bound_verdict(
    asked: MeasureAsked, facts: Sequence[MeasureFact], reached: Sequence[Truth], goal: Goal
) -> Verdict:
    number = sum(fact.count for fact, truth in zip(facts, reached, strict=True) if truth)
    if number >= asked.count:
        return met(f"{goal.name} {goal.stated}; asked {goal.asked}.", best=goal.best)
    if None in reached:
        reason = f"{goal.name} {goal.stated}, its other end not stated; asked {goal.asked}."
        return unknown(reason, f"Is it {goal.asked}?")
    if number:
        return too_few(goal.name, number, asked.count, goal.asked)
    change = Change("measure", f"{goal.name} {goal.stated} → {goal.asked}")
    return unmet(f"{goal.name} {goal.stated}; asked {goal.asked}.", change=change)


def name_of(asked: MeasureAsked, context: Context) -> str:
    return wording.measure_name(asked.measure, context.vocabulary)


def too_few(name: str, number: int, needed: int, of: str) -> Verdict:
    text = f"{number} × {of} → {needed} × {of}"
    return unmet(f"Only {number} × {name} of {of}; asked {needed}.", change=Change("count", text))


def asked_sizes(asked: MeasureAsked) -> tuple[float, ...]:
    return asked.sizes or tuple(size for size in {asked.lo, asked.hi} if size is not None)


def one_of(asked: MeasureAsked, facts: Sequence[MeasureFact], context: Context, basis: str) -> Verdict:
    """One of the sizes asked stands in the set of sizes stated. A stated span proves no size inside it."""
    of = context.vocabulary.units.get(asked.measure, "")
    name = wording.measure_name(asked.measure, context.vocabulary)
    wanted = asked_sizes(asked)
    matching = [fact for fact in facts if any(is_size(fact, size) for size in wanted)]
    number = sum(fact.count for fact in matching)
    if number >= asked.count:
        return met(f"{name} {asked_text(asked, context)} stated.", size=matching[0].lo or 0.0)
    if any(may_hold(fact, size) for fact in facts for size in wanted):
        return unknown(
            f"{name} is stated as a range, which does not prove {asked_text(asked, context)}.",
            f"Do you have {asked_text(asked, context)}?",
        )
    if number:
        return too_few(name, number, asked.count, wording.sizes(wanted, of))
    stated = wording.sizes((end for fact in facts for end in (fact.lo, fact.hi) if end is not None), of)
    change = Change("measure", f"{name} {stated} → {asked_text(asked, context)}")
    return unmet(f"{name} stated: {stated}; asked {asked_text(asked, context)}.", change=change)


def is_size(fact: MeasureFact, size: float) -> bool:
    return fact.lo is not None and fact.lo == fact.hi and math.isclose(fact.lo, size, rel_tol=1e-9)


def may_hold(fact: MeasureFact, size: float) -> bool:
    """A span or a half-open range around the size: possible, not proven."""
    if fact.lo is not None and fact.lo == fact.hi:
        return False
    return within(fact.lo, size) is not False and within(size, fact.hi) is not False
