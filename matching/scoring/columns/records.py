"""Places, inspections, certificates and registrations: the levels of whole sites, spread over their rows."""

import numpy as np

from matching.scoring.certificates import AGED_BY_INSPECTION, INSPECTION_MONTHS, WITHOUT_EXPIRY
from matching.scoring.columns.arrays import NEVER, Bools, Bytes, Ints
from matching.scoring.columns.columns import Column
from matching.scoring.columns.grounds import (
    HARD,
    MET,
    SOFT,
    UNKNOWN,
    Ground,
    any_at,
    first_of_each,
    is_one_of,
    most_at,
    slices,
)
from matching.scoring.places import expanded, place_status_of
from matching.scoring.requirements import CertificateAsked, InspectionAsked, PlaceAsked, RegistrationAsked
from matching.scoring.verdicts import Status

LEVELS = {Status.MET: MET, Status.UNKNOWN: UNKNOWN, Status.UNMET: HARD}


def spread(by_site: Bytes, ground: Ground) -> Bytes:
    level: Bytes = by_site[ground.segment.rows.site]
    return level


def place_column(asked: PlaceAsked, ground: Ground) -> Column:
    codes = expanded(asked, ground.context)
    by_place = [LEVELS[place_status_of(codes, country, region)] for country, region in ground.segment.places]
    by_site = np.array(by_place, dtype=np.int8)[ground.segment.sites.place]
    return Column(spread(by_site, ground))


def registration_column(asked: RegistrationAsked, ground: Ground) -> Column:
    """The register is complete for sites that are in it, and silent on all others."""
    table, count = ground.segment.registrations, ground.segment.site_count
    is_asked = is_one_of(table.authority, ground.numbers([asked.authority]))
    is_listed = is_asked & table.is_listed
    has_all = any_at(table.site[is_listed], count)
    for code in asked.operations:
        of_code = is_one_of(table.operation, ground.numbers([code]))
        rows = table.operation_registration[of_code]
        has_all &= any_at(table.site[rows[is_listed[rows]]], count)
    is_known = any_at(table.site[is_asked], count)
    return Column(spread(np.where(has_all, MET, np.where(is_known, HARD, UNKNOWN)), ground))


def inspection_column(asked: InspectionAsked, ground: Ground) -> Column:
    """Any of the authorities will do; each is judged by its own visits."""
    levels = [by_authority(authority, asked, ground) for authority in sorted(asked.authorities)]
    return Column(spread(np.maximum.reduce(levels), ground))


def by_authority(authority: str, asked: InspectionAsked, ground: Ground) -> Bytes:
    visits, count = ground.segment.visits, ground.segment.site_count
    family = ground.numbers(ground.context.satisfying(authority))
    found = np.flatnonzero(is_one_of(visits.authority, family))
    level = most_at(visits.site[found], visit_levels(found, asked, ground), count, -1)
    refusing = newest_with_outcome(found, ground)
    refused = refusing[(visits.outcomes[refusing] & ground.book.outcomes.bits(asked.refused_outcomes)) != 0]
    level[visits.site[refused]] = np.where(visits.ended[refused] > 0, HARD, UNKNOWN)
    silent = np.where(says_no(ground.numbers([authority]), ground), HARD, UNKNOWN)
    return np.where(level < 0, silent, level).astype(np.int8)


def newest_with_outcome(found: Ints, ground: Ground) -> Ints:
    """Of each site's visits, which are newest first, the first that has an outcome."""
    visits = ground.segment.visits
    judged = found[visits.outcomes[found] != 0]
    newest: Ints = judged[first_of_each(visits.site[judged])]
    return newest


def visit_levels(found: Ints, asked: InspectionAsked, ground: Ground) -> Bytes:
    visits = ground.segment.visits
    ended = visits.ended[found]
    if asked.at_most_months is None:
        level = np.full(len(found), MET, dtype=np.int8)
    else:
        oldest = ground.oldest_within(asked.at_most_months)
        level = np.where(ended == 0, UNKNOWN, np.where(ended < oldest, SOFT, MET)).astype(np.int8)
    if asked.covers:
        operations = ground.numbers(ground.context.satisfying(asked.covers))
        covering = visits.operation_visit[is_one_of(visits.operation, operations)]
        level[~any_at(covering, len(visits.site))[found]] = UNKNOWN
    return level


def says_no(terms: Ints, ground: Ground) -> Bools:
    """Sites whose own fresh word on one of the terms is no."""
    table = ground.segment.statements
    found = slices(table.term, terms)
    is_no = (table.row[found] < 0) & ~table.is_offered[found]
    is_no &= table.confirmed[found] >= ground.oldest_fresh()
    return any_at(table.site[found[is_no]], ground.segment.site_count)


def certificate_column(asked: CertificateAsked, ground: Ground) -> Column:
    papers, count = ground.segment.papers, ground.segment.site_count
    family = ground.numbers(ground.context.satisfying(asked.term))
    is_held = is_one_of(papers.term, family)
    if asked.authority:
        is_held &= is_one_of(papers.authority, ground.numbers(ground.context.satisfying(asked.authority)))
    found = np.flatnonzero(is_held)
    level = most_at(papers.site[found], paper_levels(found, asked, ground), count, -1)
    silent = np.where(says_no(family, ground), HARD, UNKNOWN)
    level = spread(np.where(level < 0, silent, level).astype(np.int8), ground)
    return Column(level, is_backed=level == MET)


def paper_levels(found: Ints, asked: CertificateAsked, ground: Ground) -> Bytes:
    papers = ground.segment.papers
    ages = is_one_of(papers.term[found], ground.numbers(AGED_BY_INSPECTION))
    endless = is_one_of(papers.term[found], ground.numbers(WITHOUT_EXPIRY))
    has_end = papers.expires[found] < NEVER
    by_age = aged(found, ages, asked.at_most_months, ground)
    dated = np.where(~has_end & ~endless, UNKNOWN, MET if asked.at_most_months is None else by_age)
    level = np.where(ages, by_age, dated)
    return np.where(papers.expires[found] < ground.today, SOFT, level).astype(np.int8)


def aged(found: Ints, ages: Bools, most_months: float | None, ground: Ground) -> Bytes:
    """The age counts from the inspection; certificates that expire may fall back on their issue."""
    papers = ground.segment.papers
    inspected, issued = papers.inspected[found], papers.issued[found]
    since = np.where((inspected == 0) & ~ages, issued, inspected)
    oldest = ground.oldest_within(most_months or INSPECTION_MONTHS)
    return np.where(since == 0, UNKNOWN, np.where(since < oldest, SOFT, MET)).astype(np.int8)
