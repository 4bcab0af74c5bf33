"""What speaks for a claim, what against it and what is not known, for the operator who decides."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from cdmo_portal.accounts.models import Member, OrganisationDomain
from partners.company_names import telling_words
from partners.importers.countries import country_name
from partners.mail_domains import FREE_MAIL, domain_of, host_of_website, is_domain_of
from partners.models import Claim, Registration, Site


class Side(StrEnum):
    FOR = "for"
    AGAINST = "against"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Point:
    side: Side
    text: str


@dataclass(frozen=True)
class Case:
    """One claim with all that is known around it."""

    claim: Claim
    sites: list[Site]
    registered_as: list[str]
    domains: list[str]
    rivals: list[Claim]
    refused_before: list[Claim]
    is_still_member: bool
    points: list[Point] = field(default_factory=list)

    @property
    def against(self) -> list[Point]:
        return [point for point in self.points if point.side == Side.AGAINST]

    @property
    def website(self) -> str:
        claim = self.claim
        partner = claim.site.partner if claim.site else claim.partner
        return partner.website if partner else ""


def cases_of(claims: Iterable[Claim]) -> list[Case]:
    """The claims of one page, in their order, each with its points; a fixed number of queries.

    They have to come `with_subjects`.
    """
    claims = list(claims)
    sites = _sites(claims)
    names = _registered_names([site.pk for each in sites.values() for site in each])
    domains, others, members = _domains(claims), _others(claims), _members(claims)
    cases = []
    for claim in claims:
        about = others[claim.partner_id, claim.site_id]
        case = Case(
            claim=claim,
            sites=sites[claim.pk],
            registered_as=sorted({name for site in sites[claim.pk] for name in names[site.pk]}),
            domains=domains[claim.organisation_id],
            rivals=[each for each in about if each.is_open and each.organisation_id != claim.organisation_id],
            refused_before=[each for each in about if _was_refused_before(each, claim)],
            is_still_member=(claim.organisation_id, claim.made_by_id) in members,
        )
        case.points.extend(_points(case))
        cases.append(case)
    return cases


def _points(case: Case) -> list[Point]:
    return [*_by_domain(case), _by_name(case), *_by_country(case), *_by_people(case), *_by_others(case)]


def _by_domain(case: Case) -> list[Point]:
    host, proved = host_of_website(case.website), case.claim.proved_domain
    if proved and host:
        agrees = is_domain_of(proved, host)
        words = (
            _("They read mail at %(domain)s, the domain of the profile's website.")
            if agrees
            else _("They read mail at %(domain)s, but the profile's website is at %(host)s.")
        )
        return [Point(Side.FOR if agrees else Side.AGAINST, words % {"domain": proved, "host": host})]
    if proved:
        said = _("They read mail at %(domain)s. No website is known here: look whether it is the company's.")
        return [Point(Side.OPEN, said % {"domain": proved})]
    unproved = [Point(Side.OPEN, _("No address at the company's domain was proved."))]
    if any(is_domain_of(domain, host) for domain in case.domains):
        unproved = [Point(Side.FOR, _("A verified domain of theirs is that of the profile's website."))]
    return unproved


def _by_name(case: Case) -> Point:
    claim = case.claim
    known = [claim.subject.name, *(site.name for site in case.sites), *case.registered_as]
    if claim.site and claim.site.partner:
        known.append(claim.site.partner.name)
    theirs = telling_words(claim.organisation.name)
    words = {word for name in known for word in telling_words(name)}
    if shared := [word for word in theirs if word in words]:
        return Point(Side.FOR, _("The names share: %(words)s.") % {"words": ", ".join(shared)})
    return Point(Side.AGAINST, _("The organisation's name shares no word with the profile's names."))


def _by_country(case: Case) -> list[Point]:
    country = case.claim.organisation.country
    if not country or not case.sites:
        return []
    there = sorted({site.country for site in case.sites})
    if country in there:
        return [Point(Side.FOR, _("Both are in %(country)s.") % {"country": country_name(country)})]
    named = {"theirs": country_name(country), "there": ", ".join(country_name(code) for code in there)}
    return [Point(Side.AGAINST, _("The organisation is in %(theirs)s, the site in %(there)s.") % named)]


def _by_people(case: Case) -> list[Point]:
    points, claimant = [], case.claim.made_by
    if not case.claim.organisation.is_approved:
        points.append(Point(Side.AGAINST, _("The organisation is not approved.")))
    if claimant is None or not case.is_still_member:
        points.append(Point(Side.AGAINST, _("Whoever asked is no member of the organisation any more.")))
    elif domain_of(claimant.email) in FREE_MAIL:
        points.append(Point(Side.AGAINST, _("Whoever asked signs in with a free mail address.")))
    return points


def _by_others(case: Case) -> list[Point]:
    claim, points = case.claim, []
    if claim.answer == Claim.Answer.AGREES:
        points.append(Point(Side.FOR, _("The keeper lets it go.")))
    elif claim.answer:
        points.append(Point(Side.AGAINST, _("The keeper says that it is theirs.")))
    elif claim.is_contest:
        points.append(Point(Side.OPEN, _("The keeper has not answered.")))
    elif claim.is_open and claim.now_kept_by_id is not None:
        points.append(Point(Side.AGAINST, _("Somebody keeps it meanwhile.")))
    if case.rivals:
        names = ", ".join(each.organisation.name for each in case.rivals)
        points.append(Point(Side.AGAINST, _("Also claimed by: %(names)s.") % {"names": names}))
    if case.refused_before:
        points.append(Point(Side.AGAINST, _("Refused to the same organisation before.")))
    return points


def _was_refused_before(other: Claim, claim: Claim) -> bool:
    is_same = other.organisation_id == claim.organisation_id and other.pk != claim.pk
    return is_same and other.state == Claim.State.REFUSED and other.made_at <= claim.made_at


def _sites(claims: Sequence[Claim]) -> dict[int, list[Site]]:
    partner_ids = {claim.partner_id for claim in claims if claim.partner_id}
    by_partner: dict[int | None, list[Site]] = defaultdict(list)
    for site in Site.objects.filter(partner_id__in=partner_ids).order_by("name", "pk"):
        by_partner[site.partner_id].append(site)
    return {claim.pk: [claim.site] if claim.site else by_partner[claim.partner_id] for claim in claims}


def _registered_names(site_ids: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Registration.objects.filter(site_id__in=site_ids).order_by()
    for site_id, name in rows.values_list("site_id", "firm_name"):
        found[site_id].add(name)
    return found


def _domains(claims: Sequence[Claim]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    ids = {claim.organisation_id for claim in claims}
    rows = OrganisationDomain.objects.filter(organisation_id__in=ids, verified_at__isnull=False)
    for row in rows.order_by("domain"):
        found[row.organisation_id].append(row.domain)
    return found


def _others(claims: Sequence[Claim]) -> dict[tuple[int | None, int | None], list[Claim]]:
    """Every claim of the same subjects, by subject."""
    found: dict[tuple[int | None, int | None], list[Claim]] = defaultdict(list)
    same = Q(partner_id__in=[claim.partner_id for claim in claims if claim.partner_id])
    same |= Q(site_id__in=[claim.site_id for claim in claims if claim.site_id])
    for row in Claim.objects.filter(same).select_related("organisation").order_by("pk"):
        found[row.partner_id, row.site_id].append(row)
    return found


def _members(claims: Sequence[Claim]) -> set[tuple[int, int | None]]:
    ids = {claim.organisation_id for claim in claims}
    users = {claim.made_by_id for claim in claims if claim.made_by_id}
    rows = Member.objects.filter(organisation_id__in=ids, user_id__in=users)
    return set(rows.values_list("organisation_id", "user_id"))
