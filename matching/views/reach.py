"""What comes back to a CDMO: who looks, what is asked, and how its sites match, of many sponsors at once."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from matching.reach import demand, standing_by_category, views_by_week
from partners.disclosing import FEWEST, last_told
from partners.models import Partner, ProfileView


@require_safe
def reach(request: ActorRequest) -> HttpResponse:
    """Of one site at a time; `?site=` names it."""
    partner = get_object_or_404(Partner.objects.owned_by(request.actor))
    today = timezone.localdate()
    sites = list(partner.sites.order_by("name", "pk"))
    asked = request.GET.get("site")
    site = get_object_or_404(partner.sites, slug=asked) if asked else next(iter(sites), None)
    views = views_by_week(site, request.actor, today) if site else []
    context = {
        "partner": partner,
        "sites": sites,
        "site": site,
        "fewest": FEWEST,
        "week": last_told(today),
        "readers": ProfileView.Reader.labels,
        "views": views,
        "most_views": max((each.told for each in views), default=0),
        "categories": standing_by_category(site, partner, request.actor, today) if site else [],
        "demand": demand(partner, today),
    }
    return render(request, "matching/reach.html", context)
