"""What a card of the directory says of a site: a page of search rows in, cards out, in a few queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Max

from cdmo_portal.accounts.actors import Actor
from partners.importers.countries import country_name
from partners.importers.operations import operation_label
from partners.models import Certificate, Inspection, SearchRow, Site
from partners.open_capacity import Opening, next_openings
from partners.own_status import OwnStatus, own_statuses
from partners.term_index import TermIndex

MOST_TERMS: Final = 6
MOST_BADGES: Final = 3
# The facets that say what a site is for, in the order in which a card names them.
TELLING: Final = ("service", "dosage_form", "modality", "unit_operation")
GMP_CERTIFICATE_DAYS: Final = 3 * 365


@dataclass(frozen=True, slots=True)
class Badge:
    """A dated regulatory fact; `on` is the day that its age counts from."""

    text: str
    on: dt.date | None
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    site: Site
    place: str
    offers: list[str]
    more_offers: int
    registered_for: list[str]
    badges: list[Badge]
    opening: Opening | None
    own: OwnStatus | None = None

    @property
    def is_sample(self) -> bool:
        return self.site.partner is not None and self.site.partner.is_sample

    @property
    def is_suggested(self) -> bool:
        partner = self.site.partner
        return partner is not None and partner.is_suggested and not partner.is_claimed


def cards(
    rows: Iterable[SearchRow], *, actor: Actor, terms: TermIndex, sought: Iterable[str], today: dt.date
) -> list[Card]:
    """The cards of these rows, in their order. Terms that the search asked for (`sought`) come first."""
    rows = list(rows)
    sites = Site.objects.select_related("partner").in_bulk([row.site_id for row in rows])
    badges = badges_of(sites, today)
    openings = next_openings(sites.values(), actor=actor, today=today)
    own = own_statuses(sites.values(), actor)
    first = {terms.by_code[code].bit for code in sought if code in terms.by_code}
    return [
        replace(
            _card(row, sites[row.site_id], _offers(row.term_bits, first, terms), badges, openings),
            own=own.get(row.site_id),
        )
        for row in rows
    ]


def place_of(site: Site) -> str:
    named = (site.city, site.region, country_name(site.country))
    return ", ".join(dict.fromkeys(part for part in named if part))  # Puerto Rico is said once


def _card(
    row: SearchRow,
    site: Site,
    offers: Sequence[str],
    badges: dict[int, list[Badge]],
    openings: dict[int, Opening],
) -> Card:
    return Card(
        site=site,
        place=place_of(site),
        offers=list(offers[:MOST_TERMS]),
        more_offers=max(len(offers) - MOST_TERMS, 0),
        registered_for=sorted(operation_label(code) for code in row.operations),
        badges=badges[site.pk][:MOST_BADGES],
        opening=openings.get(site.pk),
    )


def _offers(bits: Iterable[int], first: set[int], terms: TermIndex) -> list[str]:
    """Labels of what is offered, the most exact terms only: an ancestor adds nothing to its descendant."""
    offered = [terms.by_bit[bit] for bit in bits if bit in terms.by_bit]
    above = {bit for entry in offered for bit in entry.lineage[1:]}
    exact = [entry for entry in offered if entry.facet in TELLING and entry.bit not in above - first]
    order = {entry.bit: index for index, entry in enumerate(terms.entries)}
    exact.sort(key=lambda entry: (entry.bit not in first, TELLING.index(entry.facet), order[entry.bit]))
    return [entry.label for entry in exact]


def badges_of(sites: Iterable[int], today: dt.date) -> dict[int, list[Badge]]:
    """Per site, the latest inspection of each authority, then the certificates."""
    found: dict[int, list[Badge]] = defaultdict(list)
    visits = Inspection.objects.filter(site_id__in=sites).order_by("site_id", "authority__position")
    for site_id, authority, latest in visits.values_list("site_id", "authority__label").annotate(
        latest=Max("ended_on")
    ):
        found[site_id].append(Badge(f"Inspected: {authority}", latest))
    for certificate in Certificate.objects.filter(site_id__in=sites).select_related("term"):
        is_old = certificate_is_old(certificate, today)
        on = certificate.inspected_on or certificate.issued_on
        found[certificate.site_id].append(Badge(certificate.term.label, on, is_old))
    return found


def certificate_is_old(certificate: Certificate, today: dt.date) -> bool:
    """Past its expiry, or, where it has none, three years after the inspection that it rests on."""
    if certificate.expires_on is not None:
        return certificate.expires_on < today
    on = certificate.inspected_on
    return on is not None and (today - on).days > GMP_CERTIFICATE_DAYS
