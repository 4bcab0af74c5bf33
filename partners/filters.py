"""The directory's filters, one set for page and API: text, facets, a number with its unit, the order."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import django_filters
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Count, Q, QuerySet, TextField, Value
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import NOBODY, Actor
from partners import facets, own_status, units
from partners.importers.countries import country_names
from partners.models import Measure, SearchRow, Site
from partners.permissions import audiences_of, reader_of
from partners.search_text import LONGEST_TEXT, TextSearch
from partners.term_index import TermIndex, term_index

MOST_VALUES: Final = 60
SORTS: Final = {"relevance": _("Best match"), "name": _("Name"), "country": _("Country")}
no_nul = ProhibitNullCharactersValidator()


class SiteFilterForm(forms.Form):
    """Checks what single fields cannot: that a number has its measure, and that no facet is flooded."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for facet in facets.LABELS:
            if len(cleaned.get(facet) or ()) > MOST_VALUES:
                self.add_error(facet, _("Choose %(most)d values at most.") % {"most": MOST_VALUES})
        if not {"measure", "value", "unit"} & set(self.errors):
            self._clean_number(cleaned)
        return cleaned

    def _clean_number(self, cleaned: dict[str, Any]) -> None:
        measure, value = cleaned.get("measure"), cleaned.get("value")
        if value and not measure:
            self.add_error("measure", _("Say what the number measures."))
        if measure and not value:
            self.add_error("value", _("Give the number that the site's range must include."))
        if not measure or not value:
            return
        try:
            cleaned["base_range"] = _base_range(measure, value, cleaned.get("unit") or "")
        except units.NumberUnreadable as error:
            self.add_error("value", str(error))
        except units.UnitUnknown as error:
            self.add_error("unit", str(error))


def _base_range(measure: str, value: str, unit: str) -> tuple[Decimal, Decimal]:
    """A number or range as typed ("2,000", "2 kL", "500–1,000") in the base unit of its measure."""
    entered = units.parse(value)
    if entered.lo is None or entered.hi is None:
        raise units.NumberUnreadable(_("Give one number, or a range with both ends."))
    if entered.lo < 0:
        raise units.NumberUnreadable(_("The number cannot be negative."))
    unit = entered.unit or unit
    return units.convert(measure, entered.lo, unit), units.convert(measure, entered.hi, unit)


