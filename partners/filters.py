"""The directory's filters, one set for page and API: text, facets, numbers with units, an area, the order."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import Count, F, OrderBy, Q, QuerySet, TextField, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import NOBODY, Actor
from cdmo_portal.look.areas import Area
from cdmo_portal.look.wording import unit_text
from partners import facets, numbers, own_status
from partners.filter_fields import AreaFilter, FacetFilter, no_nul, number_filters
from partners.importers.countries import country_names
from partners.models import SearchRow, Site
from partners.models.readers import reader_rights
from partners.open_capacity import next_open_quarter
from partners.permissions import directory_rows, directory_statements, reader_of
from partners.row_conditions import any_of, in_area
from partners.search_text import LONGEST_TEXT, TextSearch
from partners.term_index import TermIndex, term_index

MOST_VALUES: Final = 60
SORTS: Final = {
    "relevance": _("Best match"),
    "name": _("Name"),
    "country": _("Country"),
    "statements": _("Most stated"),
    "inspected": _("Latest inspection"),
    "open": _("Next open quarter"),
}
VIEWS: Final = {"list": _("List"), "map": _("Map")}
# Ties end with the site, so that no page overlaps another.
TIES: Final = ("sort_name", "site_id")
ORDERS: Final[dict[str, Sequence[str | OrderBy]]] = {
    "relevance": ("-rank", "-is_profiled"),
    "name": (),
    "country": ("country", "-is_profiled"),
    "statements": ("-statements",),
    "inspected": (F("last_inspected_on").desc(nulls_last=True),),
    "open": (F("opens").asc(nulls_last=True),),
}
type Choices = list[tuple[str, str]]


class SiteFilterForm(forms.Form):
    """Checks what single fields cannot: that a number has its measure, and that no facet is flooded."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for facet in facets.LABELS:
            if len(cleaned.get(facet) or ()) > MOST_VALUES:
                self.add_error(facet, _("Choose %(most)d values at most.") % {"most": MOST_VALUES})
        if not set(numbers.NAMES) & set(self.errors):
            cleaned["numbers"] = numbers.read(cleaned, self.add_error)
        return cleaned


def asked_for(choices_of: Callable[[str], Choices], facet: str) -> Callable[[], Choices]:
    """Choices as a function: a form copies lists of them deeply, some 700 pairs for every request."""
    return lambda: choices_of(facet)


