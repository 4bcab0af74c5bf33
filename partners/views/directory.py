"""The directory of sites. All of its state stands in the address; htmx swaps the results alone."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cdmo_portal.accounts.actors import ActorRequest
from partners import facets, own_status, units
from partners.filters import SORTS, SiteFilter
from partners.models import Site
from partners.site_cards import cards

PER_PAGE: Final = 20
# Who reads on past this many pages wants an export or a narrower search; a crawler wants neither.
MOST_PAGES: Final = 250
NUMBER_FIELDS: Final = ("measure", "value", "unit")


class CappedPaginator(Paginator):  # type: ignore[type-arg] # Django's own takes none when it runs
    @property
    def num_pages(self) -> int:
        return min(super().num_pages, MOST_PAGES)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Culprit:
    """A filter without which something would be found."""

    label: str
    url: str
    count: int


@require_safe
@vary_on_headers("HX-Request")
def site_list(request: ActorRequest) -> HttpResponse:
    filters = SiteFilter(request.GET, queryset=Site.objects.all(), request=request)
    errors = _errors(filters, request.GET)
    context = _refused(filters, errors) if errors else _found(filters, request, timezone.localdate())
    is_swap = bool(request.htmx) and not request.htmx.history_restore_request
    context |= {
        "is_swap": is_swap,
        "asked": {name: request.GET.get(name, "") for name in ("q", "sort", *NUMBER_FIELDS)},
        "sorts": SORTS.items(),
        "measures": filters.filters["measure"].extra["choices"],
    }
    template = "partners/site_list.html#swap" if is_swap else "partners/site_list.html"
    # htmx shows a 422 in place; a browser that came by an address is told that it was wrong.
    status = 200 if not errors else 422 if is_swap else 400
    response = render(request, template, context, status=status)
    if is_swap:
        response["HX-Push-Url"] = _address(request.GET)
    return response


def _errors(filters: SiteFilter, asked: QueryDict) -> list[str]:
    """What is wrong with the question, each with the field's name."""
    unknown = sorted(set(asked) - set(filters.filters) - {"page"})
    found = [_("“%(name)s” is not a filter of this page.") % {"name": name[:60]} for name in unknown[:5]]
    for name, messages in filters.errors.items():
        label = filters.filters[name].label if name in filters.filters else _("Search")
        found += [f"{label}: {message}" for message in messages]
    return found


def _refused(filters: SiteFilter, errors: list[str]) -> dict[str, Any]:
    return {"errors": errors, "heading": _("Nothing was searched"), "facets": _no_facets(filters)}


def _no_facets(filters: SiteFilter) -> list[facets.FacetView]:
    popular = facets.popularity(filters.reader, filters.terms)
    kept = {facet: filters.data.getlist(facet) for facet in facets.LABELS}
    return facets.views(popular, kept, popular, filters.terms)


def _found(filters: SiteFilter, request: ActorRequest, today: dt.date) -> dict[str, Any]:
    page = CappedPaginator(filters.rows, PER_PAGE).get_page(request.GET.get("page"))
    total = page.paginator.count
    popular = facets.popularity(filters.reader, filters.terms)
    sought = [code for facet in facets.TERM_FACETS for code in filters.chosen.get(facet, ())]
    return {
        "heading": ngettext("%(total)s site", "%(total)s sites", total) % {"total": f"{total:,}"},
        "page_obj": page,
        "is_capped": total > MOST_PAGES * PER_PAGE,
        "cards": cards(page, actor=request.actor, terms=filters.terms, sought=sought, today=today),
        "chips": _chips(filters, request.GET),
        "culprits": [] if total else _culprits(filters, request.GET),
        "facets": [
            *([filters.own_facet()] if filters.has_own_facet else []),
            *facets.views(filters.counts(), filters.chosen, popular, filters.terms),
        ],
        "is_forgiving": filters.text is not None and filters.text.is_forgiving,
        "today": today,
    }


def _chips(filters: SiteFilter, asked: QueryDict) -> list[Chip]:
    found = []
    if filters.text is not None:
        found.append(Chip(f"“{filters.form.cleaned_data['q']}”", _address(asked, without=("q",))))
    for facet, values in filters.chosen.items():
        labels = dict(filters.filters[facet].extra["choices"])
        found += [Chip(labels[value], _address(asked, facet, value)) for value in values]
    for value in filters.our_statuses:
        found.append(Chip(str(own_status.FACET[value]), _address(asked, "our_status", value)))
    if filters.form.cleaned_data.get("measure"):
        found.append(Chip(_number_label(filters), _address(asked, without=NUMBER_FIELDS)))
    return found


def _number_label(filters: SiteFilter) -> str:
    cleaned = filters.form.cleaned_data
    value = " ".join(part for part in (cleaned["value"], cleaned["unit"]) if part)
    base = (
        ""
        if units.parse(cleaned["value"]).unit or cleaned["unit"]
        else filters.terms.by_code[cleaned["measure"]].base_unit
    )
    return _("%(measure)s includes %(value)s") % {
        "measure": filters.terms.label(cleaned["measure"]),
        "value": f"{value} {base}".strip(),
    }


def _culprits(filters: SiteFilter, asked: QueryDict) -> list[Culprit]:
    """The filters that each by itself keep the page empty, the one that hides most first."""
    found = []
    for name, count in filters.found_without().items():
        ours = {"q": _("the text"), "measure": _("the number"), "our_status": _("our status")}
        label = ours.get(name) or str(facets.LABELS[name])
        without = NUMBER_FIELDS if name == "measure" else (name,)
        found.append(Culprit(label, _address(asked, without=without), count))
    return sorted((each for each in found if each.count), key=lambda each: -each.count)


def _address(asked: QueryDict, facet: str = "", value: str = "", *, without: tuple[str, ...] = ()) -> str:
    """This page with the same question, less one value of a facet or less whole parameters; from page one."""
    left = QueryDict(mutable=True)
    leaving = bool(facet or without)
    for name, values in asked.lists():
        if name in without or (leaving and name == "page"):
            continue
        kept = [
            each for each in values if each and (name, each) not in {(facet, value), ("sort", "relevance")}
        ]
        if kept:
            left.setlist(name, kept)
    path = reverse("partners:site_list")
    return f"{path}?{left.urlencode()}" if left else path
