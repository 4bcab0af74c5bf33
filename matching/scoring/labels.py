"""What a requirement is called on the page: the sponsor's words, else words made from its conditions."""

from dataclasses import replace

from matching.scoring import wording
from matching.scoring.facts import Vocabulary
from matching.scoring.requirements import (
    CapacityAsked,
    Condition,
    InspectionAsked,
    PlaceAsked,
    RegistrationAsked,
    Requirement,
)


def with_label(requirement: Requirement, vocabulary: Vocabulary) -> Requirement:
    if requirement.label:
        return requirement
    names = dict.fromkeys(condition_label(each, vocabulary) for each in requirement.conditions)
    return replace(requirement, label=wording.listed(names, "or"))


def condition_label(condition: Condition, vocabulary: Vocabulary) -> str:
    match condition:
        case PlaceAsked():
            return f"in {condition.label or wording.listed(sorted(condition.countries), 'or')}"
        case InspectionAsked():
            names = (vocabulary.label(each) for each in sorted(condition.authorities))
            return f"inspected by {wording.listed(names, 'or')}"
        case RegistrationAsked():
            return f"registered with {vocabulary.label(condition.authority)}"
        case CapacityAsked():
            return f"{wording.amount(condition.quantity, condition.unit)} open in time"
        case _:
            return vocabulary.label(condition.term)
