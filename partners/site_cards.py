"""What a card of the directory says of a site: a page of search rows in, cards out, in a few queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.safestring import SafeString

from cdmo_portal.accounts.actors import Actor
from partners.importers.countries import country_name
from partners.importers.operations import operation_label
from partners.models import Certificate, Origin, SearchRow, Site
from partners.numbers import NumberAsked
from partners.open_capacity import Opening, next_openings
from partners.own_status import OwnStatus, own_statuses
from partners.search_marks import Marker
from partners.search_reasons import Offer, OtherReason, Reasons, other_reasons
from partners.search_text import TextSearch
from partners.site_sources import (
    SOURCES,
    Proof,
    Stated,
    latest_visits,
    proofs,
    registered_as_of,
    stated_by_companies,
)
from partners.term_index import Entry, TermIndex

MOST_TERMS: Final = 6
MOST_BADGES: Final = 3
# The facets that say what a site is for, in the order in which a card names them.
TELLING: Final = ("service", "dosage_form", "modality", "unit_operation")
GMP_CERTIFICATE_DAYS: Final = 3 * 365


@dataclass(frozen=True, slots=True)
class Badge:
    """A dated regulatory fact; `on` is the day that its age counts from, `source` who says so."""

    text: str
    on: dt.date | None
    is_old: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One site among the results. Names and terms are HTML in which the words of the search are marked."""

    site: Site
    name: SafeString
    partner_name: SafeString
    place: SafeString
    offers: list[Offer]
    more_offers: int
    found_by: list[OtherReason]
    proofs: list[Proof]
    stated: Stated | None
    registered_for: list[str]
    registered_as_of: dt.date | None
    badges: list[Badge]
    opening: Opening | None
    own: OwnStatus | None = None

    @property
    def is_sample(self) -> bool:
        return self.site.partner is not None and self.site.partner.is_sample

    @property
    def is_suggested(self) -> bool:
        partner = self.site.partner
        return partner is not None and partner.is_only_suggested


@dataclass(frozen=True)
class Asked:
    """What the cards are shown for: who reads them, and what the search asked."""

    actor: Actor
    terms: TermIndex
    today: dt.date
    sought: Collection[str] = ()
    text: TextSearch | None = None
    numbers: Sequence[NumberAsked] = ()

    @cached_property
    def reasons(self) -> Reasons:
        return Reasons(Marker.of(self.text), self.terms)

    @cached_property
    def first(self) -> set[int]:
        """The bits of the terms that were ticked, which every card shows first."""
        return {self.terms.by_code[code].bit for code in self.sought if code in self.terms.by_code}


