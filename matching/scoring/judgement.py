"""A requirement against a site, or against one of its lines: whichever kind of condition it is."""

from dataclasses import replace

from matching.scoring.capacity import capacity_verdict
from matching.scoring.certificates import certificate_verdict, registration_verdict
from matching.scoring.contexts import Context, Spot
from matching.scoring.facts import LineFacts, Scope, SiteFacts
from matching.scoring.hazards import hazard_exclusion, hazard_presence, term_exclusion
from matching.scoring.inspections import inspection_verdict
from matching.scoring.places import place_verdict
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
from matching.scoring.terms import term_verdict
from matching.scoring.verdicts import Verdict, all_of, any_of, negated


def is_of_a_line(requirement: Requirement) -> bool:
    """Whether one line has to meet it; capacity always is of a line."""
    if requirement.scope in (Scope.LINE, Scope.BUILDING):
        return True
    return any(isinstance(condition, CapacityAsked) for condition in requirement.conditions)


def judge(requirement: Requirement, site: SiteFacts, line: LineFacts | None, context: Context) -> Verdict:
    """Alternatives of a must or a prefer: one is enough. Of a must not: none may be there."""
    spot = Spot(site, requirement.scope, line)
    if requirement.strength is Strength.MUST_NOT:
        return named(all_of([excluded(each, spot, context) for each in requirement.conditions]), line)
    return named(any_of([fulfilled(each, spot, context) for each in requirement.conditions]), line)


def named(verdict: Verdict, line: LineFacts | None) -> Verdict:
    return replace(verdict, line=line.name) if line is not None else verdict


def excluded(condition: Condition, spot: Spot, context: Context) -> Verdict:
    match condition:
        case HazardAsked():
            return hazard_exclusion(condition.term, spot, context)
        case TermAsked(measure=None):
            return term_exclusion(condition.term, spot, context)
        case _:
            return negated(fulfilled(condition, spot, context))


def fulfilled(condition: Condition, spot: Spot, context: Context) -> Verdict:
    match condition:
        case TermAsked():
            return term_verdict(condition, spot, context)
        case HazardAsked():
            return hazard_presence(condition.term, spot, context)
        case CapacityAsked():
            return capacity_verdict(condition, spot, context)
        case _:
            return of_the_site(condition, spot.site, context)


def of_the_site(
    condition: PlaceAsked | InspectionAsked | CertificateAsked | RegistrationAsked,
    site: SiteFacts,
    context: Context,
) -> Verdict:
    """What is true of a whole site and never of one of its lines."""
    match condition:
        case PlaceAsked():
            return place_verdict(condition, site, context)
        case InspectionAsked():
            return inspection_verdict(condition, site, context)
        case CertificateAsked():
            return certificate_verdict(condition, site, context)
        case _:
            return registration_verdict(condition, site, context)