class SiteFilter(django_filters.FilterSet):
    """Filters sites by what the asking actor may read of them.

    `qs` are the sites (for the API); `rows` are the search rows, which the page orders, counts and pages.
    """

    q = django_filters.CharFilter(
        label=_("Search"), max_length=LONGEST_TEXT, validators=[no_nul], method="leave"
    )
    service = FacetFilter("service")
    modality = FacetFilter("modality")
    dosage_form = FacetFilter("dosage_form")
    container = FacetFilter("container")
    unit_operation = FacetFilter("unit_operation")
    analytical = FacetFilter("analytical")
    inspected_by = FacetFilter("inspected_by")
    country = FacetFilter("country")
    registered = FacetFilter("registered")
    profile = FacetFilter("profile")
    our_status = django_filters.MultipleChoiceFilter(
        label=_("Our status"), choices=[*own_status.FACET.items()], method="leave"
    )
    area = AreaFilter(
        label=_("Area on the map: west,south,east,north in degrees"),
        max_length=60,
        validators=[no_nul],
        method="leave",
    )
    sort = django_filters.ChoiceFilter(label=_("Sort by"), choices=list(SORTS.items()), method="leave")
    view = django_filters.ChoiceFilter(label=_("View"), choices=list(VIEWS.items()), method="leave")

    class Meta:
        model = Site
        fields: Sequence[str] = []
        form = SiteFilterForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms: TermIndex = term_index()
        self._proven: dict[tuple[str, ...], Q] = {}
        for facet in facets.LABELS:
            self.filters[facet].extra["choices"] = asked_for(self.choices_of, facet)
        if not self.actor.is_sponsor:
            self.filters.pop("our_status", None)
        for row in numbers.ROWS:
            self.filters[f"measure{row}"].extra["choices"] = lambda: self.measures

    def choices_of(self, facet: str) -> Choices:
        """Every value that may be ticked in the facet, with its label."""
        if facet == "country":
            return list(country_names().items())
        return facets.choices(facet, self.terms)

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        return {**super().get_filters(), **number_filters()}

    @cached_property
    def measures(self) -> list[tuple[str, str]]:
        scale = self.terms.by_facet.get("scale", ())
        return [(entry.code, f"{entry.label} ({unit_text(entry.base_unit)})") for entry in scale]

    def leave(self, queryset: QuerySet[Site], name: str, value: Any) -> QuerySet[Site]:
        """Single filters do nothing by themselves: `rows` applies them together."""
        return queryset

    def filter_queryset(self, queryset: QuerySet[Site]) -> QuerySet[Site]:
        return queryset.filter(pk__in=self.rows.order_by().values("site_id"))

    @property
    def actor(self) -> Actor:
        return getattr(self.request, "actor", NOBODY)

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        """The ticked values of each facet that has any."""
        cleaned = self.form.cleaned_data
        return {facet: list(cleaned[facet]) for facet in facets.LABELS if cleaned.get(facet)}

    @property
    def today(self) -> dt.date:
        return timezone.localdate()

    @property
    def reader(self) -> SearchRow.Reader:
        return reader_of(self.actor)

    @cached_property
    def reader_rows(self) -> QuerySet[SearchRow]:
        return SearchRow.objects.filter(directory_rows(self.actor))

    @cached_property
    def text(self) -> TextSearch | None:
        q = str(self.form.cleaned_data.get("q") or "").strip()
        return TextSearch(q, self.reader_rows, self.terms) if q else None

    @cached_property
    def base(self) -> QuerySet[SearchRow]:
        """Rows by text, numbers, area and the reader's own status, before any facet."""
        return self._base()

    def _base(self, *, without: str = "") -> QuerySet[SearchRow]:
        return self.reader_rows.filter(*self._conditions(without).values())

    def _conditions(self, without: str) -> dict[str, Q]:
        """What narrows besides facets, but for one filter (a number goes by its first field)."""
        found = {}
        if self.text is not None:
            found["q"] = self.text.condition
        if self.asked_area is not None:
            found["area"] = in_area(self.asked_area)
        if self.our_statuses:
            found["our_status"] = own_status.own_condition(self.our_statuses, self.actor)
        found.pop(without, None)
        if asked := [each for each in self.asked_numbers if f"measure{each.row}" != without]:
            found["numbers"] = self._proving(asked)
        return found

    def _proving(self, asked: Sequence[numbers.NumberAsked]) -> Q:
        """Rows of sites that prove these numbers; looked up once, however often the page counts by them."""
        rows = tuple(each.row for each in asked)
        if rows not in self._proven:
            told = directory_statements(self.actor, "capability__")
            self._proven[rows] = any_of("site_id", numbers.sites_with(asked, told))
        return self._proven[rows]

    @property
    def asked_numbers(self) -> list[numbers.NumberAsked]:
        return self.form.cleaned_data.get("numbers") or []

    @property
    def asked_area(self) -> Area | None:
        area: Area | None = self.form.cleaned_data.get("area")
        return area

    @property
    def our_statuses(self) -> list[str]:
        return list(self.form.cleaned_data.get("our_status") or ())

    @property
    def has_own_facet(self) -> bool:
        """Sponsors with a list of their own; their records stay out of the rows that everybody shares."""
        return "our_status" in self.filters and (bool(self._own_ticked) or own_status.has_records(self.actor))

    @property
    def _own_ticked(self) -> list[str]:
        """As asked, also where the question is refused."""
        return list(self.form["our_status"].value() or ())

    def own_facet(self) -> facets.FacetView:
        """Counted over what the other filters leave; where the question is refused, over all rows."""
        left = self.reader_rows
        if self.is_valid():
            left = facets.rows_left(self._base(without="our_status"), self.chosen, self.terms)
        counts, ticked = own_status.own_counts(left, self.actor), self._own_ticked
        options = [
            facets.Option(value, str(label), counts[value], value in ticked)
            for value, label in own_status.FACET.items()
        ]
        return facets.FacetView("our_status", str(_("Our status")), options, [])

    def problems(self, *, besides: Collection[str] = ()) -> list[str]:
        """What is wrong with the question, with the filters' names; `besides` are parameters of a page."""
        unknown = sorted(set(self.data) - set(self.filters) - set(besides))
        found = [
            _("“%(name)s” is not a filter of the directory.") % {"name": name[:60]} for name in unknown[:5]
        ]
        for name, messages in self.errors.items():
            label = self.filters[name].label if name in self.filters else _("Search")
            found += [f"{label}: {message}" for message in messages]
        return found

    @cached_property
    def rows(self) -> QuerySet[SearchRow]:
        """The rows that pass every filter, in the order asked for; ties by site, so that no page overlaps."""
        if not self.is_valid():
            return SearchRow.objects.none()
        rows = facets.rows_left(self.base, self.chosen, self.terms)
        return self._ordered(rows, self.form.cleaned_data.get("sort") or "relevance")

    def _ordered(self, rows: QuerySet[SearchRow], sort: str) -> QuerySet[SearchRow]:
        if sort == "relevance" and self.text is not None:
            rows = rows.alias(rank=self.text.rank)
        elif sort == "relevance":
            return rows.order_by("-is_profiled", *TIES)
        elif sort == "open":
            rows = rows.alias(opens=next_open_quarter(self.actor, self.today))
        return rows.order_by(*ORDERS[sort], *TIES)

    @cached_property
    def counts(self) -> facets.Counts:
        is_of_its_own = bool(reader_rights(self.actor).excluding)
        if is_of_its_own or {"area", "our_status", "numbers"} & self._conditions("").keys():
            return facets.counts(self.base, self.chosen, self.terms)
        question = (str(self.reader), str(self.form.cleaned_data.get("q") or "").strip())
        return facets.kept_counts(self.base, self.chosen, self.terms, question=question)

    @property
    def total(self) -> int:
        return facets.total(self.counts, self.chosen)

    def found_without(self) -> dict[str, int]:
        """For each filter in use, how many rows there would be without it; one query."""
        left = {
            facet: facets.rows_left(self.base, self.chosen, self.terms, without=facet)
            for facet in self.chosen
        }
        aside = [name for name in ("q", "area", "our_status") if self.form.cleaned_data.get(name)]
        for name in (*aside, *(f"measure{each.row}" for each in self.asked_numbers)):
            left[name] = facets.rows_left(self._base(without=name), self.chosen, self.terms)
        counted = [_counted(rows, name) for name, rows in left.items()]
        if not counted:
            return {}
        return dict(counted[0].union(*counted[1:], all=True))


def _counted(rows: QuerySet[SearchRow], name: str) -> QuerySet[SearchRow, tuple[str, int]]:
    named = rows.order_by().annotate(aside=Value(name, TextField()))
    return named.values("aside").annotate(number=Count("pk")).values_list("aside", "number")
