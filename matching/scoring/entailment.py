"""When meeting one condition always means that another is met too. Used to find gates that contradict.

Sound, not complete: a "no" here only says that nothing is certain.
"""

from dataclasses import dataclass

from matching.scoring.certificates import INSPECTION_MONTHS
from matching.scoring.contexts import Context
from matching.scoring.facts import BASES, Scope
from matching.scoring.hazards import WIDTH
from matching.scoring.measures import asked_sizes, asked_span
from matching.scoring.requirements import (
    CapacityAsked,
    CertificateAsked,
    Condition,
    HazardAsked,
    MeasureAsked,
    PlaceAsked,
    RegistrationAsked,
    Relation,
    TermAsked,
)


@dataclass(frozen=True, slots=True)
class Asked:
    condition: Condition
    scope: Scope


def entails(one: Asked, other: Asked, context: Context, *, is_one_line: bool) -> bool:
    """Whether a site that meets `one` meets `other`; `is_one_line`: both speak of one line, if of any."""
    match one.condition, other.condition:
        case TermAsked() as first, TermAsked() as second:
            return is_within(one, other, is_one_line=is_one_line) and term_entails(first, second, context)
        case HazardAsked() as first, HazardAsked() as second:
            return is_hazard_within(one, other, is_one_line=is_one_line) and is_under(
                first.term, second.term, context
            )
        case CertificateAsked() as first, CertificateAsked() as second:
            return certificate_entails(first, second, context)
        case RegistrationAsked() as first, RegistrationAsked() as second:
            return first.authority == second.authority and second.operations <= first.operations
        case (PlaceAsked() | CapacityAsked(), _):
            return False  # places are compared together; no line is full for everybody
        case _:
            return one.condition == other.condition


def is_under(term: str, ancestor: str, context: Context) -> bool:
    return ancestor in context.vocabulary.lineage(term)


def is_within(one: Asked, other: Asked, *, is_one_line: bool) -> bool:
    """True of a line is true of its building and site. A term asked of a campus is met by this site."""
    if WIDTH[other.scope] >= WIDTH[Scope.SITE]:
        return True
    return is_one_line and WIDTH[one.scope] <= WIDTH[other.scope]


def is_hazard_within(one: Asked, other: Asked, *, is_one_line: bool) -> bool:
    """A hazard of the campus may be another site's."""
    return WIDTH[one.scope] <= WIDTH[other.scope] and is_within(one, other, is_one_line=is_one_line)


def term_entails(one: TermAsked, other: TermAsked, context: Context) -> bool:
    """Excluding a term without a number excludes it whatever the stages and the basis."""
    if not is_under(one.term, other.term, context):
        return False
    if other.measure is None:
        return True
    return (
        one.measure is not None
        and measure_entails(one.measure, other.measure)
        and other.stages <= one.stages
        and BASES.index(other.least_basis) <= BASES.index(one.least_basis)
    )


def measure_entails(one: MeasureAsked, other: MeasureAsked) -> bool:
    if (one.measure, one.relation) != (other.measure, other.relation) or one.count < other.count:
        return False
    if one.relation is Relation.ONE_OF:
        return set(asked_sizes(one)) <= set(asked_sizes(other))
    (low, high), (least, most) = asked_span(one), asked_span(other)
    if low is None or high is None or least is None or most is None:
        return False
    return {
        Relation.AT_LEAST: low >= least,
        Relation.AT_MOST: high <= most,
        Relation.COVERS: low <= least and most <= high,
    }[one.relation]


def certificate_entails(one: CertificateAsked, other: CertificateAsked, context: Context) -> bool:
    if not is_under(one.term, other.term, context):
        return False
    if other.authority and not (one.authority and is_under(one.authority, other.authority, context)):
        return False
    if one.at_most_months == other.at_most_months:
        return True
    limit = INSPECTION_MONTHS if other.at_most_months is None else other.at_most_months
    return one.at_most_months is not None and one.at_most_months <= limit
