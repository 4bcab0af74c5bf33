"""Finding one's own site to claim, among all that the registers name: by name, FEI, DUNS or city."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from cdmo_portal.accounts.actors import Actor
from partners.company_names import telling_words
from partners.models import Claim, Registration, SearchRow, Site, SiteIdentifier
from partners.permissions import claim_offer, keeper_id_of
from partners.search_text import TextSearch
from partners.site_cards import place_of
from partners.term_index import term_index

# A number as people copy it: "FEI: 30 0123 4567", "DUNS 12-345-6789", with or without leading zeros.
NAMED: Final = r"(?:fei|duns|d-u-n-s)\s*(?:number|no\.?|#)?\s*:?"
NUMBER: Final = re.compile(rf"\s*(?:{NAMED})?([\s./-]*\d[\d\s./-]*)", re.IGNORECASE)
SHORTEST_NUMBER: Final = 5
"""Below this digits are more likely a postal code or a part of an address."""
FREE, KEPT, OWN, ASKED = "free", "kept", "own", "asked"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site that may be the one: what tells it from others, who keeps it, what one may do."""

    site: Site
    place: str
    numbers: list[tuple[str, str]]
    registered_as: list[str]
    standing: str
    offer: Claim.Kind | None
    claim: Claim | None


def asked_by(text: str) -> str:
    """What is searched for: the digits alone where a number was typed, as the search rows hold them."""
    found = NUMBER.fullmatch(text)
    digits = re.sub(r"\D", "", found[1]).lstrip("0") if found else ""
    return digits if len(digits) >= SHORTEST_NUMBER else text.strip()


def first_guess(actor: Actor) -> str:
    """What to look for before anything was typed: the organisation's own name."""
    return " ".join(telling_words(actor.organisation.name)) if actor.organisation else ""


def found_rows(text: str, country: str) -> QuerySet[SearchRow]:
    """Search rows of everybody's directory, the likeliest first; none for an empty question."""
    rows = SearchRow.objects.filter(reader=SearchRow.Reader.PUBLIC)
    if country:
        rows = rows.filter(country=country)
    asked = asked_by(text)
    if not asked:
        return rows.order_by("sort_name", "site_id") if country else rows.none()
    search = TextSearch(asked, rows, term_index())
    return rows.filter(search.condition).alias(rank=search.rank).order_by("-rank", "sort_name", "site_id")


def candidates(rows: Iterable[SearchRow], actor: Actor) -> list[Candidate]:
    """The sites of one page of rows, in their order; a fixed number of queries."""
    ids = [row.site_id for row in rows]
    sites = Site.objects.select_related("partner").in_bulk(ids)
    numbers, names, claims = _numbers(ids), _names(ids), _own_claims(ids, actor)
    return [
        Candidate(
            site=sites[pk],
            place=place_of(sites[pk]),
            numbers=numbers[pk],
            registered_as=[name for name in names[pk] if name.casefold() != sites[pk].name.casefold()],
            standing=_standing(sites[pk], actor, claims.get(pk)),
            offer=claim_offer(actor, sites[pk]),
            claim=claims.get(pk),
        )
        for pk in ids
    ]


def _standing(site: Site, actor: Actor, claim: Claim | None) -> str:
    keeper_id = keeper_id_of(site)
    if keeper_id is not None and keeper_id == actor.organisation_id:
        return OWN
    if claim is not None:
        return ASKED
    return FREE if keeper_id is None else KEPT


def _numbers(ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    short = {SiteIdentifier.Scheme.FEI: "FEI", SiteIdentifier.Scheme.DUNS: "DUNS"}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in SiteIdentifier.objects.filter(site_id__in=ids, scheme__in=short).order_by("scheme", "value"):
        found[row.site_id].append((short[SiteIdentifier.Scheme(row.scheme)], row.value))
    return found


def _names(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Registration.objects.filter(site_id__in=ids).order_by("firm_name")
    for site_id, name in rows.values_list("site_id", "firm_name").distinct():
        found[site_id].append(name)
    return found


def _own_claims(ids: Sequence[int], actor: Actor) -> dict[int, Claim]:
    rows = Claim.objects.open().made_for(actor).filter(site_id__in=ids)
    return {row.site_id or 0: row for row in rows}
