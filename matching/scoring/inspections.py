"""Inspected by whom, when, with what outcome, and for this operation? An absent record is not clearance."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from matching.scoring import wording
from matching.scoring.contexts import Context
from matching.scoring.facts import InspectionFact, SiteFacts
from matching.scoring.requirements import InspectionAsked
from matching.scoring.verdicts import Change, Evidence, Verdict, any_of, met, unknown, unmet
from partners.ageing import is_older_than_months, is_stale, months_since

ORIGIN_WORDS = {"company": "stated by the company", "regulator": "published by the regulator"}


def inspection_verdict(asked: InspectionAsked, site: SiteFacts, context: Context) -> Verdict:
    """Any of the authorities will do; each is judged by its own visits."""
    return any_of([by_authority(authority, asked, site, context) for authority in sorted(asked.authorities)])


def by_authority(authority: str, asked: InspectionAsked, site: SiteFacts, context: Context) -> Verdict:
    family = context.satisfying(authority)
    visits = [visit for visit in site.inspections if visit.authority in family]
    if not visits:
        return not_on_file(authority, site, context)
    refused = refusal(visits, asked, context)
    if refused is not None:
        return refused
    return any_of([visit_verdict(visit, asked, context) for visit in newest_first(visits)])


def newest_first(visits: Sequence[InspectionFact]) -> list[InspectionFact]:
    dated = [visit for visit in visits if visit.ended_on is not None]
    undated = [visit for visit in visits if visit.ended_on is None]
    return sorted(dated, key=lambda visit: visit.ended_on or dt.date.min, reverse=True) + undated


def refusal(visits: Sequence[InspectionFact], asked: InspectionAsked, context: Context) -> Verdict | None:
    """The newest outcome decides: a later good visit lifts a refusal, a later refusal ends the standing."""
    judged = [visit for visit in newest_first(visits) if visit.outcomes]
    if not judged or not asked.refused_outcomes.intersection(judged[0].outcomes):
        return None
    outcomes = wording.listed(sorted(asked.refused_outcomes.intersection(judged[0].outcomes)))
    evidence = (evidence_of(judged[0], context),)
    if judged[0].ended_on is None:
        return unknown(f"Outcome {outcomes}, date not stated.", "When was this inspection?", evidence)
    return unmet(f"Outcome of the newest inspection by {visitor(judged[0], context)}: {outcomes}.", evidence)


def visit_verdict(visit: InspectionFact, asked: InspectionAsked, context: Context) -> Verdict:
    name, evidence = visitor(visit, context), (evidence_of(visit, context),)
    covering = coverage_part(visit, asked, context)
    if covering is not None:
        return replace(covering, evidence=evidence)
    if visit.ended_on is None:
        if asked.at_most_months is None:
            return met(f"Inspected by {name}, date not stated.", evidence)
        return unknown(
            f"Inspected by {name}, date not stated.", f"When did {name} last inspect you?", evidence
        )
    age = wording.age(visit.ended_on, context.today)
    if asked.at_most_months is not None and is_older_than_months(
        visit.ended_on, context.today, asked.at_most_months
    ):
        limit = f"at most {wording.number(asked.at_most_months)}"
        months = months_since(visit.ended_on, context.today)
        change = Change("age", f"inspection by {name} {months} months → {limit} months ago")
        return unmet(f"Inspected by {name} {age}; asked: {limit} months ago.", evidence, change)
    return met(f"Inspected by {name} {age} ({ORIGIN_WORDS[visit.origin]}).", evidence)


def coverage_part(visit: InspectionFact, asked: InspectionAsked, context: Context) -> Verdict | None:
    """ "Inspected" is not "for this operation": silence, or other operations named, is a question."""
    if not asked.covers or context.satisfying(asked.covers).intersection(visit.covers):
        return None
    operation, name = context.vocabulary.label(asked.covers), visitor(visit, context)
    stated = wording.listed(context.vocabulary.label(each) for each in sorted(visit.covers))
    what = f"for {stated}" if stated else "operations not stated"
    return unknown(f"Inspected by {name}, {what}.", f"Did the inspection by {name} cover {operation}?")


def not_on_file(authority: str, site: SiteFacts, context: Context) -> Verdict:
    """No visit on file. Only the site's own word can make that a no."""
    name = context.vocabulary.label(authority)
    said_no = (each for each in site.statements if each.term == authority and not each.is_offered)
    if any(not is_stale(each.confirmed_on, context.today) for each in said_no):
        return unmet(f"Not inspected by {name}, says the site.")
    return unknown(
        f"No inspection by {name} is on file.", f"When did {name} last inspect you, and with what outcome?"
    )


def visitor(visit: InspectionFact, context: Context) -> str:
    return visit.authority_name or context.vocabulary.label(visit.authority)


def evidence_of(visit: InspectionFact, context: Context) -> Evidence:
    outcomes = f": {wording.listed(sorted(visit.outcomes))}" if visit.outcomes else ""
    age = wording.age(visit.ended_on, context.today) if visit.ended_on is not None else "date not stated"
    what = f"Inspection by {visitor(visit, context)}{outcomes}"
    return Evidence(what, "", visit.source, visit.origin, visit.ended_on, age)
