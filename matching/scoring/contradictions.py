"""What no site could ever pass, found before any site is looked at: gates that rule each other out.

Only what is certain is named. Two gates meet only where one and the same site has to pass both: within a
step, or where one of them holds at every site. `at_least` and `at_most` of one measure never rule each other
out, because a site states ranges: vessels from 50 to 2,000 L are "at least 1,000" and "at most 200".
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching.scoring import wording
from matching.scoring.contexts import Context
from matching.scoring.coverage import gates_for, parts_of
from matching.scoring.entailment import Asked, entails
from matching.scoring.places import expanded, place_status_of
from matching.scoring.requirements import (
    BriefAsked,
    CapacityAsked,
    Condition,
    InspectionAsked,
    MeasureAsked,
    PlaceAsked,
    Requirement,
    Strength,
    TermAsked,
)
from matching.scoring.verdicts import Status
from matching.scoring.windows import Plan


@dataclass(frozen=True, slots=True)
class Contradiction:
    """`keys` are those of the requirements at fault; `field` is one of them, or a field of the brief."""

    field: str
    reason: str
    keys: tuple[str, ...] = ()


def contradictions(brief: BriefAsked, context: Context) -> Iterator[Contradiction]:
    """Broken numbers first, then the dates, then gates that rule each other out. Labels must be filled in."""
    for each in brief.requirements:
        yield from (
            Contradiction(each.key, f"“{each.label}” {fault}.", (each.key,))
            for condition in each.conditions
            for fault in faults(condition)
        )
    yield from too_late(brief, context)
    for gates in gates_of_one_site(brief):
        yield from (found for each in gates if (found := ruled_out(each, gates, brief, context)))
        yield from nowhere(gates, context)


def gates_of_one_site(brief: BriefAsked) -> list[list[Requirement]]:
    """Gates that one site has to pass together: by part where parts can be shared out, else all."""
    parts = parts_of(brief)
    if len(parts) < 2:
        return [[each for each in brief.requirements if each.strength is not Strength.PREFER]]
    return [gates_for(part, brief) for part in parts]


def faults(condition: Condition) -> Iterator[str]:
    """Why the condition could never be judged."""
    match condition:
        case TermAsked(measure=MeasureAsked() as measure):
            yield from measure_faults(measure)
        case PlaceAsked() if not condition.countries:
            yield "names no place"
        case InspectionAsked() if not condition.authorities:
            yield "names no authority"
        case CapacityAsked() if not (math.isfinite(condition.quantity) and condition.quantity > 0):
            yield "needs a quantity above zero"
        case _:
            return


def measure_faults(asked: MeasureAsked) -> Iterator[str]:
    numbers = [each for each in (asked.lo, asked.hi, *asked.sizes) if each is not None]
    if not all(math.isfinite(each) for each in numbers):
        yield "needs finite numbers"
    elif asked.lo is not None and asked.hi is not None and asked.lo > asked.hi:
        low, high = wording.number(asked.lo), wording.number(asked.hi)
        yield f"has a low end of {low}, which is above its high end of {high}"
    if asked.count < 1:
        yield "needs a count of at least one"


def too_late(brief: BriefAsked, context: Context) -> Iterator[Contradiction]:
    """A capacity gate, and no day left for it even with a site that needs no lead time."""
    frame = Plan(brief.time_frame, context.today).frame(0.0)
    asked = [
        each
        for each in brief.requirements
        if each.strength is Strength.MUST and all(isinstance(one, CapacityAsked) for one in each.conditions)
    ]
    if asked and frame.is_empty and frame.end is not None:
        yield Contradiction(
            "needed_by",
            f"“{asked[0].label}” cannot be done in time: with the weeks for contracts, transfer, release and "
            f"shipping, work could start on {wording.day(frame.start)} at the earliest and would have to be "
            f"done before {wording.day(frame.end)}.",
            (asked[0].key,),
        )


def ruled_out(
    wanted: Requirement, gates: Sequence[Requirement], brief: BriefAsked, context: Context
) -> Contradiction | None:
    """A must of which every alternative is something that these gates exclude."""
    if wanted.strength is not Strength.MUST:
        return None
    refusing = [refused_by(each, wanted, gates, brief, context) for each in wanted.conditions]
    named = [each for each in refusing if each is not None]
    if len(named) < len(refusing):
        return None
    return contradiction((wanted, *dict.fromkeys(named)), "whatever meets the first breaks the exclusion")


def refused_by(
    condition: Condition,
    wanted: Requirement,
    gates: Sequence[Requirement],
    brief: BriefAsked,
    context: Context,
) -> Requirement | None:
    """The first exclusion that every site breaks which meets the condition."""
    asked = Asked(condition, wanted.scope)
    for each in gates:
        if each.strength is Strength.MUST_NOT:
            is_one_line = wanted.step == each.step or len(brief.steps) <= 1
            if any(
                entails(asked, Asked(one, each.scope), context, is_one_line=is_one_line)
                for one in each.conditions
            ):
                return each
    return None


def nowhere(gates: Sequence[Requirement], context: Context) -> Iterator[Contradiction]:
    """Places that leave no country: the two that exclude each other, else all of them together."""
    placed = [each for each in gates if all(isinstance(one, PlaceAsked) for one in each.conditions)]
    if is_somewhere(placed, context):
        return
    pairs = [[one, other] for number, one in enumerate(placed) for other in placed[number + 1 :]]
    alone = [pair for pair in pairs if not is_somewhere(pair, context)]
    yield contradiction((alone or [placed])[0], "no country is left")


def is_somewhere(placed: Sequence[Requirement], context: Context) -> bool:
    """Whether a site could lie where all of these allow it. Exclusions alone always leave a country."""
    wanted = [each for each in placed if each.strength is Strength.MUST]
    return not wanted or any(
        all(allows(each, *place, context) for each in placed)
        for named in placed  # a region that an exclusion leaves in is named by the exclusion
        for place in places_in(named, context)
    )


def allows(requirement: Requirement, country: str, region: str, context: Context) -> bool:
    found = [
        place_status_of(expanded(each, context), country, region) is Status.MET
        for each in requirement.conditions
        if isinstance(each, PlaceAsked)
    ]
    return any(found) if requirement.strength is Strength.MUST else not any(found)


def places_in(wanted: Requirement, context: Context) -> Iterator[tuple[str, str]]:
    """Every country and region that the requirement names: `US-PR` is a region of one and a country too."""
    for each in wanted.conditions:
        for code in sorted(expanded(each, context)) if isinstance(each, PlaceAsked) else ():
            country, _, part = code.partition("-")
            yield from ((country, part), (country, ""), (part or country, ""))


def contradiction(between: Sequence[Requirement], why: str) -> Contradiction:
    strengths = {Strength.MUST: "must", Strength.MUST_NOT: "must not", Strength.PREFER: "prefer"}
    named = wording.listed(f"“{each.label}” ({strengths[each.strength]})" for each in between)
    keys = tuple(each.key for each in between)
    number = "both" if len(keys) == 2 else "all"
    return Contradiction(keys[-1], f"{named} cannot {number} be kept at one site: {why}.", keys)
