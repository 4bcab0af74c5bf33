"""The pages of a site and of a partner. Old addresses lead to the new ones."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners.models import FormerSlug, Partner, Site
from partners.permissions import (
    can_claim,
    can_edit_partner,
    can_edit_site,
    can_read_records,
    can_see_capacity,
    can_write_records,
)
from partners.record_pages import facts_about, records_about
from partners.site_cards import place_of
from partners.site_profile import places, site_profile
from partners.term_index import term_index


@require_safe
def site_detail(request: ActorRequest, slug: str) -> HttpResponse:
    site = Site.objects.select_related("partner", "campus").filter(slug=slug).first()
    if site is None:
        return _moved(slug)
    today = timezone.localdate()
    context = {
        "profile": site_profile(site, actor=request.actor, terms=term_index(), today=today),
        "site": site,
        "partner": site.partner,
        "place": place_of(site),
        "places": places([site]),
        "today": today,
        "can_edit": can_edit_site(request.actor, site),
        "can_see_capacity": can_see_capacity(request.actor, site),
        **_what_we_know(request, site),
    }
    return render(request, "partners/site_detail.html", context)


@require_safe
def partner_detail(request: ActorRequest, slug: str) -> HttpResponse:
    partner = Partner.objects.filter(slug=slug).first()
    if partner is None:
        return _moved(slug)
    sites = list(partner.sites.order_by("name", "pk"))
    context = {
        "partner": partner,
        "sites": [(site, place_of(site)) for site in sites],
        "places": places(sites),
        "can_edit": can_edit_partner(request.actor, partner),
        "claim_url": _claim_address(partner) if can_claim(request.actor, partner) else "",
        **_what_we_know(request, partner),
    }
    return render(request, "partners/partner_detail.html", context)


def _what_we_know(request: ActorRequest, subject: Partner | Site) -> dict[str, Any]:
    """The panel of the reader's own organisation; nothing for whoever is no sponsor."""
    actor, today = request.actor, timezone.localdate()
    if not can_read_records(actor):
        return {"has_own_panel": False}
    records = records_about(subject, actor, today)
    is_noted = any(each.record.subject == subject for each in records)
    query = urlencode({"site" if isinstance(subject, Site) else "partner": subject.slug})
    can_add = can_write_records(actor) and not is_noted
    return {
        "has_own_panel": True,
        "own_records": records,
        "own_facts": facts_about(subject, records, actor, today) if isinstance(subject, Site) else [],
        "add_record_url": f"{reverse('partners:record_create')}?{query}" if can_add else "",
    }


def _claim_address(partner: Partner) -> str:
    return reverse("partners:claim_create", args=[partner.slug])


def _moved(slug: str) -> HttpResponse:
    former = get_object_or_404(FormerSlug.objects.select_related("partner", "site"), slug=slug)
    target = former.site or former.partner
    if target is None:
        raise Http404
    return redirect(target, permanent=True)
