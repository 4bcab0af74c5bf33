"""Stating many capabilities at once: found in the vocabulary by facet or by word, ticked, or pasted."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from cdmo_portal.accounts.actors import ActorRequest
from partners.actions.capability_bulk import state_capabilities, stated_at
from partners.actions.editing import AlreadyThere
from partners.actions.stated import STATED_FACETS
from partners.forms.capability_bulk import CapabilityBulkForm
from partners.models import Site
from partners.term_index import term_index
from partners.term_search import LONGEST_QUERY, facet_label, find_terms, terms_named, terms_of
from partners.views.own import editable_site

TEMPLATE: Final = "partners/capability_bulk.html"
MOST_SHOWN: Final = 60


def capability_add(request: ActorRequest, slug: str) -> HttpResponse:
    """Looking for terms is a submit too, so that what is ticked and typed stays without scripts."""
    site = editable_site(request, slug)
    typed = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" or "search" in typed or request.htmx:
        form = CapabilityBulkForm(site=site, typed=typed)
        part = "#picker" if request.htmx else ""
        return render(request, f"{TEMPLATE}{part}", _context(site, form, typed))
    form = CapabilityBulkForm(typed, site=site)
    if form.is_valid():
        try:
            added = state_capabilities(site=site, facts=form.statements(), by=request.actor)
        except AlreadyThere as error:
            form.add_error(None, str(error))
        else:
            said = ngettext(
                "%(count)d capability was stated.", "%(count)d capabilities were stated.", len(added)
            )
            messages.success(request, said % {"count": len(added)})
            return redirect("partners:own_site", site.slug)
    return render(request, TEMPLATE, _context(site, form, typed), status=422)


def _context(site: Site, form: CapabilityBulkForm, typed: QueryDict) -> dict[str, Any]:
    terms = term_index()
    query, facet = typed.get("q", "")[:LONGEST_QUERY], typed.get("facet", "")
    wanted = [facet] if facet in STATED_FACETS else []
    picked = terms_named(set(typed.getlist("picks")), terms)
    if query.strip():
        found = find_terms(query, wanted or STATED_FACETS, terms, most=MOST_SHOWN)
    else:
        found = terms_of(facet, terms) if wanted else []
    chosen = {each.code for each in picked}
    return {
        "site": site,
        "form": form,
        "query": query,
        "facet": facet,
        "facets": [(code, facet_label(code)) for code in STATED_FACETS],
        "picked": picked,
        "found": [each for each in found if each.code not in chosen],
        "has_looked": bool(query.strip() or wanted),
        "stated": stated_at(site, form.site_lines.get(typed.get("place", ""))),
    }
