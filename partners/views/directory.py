"""The directory of sites. All of its state stands in the address; htmx swaps the results alone."""

from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.spreadsheets import Kind
from partners import facets, numbers
from partners.filters import SORTS, VIEWS, SiteFilter
from partners.models import SearchRow, Site
from partners.permissions import can_see_capacity_of_others
from partners.search_address import DEFAULTS, address
from partners.search_chips import chips, culprits
from partners.site_cards import Asked, cards
from partners.site_map import site_map

PER_PAGE: Final = 20
# Who reads on past this many pages wants an export or a narrower search; a crawler wants neither.
MOST_PAGES: Final = 250
MOST_LISTED: Final = MOST_PAGES * PER_PAGE
PAGE_PARAMETERS: Final = frozenset({"page", numbers.ROWS_SHOWN})
KEPT: Final = ("view", "area")
"""The filters without a control of their own, which the form takes along."""


class CappedPaginator(Paginator):  # type: ignore[type-arg] # Django's own takes none when it runs
    """Of rows that have been counted."""

    def __init__(self, rows: QuerySet[SearchRow], per_page: int, *, total: int) -> None:
        super().__init__(rows, per_page)
        self.count = total

    @property
    def num_pages(self) -> int:
        return min(super().num_pages, MOST_PAGES)


@dataclass(frozen=True, slots=True)
class View:
    """A way to look at the results."""

    name: str
    label: str
    url: str
    is_current: bool


@require_safe
@vary_on_headers("HX-Request")
def site_list(request: ActorRequest) -> HttpResponse:
    filters = SiteFilter(request.GET, queryset=Site.objects.all(), request=request)
    if errors := filters.problems(besides=PAGE_PARAMETERS):
        return refused_page(request, filters, errors)
    return _page(request, filters, _found(filters, request))


def refused_page(request: ActorRequest, filters: SiteFilter, errors: list[str]) -> HttpResponse:
    """What is wrong with the question, beside the filters as they were asked."""
    # htmx shows a 422 in place; a browser that came by an address is told that it was wrong.
    return _page(request, filters, _refused(filters, errors), status=422 if _is_swap(request) else 400)


def _page(
    request: ActorRequest, filters: SiteFilter, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    is_swap = _is_swap(request)
    asked = {name: request.GET.get(name, "") for name in request.GET}
    context |= {
        "is_swap": is_swap,
        "asked": asked,
        "kept": _kept(asked, filters),
        "sorts": _sorts(filters),
        "views": _views(request.GET),
        "measures": numbers.grouped(filters.measures),
        "number_rows": numbers.rows_shown(asked),
        "most_numbers": len(numbers.ROWS),
    }
    template = "partners/site_list.html#swap" if is_swap else "partners/site_list.html"
    response = render(request, template, context, status=status)
    if is_swap:
        response["HX-Push-Url"] = address(request.GET)
    return response


def _kept(asked: dict[str, str], filters: SiteFilter) -> list[tuple[str, str]]:
    """What the form takes along; a value that is refused would be refused again."""
    given = [(name, asked[name]) for name in KEPT if asked.get(name) and name not in filters.errors]
    return [each for each in given if each not in DEFAULTS]


def _sorts(filters: SiteFilter) -> list[tuple[str, Any]]:
    """The orders that say something to this reader; to whom no capacity is told, one by it says nothing."""
    is_told = can_see_capacity_of_others(filters.actor)
    return [(value, label) for value, label in SORTS.items() if is_told or value != "open"]


def _is_swap(request: ActorRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def _refused(filters: SiteFilter, errors: list[str]) -> dict[str, Any]:
    return {"errors": errors, "heading": _("Nothing was searched"), "facets": _no_facets(filters)}


def _no_facets(filters: SiteFilter) -> list[facets.FacetView]:
    popular = facets.popularity(filters.reader, filters.terms)
    kept = {facet: filters.data.getlist(facet) for facet in facets.LABELS}
    return [*_own_facets(filters), *facets.views(popular, kept, popular, filters.terms)]


def _own_facets(filters: SiteFilter) -> list[facets.FacetView]:
    return [filters.own_facet()] if filters.has_own_facet else []


def _found(filters: SiteFilter, request: ActorRequest) -> dict[str, Any]:
    total = filters.total
    paginator = CappedPaginator(filters.rows.defer("words", "name"), PER_PAGE, total=total)
    page = paginator.get_page(request.GET.get("page"))
    popular = facets.popularity(filters.reader, filters.terms)
    is_map = filters.form.cleaned_data.get("view") == "map"
    return {
        "heading": ngettext("%(total)s site", "%(total)s sites", total) % {"total": f"{total:,}"},
        "page_obj": page,
        "most_listed": MOST_LISTED if total > MOST_LISTED else None,
        "cards": cards(page, _asked(filters)),
        "map": site_map(filters.rows, filters.asked_area, request.GET) if is_map and total else None,
        "chips": chips(filters, request.GET),
        "culprits": [] if total else culprits(filters, request.GET),
        "facets": [
            *_own_facets(filters),
            *facets.views(filters.counts, filters.chosen, popular, filters.terms),
        ],
        "is_forgiving": filters.text is not None and filters.text.is_forgiving,
        "exports": [(kind.upper(), address(request.GET, to=f"partners:site_export_{kind}")) for kind in Kind],
        "today": filters.today,
    }


def _asked(filters: SiteFilter) -> Asked:
    return Asked(
        actor=filters.actor,
        terms=filters.terms,
        today=filters.today,
        sought=[code for facet in facets.TERM_FACETS for code in filters.chosen.get(facet, ())],
        text=filters.text,
        numbers=filters.asked_numbers,
    )


def _views(asked: QueryDict) -> list[View]:
    """The switch between list and map, which keeps the page."""
    now = asked.get("view") or "list"
    return [
        View(name, str(label), address(asked, put={"view": name}), name == now)
        for name, label in VIEWS.items()
    ]
