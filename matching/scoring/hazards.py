"""What must not be there: hazards, and terms that are excluded, at line, building, site or campus.

Present inside the spot: unmet. Stated absent for the spot or around it: met. A known parent leaves the child
unknown, an implied hazard is at least a question, and silence is never clearance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from matching.scoring import wording
from matching.scoring.contexts import Context, Spot
from matching.scoring.facts import HazardFact, OwnStatement, Scope, SiteFacts, Statement
from matching.scoring.terms import lines_at
from matching.scoring.verdicts import Change, Evidence, Status, Verdict, met, negated, unknown, unmet
from partners.ageing import is_stale

WIDTH = {Scope.LINE: 0, Scope.BUILDING: 1, Scope.SITE: 2, Scope.CAMPUS: 3, Scope.PARTNER: 4}


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks on one term's family that bear on a spot: `inside` it, and `around` it at wider scopes."""

    inside: tuple[HazardFact, ...]
    around: tuple[HazardFact, ...]


def hazard_exclusion(term: str, spot: Spot, context: Context) -> Verdict:
    """Judge "must not", and for a campus, site or building say which narrower scope would pass."""
    marks = (*spot.site.hazards, *campus_marks(spot))
    verdict = exclusion(term, marks, spot, context)
    if verdict.status is Status.UNMET:
        return replace(verdict, change=narrower_scope(term, spot, context))
    return verdict


def hazard_presence(term: str, spot: Spot, context: Context) -> Verdict:
    """Judge "must": the hazard is handled here."""
    marks = (*spot.site.hazards, *campus_marks(spot))
    return negated(exclusion(term, marks, spot, context))


def term_exclusion(term: str, spot: Spot, context: Context) -> Verdict:
    """Judge "must not" on a term on offer: statements read as marks at their site or line."""
    return exclusion(term, tuple(marks_of(spot.site)), spot, context)


def campus_marks(spot: Spot) -> tuple[HazardFact, ...]:
    """What other sites on the ground say counts for the campus, and their word on the whole of it for all."""
    if WIDTH[spot.scope] >= WIDTH[Scope.CAMPUS]:
        return tuple(
            mark for mark in spot.site.campus_hazards if mark.is_present or mark.scope is Scope.CAMPUS
        )
    return tuple(
        mark for mark in spot.site.campus_hazards if mark.scope is Scope.CAMPUS and not mark.is_present
    )


def marks_of(site: SiteFacts) -> Iterator[HazardFact]:
    for statement in site.statements:
        yield mark_of(statement, Scope.SITE, "")
    for line in site.lines:
        for statement in line.statements:
            yield mark_of(statement, Scope.LINE, line.key)


@dataclass(frozen=True, slots=True)
class OwnMark(HazardFact):
    """Of a statement of the asking organisation's own."""


def mark_of(statement: Statement, scope: Scope, place: str) -> HazardFact:
    make = OwnMark if isinstance(statement, OwnStatement) else HazardFact
    return make(
        statement.term,
        statement.is_offered,
        scope,
        statement.confirmed_on,
        place,
        statement.basis,
        statement.source,
    )


def exclusion(term: str, marks: Sequence[HazardFact], spot: Spot, context: Context) -> Verdict:
    family, lineage = context.satisfying(term), context.vocabulary.lineage(term)
    found = bearing(marks, spot)
    label = context.vocabulary.label(term)
    present = [mark for mark in found.inside if mark.is_present and mark.term in family]
    fresh = [mark for mark in present if not is_stale(mark.confirmed_on, context.today)]
    if fresh:
        return unmet(f"{label}: handled at {place_name(fresh[0], spot)}.", marked(fresh, context))
    if present:
        question = f"Do you still handle {wording.in_a_sentence(label)} at {spot.name}?"
        return stale_verdict(label, present, context, question)
    parents = [mark for mark in found.inside if mark.is_present and mark.term in lineage]
    if parents:
        return parent_verdict(label, parents, spot, context)
    return absence(term, found, spot, context)


def absence(term: str, found: Marks, spot: Spot, context: Context) -> Verdict:
    """Nothing inside says yes. A no proves absence unless something nearer or implied speaks against."""
    family, lineage = context.satisfying(term), context.vocabulary.lineage(term)
    label = context.vocabulary.label(term)
    question = f"Do you handle {wording.in_a_sentence(label)} anywhere {whereabouts(spot)}?"
    near = [
        mark for mark in found.around if mark.is_present and (mark.term in family or mark.term in lineage)
    ]
    nearest = min((WIDTH[mark.scope] for mark in near), default=len(WIDTH))
    absent = [
        mark
        for mark in (*found.inside, *found.around)
        if not mark.is_present and mark.term in lineage and proves_absence(mark, spot)
    ]
    valid = [mark for mark in absent if WIDTH[mark.scope] < nearest]
    fresh = [mark for mark in valid if not is_stale(mark.confirmed_on, context.today)]
    implied = implying_terms(term, spot, context)
    if implied:
        named = wording.listed(context.vocabulary.label(each) for each in implied)
        return unknown(
            f"{label}: {named} is offered, which usually brings it.", question, marked(fresh, context)
        )
    if fresh:
        return met(f"{label}: stated as not handled at {spot.name}.", marked(fresh, context))
    if valid:
        return stale_verdict(label, valid, context, question)
    if near:
        return unknown(f"{label}: handled at the {near[0].scope}; not stated for {spot.name}.", question)
    return unknown(f"{label}: not stated.", question)


