"""The sites of one partner side by side, for the table beside their map; a few queries for any number."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cdmo_portal.accounts.actors import Actor
from partners.models import SearchRow, Site
from partners.open_capacity import Opening, next_openings
from partners.permissions import directory_rows
from partners.site_cards import Badge, badges_of, place_of

MOST_BADGES: Final = 2


@dataclass(frozen=True, slots=True)
class SiteRow:
    """`statements` are those that this reader may read."""

    site: Site
    place: str
    statements: int
    badges: list[Badge]
    opening: Opening | None


def site_rows(sites: Sequence[Site], *, actor: Actor, today: dt.date) -> list[SiteRow]:
    ids = [site.pk for site in sites]
    counted = SearchRow.objects.filter(directory_rows(actor), site_id__in=ids)
    statements = dict(counted.values_list("site_id", "statements"))
    badges = badges_of(ids, today)
    openings = next_openings(sites, actor=actor, today=today)
    return [
        SiteRow(
            site,
            place_of(site),
            statements.get(site.pk, 0),
            badges[site.pk][:MOST_BADGES],
            openings.get(site.pk),
        )
        for site in sites
    ]
