"""Words of the vocabulary for whoever is typing one."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from partners.term_index import term_index
from partners.term_search import find_terms


@require_safe
def term_search(request: ActorRequest) -> JsonResponse:
    """Up to twelve terms for `q`, of the `facets` named (with commas between them) or of all."""
    facets = [each for each in request.GET.get("facets", "").split(",") if each]
    found = find_terms(request.GET.get("q", ""), facets, term_index())
    terms = [{"label": each.label, "name": each.name, "where": each.where} for each in found]
    return JsonResponse({"terms": terms})
