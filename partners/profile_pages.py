"""What the pages of a site and of a partner tell one reader: the same for them and for a preview."""

from typing import Any, Final

from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from partners import history, structured_data
from partners.models import Partner, Site
from partners.partner_sites import site_rows
from partners.permissions import is_capacity_told
from partners.site_cards import place_of
from partners.site_profile import places, site_profile
from partners.term_index import term_index

CHANGES_SHOWN: Final = 5
"""On the page itself; the others stand on a page of their own."""


def site_page(site: Site, *, actor: Actor) -> dict[str, Any]:
    """The context of the page, as far as this actor may read. The partner has to be selected."""
    today, terms = timezone.localdate(), term_index()
    profile = site_profile(site, actor=actor, terms=terms, today=today)
    changed = history.site_history(site, actor)[:CHANGES_SHOWN]
    return {
        "profile": profile,
        "site": site,
        "partner": site.partner,
        "place": place_of(site),
        "places": places([site]),
        "today": today,
        "changes": history.changes(changed, partner=site.partner, actor=actor, terms=terms),
        "structured": structured_data.of_site(profile),
        "is_capacity_told": is_capacity_told(actor, site),
    }


def partner_page(partner: Partner, *, actor: Actor) -> dict[str, Any]:
    """The context of the page, as far as this actor may read."""
    sites = list(partner.sites.order_by("name", "pk"))
    today = timezone.localdate()
    changed = history.partner_history(partner, sites, actor)[:CHANGES_SHOWN]
    return {
        "partner": partner,
        "sites": site_rows(sites, actor=actor, today=today),
        "places": places(sites),
        "today": today,
        "changes": history.changes(changed, partner=partner, actor=actor, terms=term_index()),
        "structured": structured_data.of_partner(partner, sites),
    }
