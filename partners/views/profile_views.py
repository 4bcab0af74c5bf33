"""The pages of sites tell that they were looked at; nothing comes back."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from partners.models import Site
from partners.viewing import count_view, mark_viewed


@login_not_required
@require_POST
def site_viewed(request: ActorRequest, slug: str) -> HttpResponse:
    site = get_object_or_404(Site.objects.select_related("partner"), slug=slug)
    today, response = timezone.localdate(), HttpResponse(status=204)
    if count_view(request, site, today):
        mark_viewed(response, request, site, today)
    return response
