"""Filters of the API's lists; sites have the directory's own."""

import django_filters
from django.db.models import QuerySet

from partners.api.external_ids import ExternalIdFilter
from partners.api.identifier_filters import IdentifierFilter
from partners.filters import SiteFilter
from partners.models import (
    Capability,
    CapacityWindow,
    Certificate,
    Hazard,
    Inspection,
    Line,
    Partner,
    PartnerExternalId,
    Refresh,
    Site,
    SiteExternalId,
    Term,
)
from partners.term_index import term_index
from partners.term_search import LONGEST_QUERY, find_terms

MOST_TERMS = 50
BY_KEY = ("partner", "fei", "duns", "oms_org", "oms_loc", "external_id")


class SiteListFilter(SiteFilter):
    """The directory's filters, less those of a page: its order, its view, and what colleagues noted."""

    sort = None
    view = None
    our_status = None
    partner = django_filters.UUIDFilter(field_name="partner__uid")
    fei = IdentifierFilter("fei", to_site="site")
    duns = IdentifierFilter("duns", to_site="site")
    oms_org = IdentifierFilter("oms_org", to_site="site")
    oms_loc = IdentifierFilter("oms_loc", to_site="site")
    external_id = ExternalIdFilter(SiteExternalId)

    def filter_queryset(self, queryset: QuerySet[Site]) -> QuerySet[Site]:
        """The search rows know nothing of keys, so those narrow the sites themselves."""
        found = super().filter_queryset(queryset)
        for name in BY_KEY:
            found = self.filters[name].filter(found, self.form.cleaned_data[name])
        return found


class TermFilter(django_filters.FilterSet):
    facet = django_filters.CharFilter(field_name="facet__code", max_length=40)
    code = django_filters.CharFilter(max_length=80)
    q = django_filters.CharFilter(
        max_length=LONGEST_QUERY, method="called", label="Label, synonym or code; misspelt words too"
    )
    is_retired = django_filters.BooleanFilter(field_name="retired_at", lookup_expr="isnull", exclude=True)

    def called(self, queryset: QuerySet[Term], name: str, value: str) -> QuerySet[Term]:
        """The best terms in use for what somebody is typing, of the facet that is asked for."""
        facet = self.form.cleaned_data["facet"]
        found = find_terms(value, [facet] if facet else [], term_index(), most=MOST_TERMS)
        return queryset.filter(code__in=[each.code for each in found])

    class Meta:
        model = Term
        fields: list[str] = []


class PartnerFilter(django_filters.FilterSet):
    is_claimed = django_filters.BooleanFilter(field_name="organisation", lookup_expr="isnull", exclude=True)
    is_sample = django_filters.BooleanFilter()
    fei = IdentifierFilter("fei", to_site="site__partner")
    duns = IdentifierFilter("duns", to_site="site__partner")
    oms_org = IdentifierFilter("oms_org", to_site="site__partner")
    oms_loc = IdentifierFilter("oms_loc", to_site="site__partner")
    external_id = ExternalIdFilter(PartnerExternalId)

    class Meta:
        model = Partner
        fields: list[str] = []


class OfSite(django_filters.FilterSet):
    site = django_filters.UUIDFilter(field_name="site__uid")
    partner = django_filters.UUIDFilter(field_name="site__partner__uid")


class CapabilityFilter(OfSite):
    line = django_filters.UUIDFilter(field_name="line__uid")
    term = django_filters.CharFilter(field_name="term__code", max_length=80)
    is_offered = django_filters.BooleanFilter()

    class Meta:
        model = Capability
        fields: list[str] = []


class HazardFilter(OfSite):
    line = django_filters.UUIDFilter(field_name="line__uid")
    term = django_filters.CharFilter(field_name="term__code", max_length=80)
    scope = django_filters.ChoiceFilter(choices=Hazard.Scope.choices)
    is_present = django_filters.BooleanFilter()

    class Meta:
        model = Hazard
        fields: list[str] = []


class CertificateFilter(OfSite):
    term = django_filters.CharFilter(field_name="term__code", max_length=80)
    origin = django_filters.CharFilter(max_length=10)

    class Meta:
        model = Certificate
        fields: list[str] = []


class InspectionFilter(OfSite):
    authority = django_filters.CharFilter(field_name="authority__code", max_length=80)
    origin = django_filters.CharFilter(max_length=10)

    class Meta:
        model = Inspection
        fields: list[str] = []


class LineFilter(OfSite):
    class Meta:
        model = Line
        fields: list[str] = []


class CapacityWindowFilter(OfSite):
    line = django_filters.UUIDFilter(field_name="line__uid")
    state = django_filters.ChoiceFilter(choices=CapacityWindow.State.choices)
    ends_after = django_filters.DateFilter(field_name="period", lookup_expr="endswith__gt")
    starts_before = django_filters.DateFilter(field_name="period", lookup_expr="startswith__lt")

    class Meta:
        model = CapacityWindow
        fields: list[str] = []


class RefreshFilter(django_filters.FilterSet):
    feed = django_filters.UUIDFilter(field_name="feed__uid")
    outcome = django_filters.ChoiceFilter(choices=Refresh.Outcome.choices)

    class Meta:
        model = Refresh
        fields: list[str] = []
