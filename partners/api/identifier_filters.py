"""Filters by the numbers that authorities and registers give sites: FEI, DUNS and EMA's OMS ids."""

from typing import Any, Final

import django_filters
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef, QuerySet

from partners.models import SiteIdentifier

SHAPES: Final = {
    "fei": (SiteIdentifier.Scheme.FEI, r"[0-9]{1,10}", "An FEI number has up to ten digits."),
    "duns": (SiteIdentifier.Scheme.DUNS, r"[0-9]{9}", "A DUNS number has nine digits."),
    "oms_org": (SiteIdentifier.Scheme.OMS_ORG, r"ORG-[0-9]{9}", "An ORG id is ORG- and nine digits."),
    "oms_loc": (SiteIdentifier.Scheme.OMS_LOC, r"LOC-[0-9]{9}", "A LOC id is LOC- and nine digits."),
}


class IdentifierFilter(django_filters.CharFilter):
    """Rows of which a site carries the number; `to_site` is the way from an identifier to the row."""

    def __init__(self, name: str, *, to_site: str) -> None:
        self.scheme, pattern, sentence = SHAPES[name]
        self.to_site = to_site
        super().__init__(
            label=str(self.scheme.label), validators=[RegexValidator(rf"^{pattern}\Z", sentence)]
        )

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        theirs = {self.to_site: OuterRef("pk")}
        return qs.filter(Exists(SiteIdentifier.objects.filter(scheme=self.scheme, value=value, **theirs)))