def whereabouts(spot: Spot) -> str:
    return f"on the {spot.scope}" if WIDTH[spot.scope] >= WIDTH[Scope.CAMPUS] else f"at {spot.name}"


def bearing(marks: Sequence[HazardFact], spot: Spot) -> Marks:
    inside = tuple(mark for mark in marks if is_inside(mark, spot))
    return Marks(inside, tuple(mark for mark in marks if not is_inside(mark, spot) and is_around(mark, spot)))


def is_inside(mark: HazardFact, spot: Spot) -> bool:
    if not spot.is_within_site:
        return WIDTH[mark.scope] <= WIDTH[spot.scope] or is_of_neighbour(mark, spot)
    if mark.scope is Scope.LINE:
        return mark.place in {line.key for line in lines_at(spot)}
    if mark.scope is Scope.BUILDING and spot.scope is Scope.BUILDING:
        return spot.line is not None and mark.place == spot.line.building != ""
    return mark.is_present and mark.scope is Scope.SITE and is_only_line(spot)


def is_of_neighbour(mark: HazardFact, spot: Spot) -> bool:
    """Stated by another site on the ground; this very mark, for both may say the same."""
    return any(mark is each for each in spot.site.campus_hazards)


def is_only_line(spot: Spot) -> bool:
    """What the site says can only be meant of its one line."""
    return spot.line is not None and len(spot.site.lines) == 1


def is_around(mark: HazardFact, spot: Spot) -> bool:
    if mark.scope is Scope.LINE:
        return False
    if mark.scope is Scope.BUILDING and spot.is_within_site:
        building = spot.line.building if spot.line is not None else ""
        return mark.place == building if building else mark.is_present
    return WIDTH[mark.scope] > WIDTH[spot.scope]


def proves_absence(mark: HazardFact, spot: Spot) -> bool:
    """A no counts downwards: said of the campus it holds for every line, of a line for that line only."""
    if spot.scope is Scope.BUILDING and mark.scope is Scope.LINE:
        return False
    return WIDTH[mark.scope] >= WIDTH[spot.scope]


def implying_terms(term: str, spot: Spot, context: Context) -> list[str]:
    """Terms offered inside the spot that bring the hazard with them."""
    lines = lines_at(spot) if spot.is_within_site else spot.site.lines
    offered = {each.term for line in lines for each in line.statements if each.is_offered}
    if not spot.is_within_site or is_only_line(spot):
        offered |= {each.term for each in spot.site.statements if each.is_offered}
    return sorted(offered & context.terms_implying(term))


def narrower_scope(term: str, spot: Spot, context: Context) -> Change | None:
    """The widest narrower scope at which the exclusion would not fail, e.g. campus → building."""
    label = context.vocabulary.label(term)
    for scope in (Scope.SITE, Scope.BUILDING):
        if WIDTH[scope] >= WIDTH[spot.scope]:
            continue
        statuses = {exclusion_at(term, narrower, context) for narrower in spots(spot, scope)}
        note = "" if Status.MET in statuses else ", to be confirmed there"
        if statuses - {Status.UNMET}:
            return Change("scope", f"{label} exclusion: {spot.scope} → {scope}{note}")
    return None


def exclusion_at(term: str, spot: Spot, context: Context) -> Status:
    return exclusion(term, (*spot.site.hazards, *campus_marks(spot)), spot, context).status


def spots(spot: Spot, scope: Scope) -> tuple[Spot, ...]:
    if scope is Scope.SITE:
        return (Spot(spot.site, scope),)
    lines = (spot.line,) if spot.line is not None else spot.site.lines
    return tuple(Spot(spot.site, scope, line) for line in lines if line.building)


def parent_verdict(label: str, parents: Sequence[HazardFact], spot: Spot, context: Context) -> Verdict:
    parent = context.vocabulary.label(parents[0].term)
    return unknown(
        f"{label}: {parent} is handled at {place_name(parents[0], spot)}, which may include it.",
        f"Does {parent} at your site include {label}?",
        marked(parents, context),
    )


def stale_verdict(label: str, marks: Sequence[HazardFact], context: Context, question: str) -> Verdict:
    age = wording.age(marks[0].confirmed_on, context.today)
    return unknown(
        f"{label}: last confirmed {age}; such statements hold for 24 months.",
        question,
        marked(marks, context),
    )


def place_name(mark: HazardFact, spot: Spot) -> str:
    if mark.scope is Scope.LINE:
        names = {line.key: line.name for line in spot.site.lines}
        return f"line {names.get(mark.place, mark.place)}"
    if mark.scope is Scope.BUILDING:
        return f"building {mark.place}"
    return "another site on the campus" if is_of_neighbour(mark, spot) else f"the {mark.scope}"


def marked(marks: Sequence[HazardFact], context: Context) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            f"{context.vocabulary.label(mark.term)} ({mark.scope}): {'yes' if mark.is_present else 'no'}",
            mark.basis,
            mark.source if mark.is_shown else wording.FOR_MATCHING_ONLY,
            "own" if isinstance(mark, OwnMark) else "company",
            mark.confirmed_on,
            wording.age(mark.confirmed_on, context.today),
        )
        for mark in marks
    )
