"""Every requirement judged for one candidate of a run: a page, and what a card of the list opens."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cdmo_portal.accounts.actors import ActorRequest
from matching.models import Brief, MatchRun
from matching.ranking.explaining import candidate_of
from matching.views.briefs import find_brief
from matching.views.match_cards import title_of
from partners.models import Site


@require_safe
@vary_on_headers("HX-Request")
def match_judged(request: ActorRequest, uid: UUID, site_uid: UUID) -> HttpResponse:
    """From the run that the address names, else the latest; 404 for a site that it does not name."""
    brief = find_brief(request, uid)
    run = _run(brief, request.GET.get("run", ""))
    site = candidate_of(run, str(site_uid))
    if site is None:
        raise Http404
    context = {
        "brief": brief,
        "run": run,
        "site": site,
        "title": title_of(site),
        "profile": Site.objects.filter(uid=site_uid).first(),
    }
    part = "#table" if request.htmx and not request.htmx.history_restore_request else ""
    return render(request, f"matching/match_judged.html{part}", context)


def _run(brief: Brief, uid: str) -> MatchRun:
    runs = brief.match_runs.order_by("-pk")
    if not uid:
        return get_object_or_404(runs[:1])
    try:
        return get_object_or_404(runs, uid=UUID(uid))
    except ValueError as error:
        raise Http404 from error
