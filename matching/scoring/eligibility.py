"""Gates before scores: where a site stands, whatever its score or price would be."""

from collections.abc import Sequence
from enum import StrEnum

from matching.scoring.verdicts import Status, Verdict

MOST_OPEN_QUESTIONS = 5
MOST_NAMED_FAILURES = 2


class Standing(StrEnum):
    ELIGIBLE = "eligible"
    OPEN_QUESTIONS = "open_questions"
    NEAR_MISS = "near_miss"
    REGISTERED_ONLY = "registered_only"
    REST = "rest"


def standing(gates: Sequence[Verdict]) -> Standing:
    """Eligible, open questions, near miss or rest, by the gates alone."""
    failed = [gate for gate in gates if gate.status is Status.UNMET]
    open_ones = [gate for gate in gates if gate.status is Status.UNKNOWN]
    if not failed and not open_ones:
        return Standing.ELIGIBLE
    if not is_enough_known(gates):
        return Standing.REST
    if not failed:
        return Standing.OPEN_QUESTIONS
    is_near = len(failed) <= MOST_NAMED_FAILURES and all(gate.change is not None for gate in failed)
    return Standing.NEAR_MISS if is_near else Standing.REST


def is_enough_known(gates: Sequence[Verdict]) -> bool:
    """At most five gates unknown and at least half answered as asked; failures count as if changed."""
    unknown = sum(gate.status is Status.UNKNOWN for gate in gates)
    return unknown <= MOST_OPEN_QUESTIONS and 2 * (len(gates) - unknown) >= len(gates)
