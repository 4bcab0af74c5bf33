"""How a CDMO's own sites match: for typical projects, never for a sponsor's brief."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from matching.ranking.typical import stands_of
from matching.views.brief_comparison import STANDINGS
from partners.models import Partner
from partners.permissions import can_edit_partner


@require_safe
def standing(request: ActorRequest) -> HttpResponse:
    partner = get_object_or_404(Partner.objects.owned_by(request.actor))
    found = stands_of(list(partner.sites.order_by("name", "pk")))
    context = {
        "partner": partner,
        "sites": [
            (each, [(stand, *STANDINGS[stand.match.standing]) for stand in each.stands]) for each in found
        ],
        "can_edit": can_edit_partner(request.actor, partner),
    }
    return render(request, "matching/standing.html", context)