def cards(rows: Iterable[SearchRow], asked: Asked) -> list[Card]:
    """The cards of these rows, in their order; a bounded number of queries for any number of rows."""
    rows = list(rows)
    facts = facts_of([row.site_id for row in rows], asked)
    shown = {pk: f"{site.name} {site.partner or ''} {place_of(site)}" for pk, site in facts.sites.items()}
    others = other_reasons(rows, facts.sites, shown, asked.reasons)
    own = own_statuses(facts.sites.values(), asked.actor)
    return [
        _card(row, asked, facts, found_by=others.get(row.site_id, []), own=own.get(row.site_id))
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Facts:
    """By site, what the directory says of it besides its search row."""

    sites: dict[int, Site]
    stated: dict[int, Stated]
    registered: dict[int, dt.date]
    badges: dict[int, list[Badge]]
    openings: dict[int, Opening]
    proofs: dict[int, list[Proof]]


def facts_of(site_ids: Iterable[int], asked: Asked) -> Facts:
    sites = Site.objects.select_related("partner").in_bulk(list(site_ids))
    return Facts(
        sites=sites,
        stated=stated_by_companies(sites, asked.actor),
        registered=registered_as_of(sites),
        badges=badges_of(sites, asked.today),
        openings=next_openings(sites.values(), actor=asked.actor, today=asked.today),
        proofs=proofs(sites, asked.numbers, asked.actor),
    )


def place_of(site: Site) -> str:
    named = (site.city, site.region, country_name(site.country))
    return ", ".join(dict.fromkeys(part for part in named if part))  # Puerto Rico is said once


def _card(
    row: SearchRow, asked: Asked, facts: Facts, *, found_by: list[OtherReason], own: OwnStatus | None
) -> Card:
    site, marker = facts.sites[row.site_id], asked.reasons.marker
    offers = _offers(row.term_bits, asked)
    return Card(
        site=site,
        name=marker.marked(site.name, is_name=True),
        partner_name=marker.marked(site.partner.name if site.partner else "", is_name=True),
        place=marker.marked(place_of(site)),
        offers=offers[:MOST_TERMS],
        more_offers=max(len(offers) - MOST_TERMS, 0),
        found_by=found_by,
        proofs=facts.proofs.get(site.pk, []),
        stated=facts.stated.get(site.pk),
        registered_for=sorted(operation_label(code) for code in row.operations),
        registered_as_of=facts.registered.get(site.pk),
        badges=facts.badges.get(site.pk, [])[:MOST_BADGES],
        opening=facts.openings.get(site.pk),
        own=own,
    )


def _offers(bits: Iterable[int], asked: Asked) -> list[Offer]:
    """What is offered, the most exact terms only; first those that answer the search, in whatever facet."""
    exact = exact_terms(bits, asked.terms, keep=asked.first)
    explaining = asked.reasons.explaining(exact)
    telling = telling_terms(exact, asked.terms, first=asked.first)
    chosen = list(dict.fromkeys([*explaining, *telling]))
    return [asked.reasons.offer(entry, explains=entry in explaining) for entry in chosen]


def exact_terms(bits: Iterable[int], terms: TermIndex, *, keep: Collection[int] = ()) -> list[Entry]:
    """The terms without those that are above others of them: an ancestor adds nothing to its descendant."""
    offered = [terms.by_bit[bit] for bit in bits if bit in terms.by_bit]
    above = {bit for entry in offered for bit in entry.lineage[1:]}.difference(keep)
    return [entry for entry in offered if entry.bit not in above]


def telling_terms(exact: Iterable[Entry], terms: TermIndex, *, first: Collection[int] = ()) -> list[Entry]:
    """The `first` ones, and those that say what a site is for, in the order in which a card names them."""
    telling = [entry for entry in exact if entry.facet in TELLING or entry.bit in first]
    order = {facet: place for place, facet in enumerate(TELLING)}
    return sorted(
        telling,
        key=lambda entry: (
            entry.bit not in first,
            order.get(entry.facet, len(order)),
            terms.position[entry.bit],
        ),
    )


def badges_of(sites: Collection[int], today: dt.date) -> dict[int, list[Badge]]:
    """Per site, the latest inspection of each authority, then the certificates."""
    found: dict[int, list[Badge]] = defaultdict(list)
    for site_id, visits in latest_visits(sites).items():
        found[site_id] = [
            Badge(f"Inspected: {visit.authority}", visit.ended_on, source=visit.source) for visit in visits
        ]
    for certificate in Certificate.objects.filter(site_id__in=sites).select_related("term"):
        on = certificate.inspected_on or certificate.issued_on
        is_old = certificate_is_old(certificate, today)
        source = SOURCES[Origin(certificate.origin)]
        found[certificate.site_id].append(Badge(certificate.term.label, on, is_old, source))
    return found


def certificate_is_old(certificate: Certificate, today: dt.date) -> bool:
    """Past its expiry, or, where it has none, three years after the inspection that it rests on."""
    if certificate.expires_on is not None:
        return certificate.expires_on < today
    on = certificate.inspected_on
    return on is not None and (today - on).days > GMP_CERTIFICATE_DAYS
