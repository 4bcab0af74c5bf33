"""Sites of which only a register is known: thousands, so their gates are first judged by status.

Absence of a record is not clearance, and registration for an operation is not an offer of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matching.scoring.certificates import registration_status
from matching.scoring.contexts import Context
from matching.scoring.facts import SiteFacts
from matching.scoring.judgement import judge
from matching.scoring.places import expanded, place_status
from matching.scoring.requirements import (
    Condition,
    PlaceAsked,
    RegistrationAsked,
    Requirement,
    Strength,
)
from matching.scoring.verdicts import Status, Verdict

Judge = Callable[[SiteFacts], Status]

OFFER_QUESTION = "Do you offer this as a contract service, and at which scale?"


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate with a quick judge, or none where a register says nothing about what it asks."""

    requirement: Requirement
    quick: Judge | None


def gates_of(requirements: Sequence[Requirement], context: Context) -> tuple[Gate, ...]:
    return tuple(
        Gate(each, quick_judge(each, context))
        for each in requirements
        if each.strength is not Strength.PREFER
    )


def quick_judge(requirement: Requirement, context: Context) -> Judge | None:
    """A judge by place and registration; a status, without sentences."""
    judges = [judge_of(condition, context) for condition in requirement.conditions]
    known = [each for each in judges if each is not None]
    if not known:
        return None
    is_exclusion = requirement.strength is Strength.MUST_NOT
    if len(judges) == 1 and not is_exclusion:
        return known[0]
    silent = {Status.UNKNOWN} if len(known) < len(judges) else set()

    def status(site: SiteFacts) -> Status:
        found = any_status({each(site) for each in known} | silent)
        return negation(found) if is_exclusion else found

    return status


def judge_of(condition: Condition, context: Context) -> Judge | None:
    if isinstance(condition, PlaceAsked):
        codes = expanded(condition, context)
        return lambda site: place_status(codes, site)
    if isinstance(condition, RegistrationAsked):
        return lambda site: registration_status(condition, site)
    return None


def any_status(found: set[Status]) -> Status:
    if Status.MET in found:
        return Status.MET
    return Status.UNMET if found == {Status.UNMET} else Status.UNKNOWN


def negation(status: Status) -> Status:
    return {Status.MET: Status.UNMET, Status.UNMET: Status.MET}.get(status, Status.UNKNOWN)


def is_bare(site: SiteFacts) -> bool:
    """Nothing but place and registrations is known."""
    return not (
        site.statements
        or site.lines
        or site.hazards
        or site.campus_hazards
        or site.inspections
        or site.certificates
    )


def failed_gates(
    gates: Sequence[Gate], quick: Sequence[tuple[str, Judge]], site: SiteFacts, context: Context
) -> tuple[list[str], int]:
    """The keys of the gates that fail, and how many are met. `quick` are the gates of `quick_gates`."""
    if is_bare(site):
        found = [(key, status_of(site)) for key, status_of in quick]
    else:
        found = [
            (each.requirement.key, judge(each.requirement, site, None, context).status) for each in gates
        ]
    failed = [key for key, status in found if status is Status.UNMET]
    return failed, sum(status is Status.MET for _, status in found)


def quick_gates(gates: Sequence[Gate]) -> list[tuple[str, Judge]]:
    return [(each.requirement.key, each.quick) for each in gates if each.quick is not None]


def questions_for(site: SiteFacts, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """What the register does not say: first whether it is a service at all."""
    open_ones = [verdict.question for verdict in verdicts if verdict.status is Status.UNKNOWN]
    first = [OFFER_QUESTION] if site.registrations else []
    return tuple(dict.fromkeys(question for question in (*first, *open_ones) if question))
