"""The pages of a site and of a partner, and what changed on them. Old addresses lead to the new ones."""

from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners import history
from partners.models import Claim, FormerSlug, Partner, Site
from partners.permissions import (
    can_edit_partner,
    can_edit_site,
    can_read_records,
    can_write_records,
    claim_offer,
)
from partners.profile_pages import partner_page, site_page
from partners.record_pages import facts_about, records_about
from partners.term_index import term_index
from partners.viewing import counts_as_view

CHANGES_PER_PAGE: Final = 50


@require_safe
def site_detail(request: ActorRequest, slug: str) -> HttpResponse:
    site = Site.objects.select_related("partner", "campus").filter(slug=slug).first()
    if site is None:
        return _moved(slug)
    context = {
        **site_page(site, actor=request.actor),
        "can_edit": can_edit_site(request.actor, site),
        "counts_view": counts_as_view(request.actor, site),
        **_claiming(request, site),
        **_what_we_know(request, site),
    }
    return render(request, "partners/site_detail.html", context)


@require_safe
def partner_detail(request: ActorRequest, slug: str) -> HttpResponse:
    partner = Partner.objects.filter(slug=slug).first()
    if partner is None:
        return _moved(slug)
    context = {
        **partner_page(partner, actor=request.actor),
        "can_edit": can_edit_partner(request.actor, partner),
        **_claiming(request, partner),
        **_what_we_know(request, partner),
    }
    return render(request, "partners/partner_detail.html", context)


@require_safe
def site_history(request: ActorRequest, slug: str) -> HttpResponse:
    site = get_object_or_404(Site.objects.select_related("partner"), slug=slug)
    return _history(request, site, site.partner, history.site_history(site, request.actor))


@require_safe
def partner_history(request: ActorRequest, slug: str) -> HttpResponse:
    partner = get_object_or_404(Partner, slug=slug)
    rows = history.partner_history(partner, partner.sites.all(), request.actor)
    return _history(request, partner, partner, rows)


def _history(
    request: ActorRequest, about: Site | Partner, partner: Partner | None, rows: QuerySet[Any, history.Row]
) -> HttpResponse:
    page = Paginator(rows, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    changed = history.changes(page, partner=partner, actor=request.actor, terms=term_index())
    context = {"about": about, "page_obj": page, "changes": changed, "today": timezone.localdate()}
    return render(request, "partners/profile_history.html", context)


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


def _claiming(request: ActorRequest, subject: Partner | Site) -> dict[str, str]:
    """Where the reader may ask to keep this, and whether that is a contest of somebody else's."""
    offer = claim_offer(request.actor, subject)
    if offer is None:
        return {"claim_url": "", "contest_url": ""}
    name = "partners:site_claim" if isinstance(subject, Site) else "partners:claim_create"
    url, is_free = reverse(name, args=[subject.slug]), offer == Claim.Kind.NEW
    return {"claim_url": url if is_free else "", "contest_url": "" if is_free else url}


def _moved(slug: str) -> HttpResponse:
    former = get_object_or_404(FormerSlug.objects.select_related("partner", "site"), slug=slug)
    target = former.site or former.partner
    if target is None:
        raise Http404
    return redirect(target, permanent=True)
