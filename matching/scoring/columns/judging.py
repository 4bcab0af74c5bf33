"""A requirement against every row: the level that `matching.scoring.judgement.judge` gives in words."""

from matching.scoring.columns.columns import Column, all_of, any_of, negated
from matching.scoring.columns.exclusions import hazard_exclusion, hazard_presence, term_exclusion
from matching.scoring.columns.grounds import Ground
from matching.scoring.columns.offers import term_column
from matching.scoring.columns.openings import capacity_column
from matching.scoring.columns.records import (
    certificate_column,
    inspection_column,
    place_column,
    registration_column,
)
from matching.scoring.judgement import is_of_a_line
from matching.scoring.requirements import (
    CapacityAsked,
    CertificateAsked,
    Condition,
    HazardAsked,
    InspectionAsked,
    PlaceAsked,
    RegistrationAsked,
    Requirement,
    Strength,
    TermAsked,
)


def column_of(requirement: Requirement, ground: Ground) -> Column:
    """Alternatives of a must or a prefer: one is enough. Of a must not: none may be there."""
    if requirement.strength is Strength.MUST_NOT:
        return all_of([excluded(each, requirement, ground) for each in requirement.conditions])
    return any_of([fulfilled(each, requirement, ground) for each in requirement.conditions])


def excluded(condition: Condition, requirement: Requirement, ground: Ground) -> Column:
    match condition:
        case HazardAsked():
            of_line = is_of_a_line(requirement)
            return hazard_exclusion(condition.term, requirement.scope, ground, is_of_line=of_line)
        case TermAsked(measure=None):
            return term_exclusion(condition.term, requirement.scope, ground)
        case _:
            return negated(fulfilled(condition, requirement, ground))


def fulfilled(condition: Condition, requirement: Requirement, ground: Ground) -> Column:
    match condition:
        case TermAsked():
            return term_column(condition, requirement.scope, ground)
        case HazardAsked():
            return hazard_presence(condition.term, requirement.scope, ground)
        case CapacityAsked():
            return capacity_column(condition, ground)
        case _:
            return of_the_site(condition, ground)


def of_the_site(
    condition: PlaceAsked | InspectionAsked | CertificateAsked | RegistrationAsked, ground: Ground
) -> Column:
    match condition:
        case PlaceAsked():
            return place_column(condition, ground)
        case InspectionAsked():
            return inspection_column(condition, ground)
        case CertificateAsked():
            return certificate_column(condition, ground)
        case _:
            return registration_column(condition, ground)