class FacetFilter(django_filters.MultipleChoiceFilter):
    """Any of several values. The choices need the database, so each filter set fills them in once."""

    def __init__(self, facet: str) -> None:
        super().__init__(label=facets.LABELS[facet], choices=list, method="leave")


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
    measure = django_filters.ChoiceFilter(label=_("Measure"), choices=list, method="leave")
    value = django_filters.CharFilter(
        label=_("Number that its range includes"), max_length=60, validators=[no_nul], method="leave"
    )
    unit = django_filters.CharFilter(label=_("Unit"), max_length=30, validators=[no_nul], method="leave")
    sort = django_filters.ChoiceFilter(label=_("Sort by"), choices=list(SORTS.items()), method="leave")

    class Meta:
        model = Site
        fields: Sequence[str] = []
        form = SiteFilterForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms: TermIndex = term_index()
        for facet in facets.LABELS:
            self.filters[facet].extra["choices"] = (
                list(country_names().items()) if facet == "country" else facets.choices(facet, self.terms)
            )
        if not self.actor.is_sponsor:
            self.filters.pop("our_status", None)
        self.filters["measure"].extra["choices"] = [
            (entry.code, f"{entry.label} ({entry.base_unit})")
            for entry in self.terms.by_facet.get("scale", ())
        ]

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
    def reader(self) -> SearchRow.Reader:
        return reader_of(self.actor)

    @cached_property
    def reader_rows(self) -> QuerySet[SearchRow]:
        return SearchRow.objects.filter(reader=self.reader)

    @cached_property
    def text(self) -> TextSearch | None:
        q = str(self.form.cleaned_data.get("q") or "").strip()
        return TextSearch(q, self.reader_rows, self.terms) if q else None

    @cached_property
    def base(self) -> QuerySet[SearchRow]:
        """Rows by text, number and the reader's own status, before any facet."""
        return self.base_of_any_status.filter(self._own_condition)

    @cached_property
    def base_of_any_status(self) -> QuerySet[SearchRow]:
        return self.reader_rows.filter(self._text_condition, self._number_condition)

    @property
    def our_statuses(self) -> list[str]:
        return list(self.form.cleaned_data.get("our_status") or ())

    @property
    def has_own_facet(self) -> bool:
        """Sponsors with a list of their own; their records stay out of the rows that everybody shares."""
        return "our_status" in self.filters and (
            bool(self.our_statuses) or own_status.has_records(self.actor)
        )

    def own_facet(self) -> facets.FacetView:
        left = facets.rows_left(self.base_of_any_status, self.chosen, self.terms)
        counts, ticked = own_status.own_counts(left, self.actor), self.our_statuses
        options = [
            facets.Option(value, str(label), counts[value], value in ticked)
            for value, label in own_status.FACET.items()
        ]
        return facets.FacetView("our_status", str(_("Our status")), options, [])

    @cached_property
    def rows(self) -> QuerySet[SearchRow]:
        """The rows that pass every filter, in the order asked for; ties by site, so that no page overlaps."""
        if not self.is_valid():
            return SearchRow.objects.none()
        rows = facets.rows_left(self.base, self.chosen, self.terms)
        sort = self.form.cleaned_data.get("sort")
        if sort == "name":
            return rows.order_by("sort_name", "site_id")
        if sort == "country":
            return rows.order_by("country", "-is_profiled", "sort_name", "site_id")
        if self.text is None:
            return rows.order_by("-is_profiled", "sort_name", "site_id")
        return rows.alias(rank=self.text.rank).order_by("-rank", "-is_profiled", "sort_name", "site_id")

    def counts(self) -> facets.Counts:
        return facets.counts(self.base, self.chosen, self.terms)

    def found_without(self) -> dict[str, int]:
        """For each filter in use, how many rows there would be without it; one query."""
        left = {
            facet: facets.rows_left(self.base, self.chosen, self.terms, without=facet)
            for facet in self.chosen
        }
        if self.our_statuses:
            left["our_status"] = facets.rows_left(self.base_of_any_status, self.chosen, self.terms)
        if self.text is not None:
            kept = self.reader_rows.filter(self._number_condition, self._own_condition)
            left["q"] = facets.rows_left(kept, self.chosen, self.terms)
        if self.form.cleaned_data.get("measure"):
            kept = self.reader_rows.filter(self._text_condition, self._own_condition)
            left["measure"] = facets.rows_left(kept, self.chosen, self.terms)
        counted = [_counted(rows, name) for name, rows in left.items()]
        if not counted:
            return {}
        return dict(counted[0].union(*counted[1:], all=True))

    @property
    def _own_condition(self) -> Q:
        return own_status.own_condition(self.our_statuses, self.actor)

    @property
    def _text_condition(self) -> Q:
        return self.text.condition if self.text is not None else Q()

    @cached_property
    def _number_condition(self) -> Q:
        """Sites with an offer whose stated range includes the number; an open end includes nothing."""
        cleaned = self.form.cleaned_data
        if not cleaned.get("measure"):
            return Q()
        lo, hi = cleaned["base_range"]
        stated = Measure.objects.filter(
            term__code=cleaned["measure"],
            lo__lte=lo,
            hi__gte=hi,
            capability__is_offered=True,
            capability__audience__in=audiences_of(self.reader),
        )
        return Q(site_id__in=stated.order_by().values("capability__site_id"))


def _counted(rows: QuerySet[SearchRow], name: str) -> QuerySet[SearchRow, tuple[str, int]]:
    named = rows.order_by().annotate(aside=Value(name, TextField()))
    return named.values("aside").annotate(number=Count("pk")).values_list("aside", "number")
