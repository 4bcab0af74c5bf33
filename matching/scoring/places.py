"""Where a site lies. "EU only" is a place; "EU GMP" and "QP release" are other facts."""

from matching.scoring.contexts import Context
from matching.scoring.facts import SiteFacts
from matching.scoring.requirements import PlaceAsked
from matching.scoring.verdicts import Status, Verdict, met, unknown, unmet


def place_verdict(asked: PlaceAsked, site: SiteFacts, context: Context) -> Verdict:
    wanted = asked.label or ", ".join(sorted(asked.countries))
    country = context.vocabulary.label(site.country)
    where = f"{country}{f' ({site.region})' if site.region else ''}"
    status = place_status(expanded(asked, context), site)
    if status is Status.UNKNOWN:
        return unknown("The country of the site is not stated.", "In which country is the site?")
    if status is Status.MET:
        return met(f"Lies in {where}; asked: {wanted}.")
    return unmet(f"Lies in {where}; asked: {wanted}.")


def expanded(asked: PlaceAsked, context: Context) -> frozenset[str]:
    """Named groups (`geo.eu`) replaced by their countries."""
    groups = context.vocabulary.countries
    return frozenset(code for entry in asked.countries for code in groups.get(entry, frozenset({entry})))


def place_status(codes: frozenset[str], site: SiteFacts) -> Status:
    return place_status_of(codes, site.country, site.region)


def place_status_of(codes: frozenset[str], site_country: str, site_region: str) -> Status:
    """`US-PR` beside `US` takes Puerto Rico out; `US-PR` alone asks for Puerto Rico."""
    if not site_country:
        return Status.UNKNOWN
    # A region of another country, as a typing error leaves behind, says nothing of where the site lies.
    is_whole = site_region.startswith(f"{site_country}-") or site_region.endswith(f"-{site_country}")
    region = site_region if is_whole else f"{site_country}-{site_region}"
    for code in codes:
        country, _, part = code.partition("-")
        if part and country in codes and (code == region or part == site_country):
            return Status.UNMET
    return Status.MET if site_country in codes or region in codes else Status.UNMET
