"""The list of private records is narrowed as its page is."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from cdmo_portal.accounts.actors import NOBODY
from partners.forms.record_filters import AGREEMENT, AUDIT, LONGEST_TEXT, RecordFilter
from partners.importers.countries import country_names
from partners.models import PrivateRecord

OF_PAGE = ("q", "status", "agreement", "audit", "country")


class RecordListFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(max_length=LONGEST_TEXT, method="leave", label="Words of the record")
    status = django_filters.MultipleChoiceFilter(choices=PrivateRecord.Status.choices, method="leave")
    agreement = django_filters.MultipleChoiceFilter(choices=[*AGREEMENT.items()], method="leave")
    audit = django_filters.MultipleChoiceFilter(choices=[*AUDIT.items()], method="leave")
    country = django_filters.MultipleChoiceFilter(choices=[*country_names().items()], method="leave")
    partner = django_filters.UUIDFilter(field_name="partner__uid")
    site = django_filters.UUIDFilter(field_name="site__uid")

    class Meta:
        model = PrivateRecord
        fields: list[str] = []

    def leave(self, queryset: QuerySet[PrivateRecord], name: str, value: Any) -> QuerySet[PrivateRecord]:
        """The page's own filter applies them together."""
        return queryset

    def filter_queryset(self, queryset: QuerySet[PrivateRecord]) -> QuerySet[PrivateRecord]:
        found: QuerySet[PrivateRecord] = super().filter_queryset(queryset)
        asked = QueryDict(mutable=True)
        for name in OF_PAGE:
            asked.setlist(name, self.data.getlist(name))
        shown = RecordFilter(asked, actor=getattr(self.request, "actor", NOBODY), today=timezone.localdate())
        return found.filter(pk__in=shown.rows.order_by().values("pk")) if not shown.errors else found.none()
