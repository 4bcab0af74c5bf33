"""A term on offer: by the site or by one of its lines, with its measure, stages, age and basis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from matching.scoring import wording
from matching.scoring.contexts import Context, Spot
from matching.scoring.facts import BASES, LineFacts, OwnStatement, Scope, Statement
from matching.scoring.measures import asked_text, measure_verdict
from matching.scoring.requirements import MeasureAsked, TermAsked
from matching.scoring.verdicts import Change, Evidence, Status, Verdict, all_of, best_of, met, unknown, unmet
from partners.ageing import is_stale, shelf_months


@dataclass(frozen=True, slots=True)
class Heard:
    """A statement as it reaches the spot. `is_direct`: it speaks of the spot, not of the site around it."""

    statement: Statement
    is_direct: bool
    line: str = ""


def term_verdict(asked: TermAsked, spot: Spot, context: Context) -> Verdict:
    """A child satisfies its parent, never the reverse; a stated no on a parent is a no on its children."""
    family, lineage = context.satisfying(asked.term), context.vocabulary.lineage(asked.term)
    heard = list(statements_at(spot, family, family.union(lineage)))
    yes = [each for each in heard if each.statement.is_offered and each.statement.term in family]
    no = [each for each in heard if not each.statement.is_offered and each.statement.term in lineage]
    direct_no = [each for each in no if each.is_direct]
    if direct_no and not any(each.is_direct for each in yes):
        return widened(no_verdict(direct_no, asked, context), spot)
    if yes:
        return widened(best_of([yes_verdict(each, asked, spot, context) for each in yes]), spot)
    if no:
        return widened(no_verdict(no, asked, context), spot)
    return silent_verdict(asked, spot, context, [each for each in heard if each.statement.is_offered])


def statements_at(spot: Spot, family: frozenset[str], about: frozenset[str]) -> Iterator[Heard]:
    """Statements about these terms that reach the spot: its lines' own, then those of the site."""
    for line in lines_at(spot) if spot.is_within_site else spot.site.lines:
        for statement in line.statements:
            if statement.term in about:
                yield Heard(statement, is_direct=True, line=line.name)
    found = [statement for statement in spot.site.statements if statement.term in about]
    if found:
        is_direct = not spot.is_within_site or is_sole_such_line(spot, family)
        yield from (Heard(statement, is_direct) for statement in found)


def lines_at(spot: Spot) -> tuple[LineFacts, ...]:
    """The line itself, or for a building all lines in the line's building."""
    if spot.line is None:
        return ()
    if spot.scope is Scope.BUILDING and spot.line.building:
        return tuple(line for line in spot.site.lines if line.building == spot.line.building)
    return (spot.line,)


def is_sole_such_line(spot: Spot, family: frozenset[str]) -> bool:
    """Whether what the site says of the term can only be meant of this line: every other line says no."""
    return spot.line is not None and all(
        any(statement.term in family and not statement.is_offered for statement in other.statements)
        for other in spot.site.lines
        if other.key != spot.line.key
    )


def no_verdict(said: Sequence[Heard], asked: TermAsked, context: Context) -> Verdict:
    """The newest no decides whether it still holds."""
    label = context.vocabulary.label(asked.term)
    statement = max((heard.statement for heard in said), key=lambda each: each.confirmed_on)
    evidence = evidence_on(statement, context)
    if is_stale(statement.confirmed_on, context.today):
        age = wording.age(statement.confirmed_on, context.today)
        return unknown(f"{label}: a no, but confirmed {age}.", f"Do you still not offer {label}?", evidence)
    if isinstance(statement, OwnStatement):
        return unmet(f"{label}: not done there, by {statement.source}.", evidence)
    return unmet(f"{label}: stated as not offered.", evidence)


def yes_verdict(heard: Heard, asked: TermAsked, spot: Spot, context: Context) -> Verdict:
    """All of its parts; a stale statement, or one on another line perhaps, neither proves nor disproves."""
    statement, label = heard.statement, context.vocabulary.label(asked.term)
    evidence = evidence_on(statement, context)
    unproven = freshness(statement, asked, context) or nearness(heard, asked, spot, context)
    proven = number_part(statement, asked, context)
    parts = [proven, stages_part(statement, asked, context), basis_part(statement, asked, context)]
    found = unproven or all_of([part for part in parts if part is not None] or [met("")])
    if found.status is not Status.MET:
        return replace(found, reason=f"{label}: {found.reason}", evidence=evidence)
    place = f" on line {heard.line}" if heard.line else ""
    detail = f"; {proven.reason}" if proven is not None else "."
    how = f"by {statement.source}, " if isinstance(statement, OwnStatement) else "confirmed "
    verdict = met(f"{label}: offered{place}, {how}{evidence[0].age}{detail}", evidence)
    return replace(verdict, figures=proven.figures) if proven is not None else verdict


def freshness(statement: Statement, asked: TermAsked, context: Context) -> Verdict | None:
    measure = asked.measure.measure if asked.measure is not None else ""
    if not is_stale(statement.confirmed_on, context.today, measure):
        return None
    age = wording.age(statement.confirmed_on, context.today)
    kept = "60 days" if measure == "sc.lead-time-weeks" else f"{shelf_months(measure)} months"
    return unknown(
        f"offered, but last confirmed {age}; such statements hold for {kept}.",
        f"Is what you state on {context.vocabulary.label(asked.term)} still true?",
    )


