"""Certificates, licences and registrations. An EU GMP certificate ages from its inspection; others expire."""

from matching.scoring import wording
from matching.scoring.contexts import Context
from matching.scoring.facts import CertificateFact, RegistrationFact, SiteFacts
from matching.scoring.requirements import CertificateAsked, RegistrationAsked
from matching.scoring.verdicts import Change, Evidence, Status, Verdict, any_of, met, unknown, unmet
from partners.ageing import is_older_than_months, is_stale, months_since

AGED_BY_INSPECTION = frozenset({"cer.gmp-certificate"})
WITHOUT_EXPIRY = frozenset({"cer.mia", "cer.mia-imp"})
INSPECTION_MONTHS = 36
"""By convention a GMP certificate older than three years counts as old."""


def certificate_verdict(asked: CertificateAsked, site: SiteFacts, context: Context) -> Verdict:
    family = context.satisfying(asked.term)
    held = [
        each
        for each in site.certificates
        if each.term in family
        and (not asked.authority or each.authority in context.satisfying(asked.authority))
    ]
    if not held:
        return not_on_file(asked, site, context)
    return any_of([judged(each, asked, context) for each in held])


def judged(held: CertificateFact, asked: CertificateAsked, context: Context) -> Verdict:
    evidence = (evidence_of(held, context),)
    name = context.vocabulary.label(held.term)
    if held.expires_on is not None and held.expires_on < context.today:
        day = wording.day(held.expires_on)
        return unmet(
            f"{name}: expired on {day}.", evidence, Change("age", f"{name} expired on {day} → renewed")
        )
    if held.term in AGED_BY_INSPECTION:
        return aged(held, asked.at_most_months or INSPECTION_MONTHS, context)
    if held.expires_on is None and held.term not in WITHOUT_EXPIRY:
        return unknown(f"{name}: expiry not stated.", f"Until when does your {name} hold?", evidence)
    if asked.at_most_months is not None:
        return aged(held, asked.at_most_months, context)
    until = f", until {wording.day(held.expires_on)}" if held.expires_on is not None else ""
    return met(f"{name}: held{until}.", evidence)


def aged(held: CertificateFact, months: float, context: Context) -> Verdict:
    """The age counts from the inspection; other certificates may fall back on their issue."""
    evidence, name = (evidence_of(held, context),), context.vocabulary.label(held.term)
    since = held.inspected_on
    if since is None and held.term not in AGED_BY_INSPECTION:
        since = held.issued_on
    if since is None:
        return unknown(
            f"{name}: date of inspection not stated.", f"When was the inspection for your {name}?", evidence
        )
    if is_older_than_months(since, context.today, months):
        age = f"{months_since(since, context.today)} months"
        change = Change("age", f"{name} {age} → at most {wording.number(months)} months old")
        return unmet(f"{name}: {age} old; at most {wording.number(months)} count.", evidence, change)
    return met(f"{name}: inspected {wording.age(since, context.today)}.", evidence)


def not_on_file(asked: CertificateAsked, site: SiteFacts, context: Context) -> Verdict:
    """An absent certificate is not non-compliance; a stated no is a no; a bare yes asks for the paper."""
    name = context.vocabulary.label(asked.term)
    stated = [each for each in site.statements if each.term in context.satisfying(asked.term)]
    if any(not each.is_offered and not is_stale(each.confirmed_on, context.today) for each in stated):
        return unmet(f"{name}: not held, says the site.")
    if stated:
        return unknown(
            f"{name}: stated, no certificate on file.", f"Please give number and date of your {name}."
        )
    return unknown(f"{name}: not on file.", f"Do you hold a {name}?")


def evidence_of(held: CertificateFact, context: Context) -> Evidence:
    day = held.inspected_on or held.issued_on
    age = wording.age(day, context.today) if day is not None else "date not stated"
    authority = held.authority_name or (context.vocabulary.label(held.authority) if held.authority else "")
    parts = [context.vocabulary.label(held.term), held.number, f"by {authority}" if authority else ""]
    return Evidence(
        " ".join(part for part in parts if part), "certificate", held.source, held.origin, day, age
    )


def registration_verdict(asked: RegistrationAsked, site: SiteFacts, context: Context) -> Verdict:
    authority = context.vocabulary.label(asked.authority)
    wanted = asked.label or wording.listed(
        context.vocabulary.label(operation) for operation in sorted(asked.operations)
    )
    purpose = f" for {wanted}" if wanted else ""
    rows = [row for row in site.registrations if row.authority == asked.authority]
    evidence = tuple(row_evidence(row, authority, context) for row in rows)
    status = registration_status(asked, site)
    if status is Status.UNKNOWN:
        question = f"Are you registered with {authority}{purpose}?"
        return unknown(f"No registration with {authority} is on file.", question)
    if status is Status.MET:
        return met(f"Registered with {authority}{purpose}, as of {evidence[0].age}.", evidence)
    gone = [row.no_longer_listed_on for row in rows if row.no_longer_listed_on is not None]
    if len(gone) == len(rows):
        return unmet(f"No longer listed by {authority} since {wording.day(max(gone))}.", evidence)
    return unmet(f"Registered with {authority}, but not{purpose}.", evidence)


def registration_status(asked: RegistrationAsked, site: SiteFacts) -> Status:
    """The register is the complete list of registered operations, but only of sites that are in it."""
    operations: set[str] = set()
    is_known = is_listed = False
    for row in site.registrations:
        if row.authority == asked.authority:
            is_known = True
            if row.no_longer_listed_on is None:
                is_listed = True
                operations |= row.operations
    if not is_known:
        return Status.UNKNOWN
    return Status.MET if is_listed and asked.operations <= operations else Status.UNMET


def row_evidence(row: RegistrationFact, authority: str, context: Context) -> Evidence:
    names = wording.listed(context.vocabulary.label(each) for each in sorted(row.operations))
    what = f"Register of {authority}: {names}"
    age = wording.age(row.snapshot_on, context.today)
    return Evidence(what, "", row.source, "regulator", row.snapshot_on, age)
