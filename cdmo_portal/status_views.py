"""The operator's page about the background."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cdmo_portal import status
from cdmo_portal.accounts.actors import ActorRequest


@require_safe
def status_page(request: ActorRequest) -> HttpResponse:
    if not request.actor.is_operator:
        raise Http404
    now = timezone.now()
    context = {
        "pulses": status.pulses(now),
        "failed_nudges": status.failed_nudges(),
        "feeds": status.stuck_feeds(now)[: status.MOST_SHOWN],
        "deliveries": status.stuck_deliveries(now)[: status.MOST_SHOWN],
        "counts": status.counts(),
    }
    return render(request, "status.html", context)