def nearness(heard: Heard, asked: TermAsked, spot: Spot, context: Context) -> Verdict | None:
    if heard.is_direct:
        return None
    label = context.vocabulary.label(asked.term)
    if spot.line is None:
        return unknown("stated for the site, which names no lines.", f"Which line offers {label}?")
    return unknown(
        f"stated for the site, which has several lines, and not for {spot.name}.",
        f"Does line {spot.line.name} offer {label}?",
    )


def number_part(statement: Statement, asked: TermAsked, context: Context) -> Verdict | None:
    if asked.measure is None:
        return None
    verdict = measure_verdict(asked.measure, statement.measures, context, statement.basis)
    return verdict if statement.is_shown else discreet(verdict, asked.measure, context)


def discreet(verdict: Verdict, asked: MeasureAsked, context: Context) -> Verdict:
    """The same status without the company's number: no bound, no margin, only what was asked."""
    needed = f"{wording.measure_name(asked.measure, context.vocabulary)} {asked_text(asked, context)}"
    if verdict.status is Status.MET:
        # The smallest margin that is proven, so that a score tells nothing of where the range ends.
        return met(f"{needed} is within what is {wording.FOR_MATCHING_ONLY}.", margin=0.0)
    if verdict.status is Status.UNMET:
        change = Change(verdict.change.kind, f"{needed} to be taken on") if verdict.change else None
        return unmet(f"{needed} is outside what is {wording.FOR_MATCHING_ONLY}.", change=change)
    return unknown(f"{needed} is not proven by what is {wording.FOR_MATCHING_ONLY}.", f"Can you do {needed}?")


def stages_part(statement: Statement, asked: TermAsked, context: Context) -> Verdict | None:
    missing = [
        stage
        for stage in sorted(asked.stages)
        if not context.satisfying(stage).intersection(statement.stages)
    ]
    if not missing:
        return None
    named = wording.listed(context.vocabulary.label(stage) for stage in missing)
    if not statement.stages:
        return unknown("offered, stages not stated.", f"Do you offer it for {named}?")
    if not statement.is_shown:
        return unmet(f"not offered for {named}.")
    stated = wording.listed(context.vocabulary.label(stage) for stage in sorted(statement.stages))
    return unmet(f"offered for {stated}, not for {named}.")


def basis_part(statement: Statement, asked: TermAsked, context: Context) -> Verdict | None:
    """A claim is not a proof: a yes below the least basis is a question, not a failure."""
    if BASES.index(statement.basis) >= BASES.index(asked.least_basis):
        return None
    wanted = BASIS_WORDS[asked.least_basis]
    return unknown(
        f"{BASIS_WORDS[statement.basis]}; asked: {wanted}.",
        f"Can you show {context.vocabulary.label(asked.term)} {wanted}?",
    )


BASIS_WORDS = {
    "claimed": "claimed by the company",
    "document": "shown in a document",
    "certificate": "on a certificate",
    "inspected": "inspected for it",
    "done": "done before",
}


def silent_verdict(asked: TermAsked, spot: Spot, context: Context, parents: list[Heard]) -> Verdict:
    label = context.vocabulary.label(asked.term)
    offer = wording.in_a_sentence(label)
    question = f"Do you offer {offer}?"
    if spot.is_within_site and spot.line is not None:
        question = f"Does line {spot.line.name} offer {offer}?"
    if parents:
        parent = context.vocabulary.label(parents[0].statement.term)
        evidence = evidence_on(parents[0].statement, context)
        return unknown(f"{label}: only {parent} is stated, which need not include it.", question, evidence)
    return unknown(f"{label}: not stated.", question)


def widened(verdict: Verdict, spot: Spot) -> Verdict:
    """Asked of a campus or partner, this site's no proves nothing about the other sites."""
    if verdict.status is not Status.UNMET or spot.scope not in (Scope.CAMPUS, Scope.PARTNER):
        return verdict
    return unknown(
        f"{verdict.reason} Other sites may.",
        f"Is there another site on the {spot.scope} that does?",
        verdict.evidence,
    )


def evidence_on(statement: Statement, context: Context) -> tuple[Evidence, ...]:
    """The statement; behind one of the asking organisation's own, what the company says otherwise.

    That counts for nothing, so it has no basis.
    """
    evidence = (evidence_of(statement, context),)
    if not isinstance(statement, OwnStatement) or statement.against is None:
        return evidence
    against = evidence_of(statement.against, context)
    return (*evidence, replace(against, what=f"The company states otherwise. {against.what}", basis=""))


def evidence_of(statement: Statement, context: Context) -> Evidence:
    answer = "yes" if statement.is_offered else "no"
    return Evidence(
        f"{context.vocabulary.label(statement.term)}: {answer}",
        statement.basis,
        statement.source if statement.is_shown else wording.FOR_MATCHING_ONLY,
        "own" if isinstance(statement, OwnStatement) else "company",
        statement.confirmed_on,
        wording.age(statement.confirmed_on, context.today),
    )
