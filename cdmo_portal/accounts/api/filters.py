"""Unknown query parameters answer 400: a misspelt filter must not return everything."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

ALWAYS_KNOWN = frozenset({"cursor", "page_size", "format"})


class StrictFilterBackend(DjangoFilterBackend):
    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        known = ALWAYS_KNOWN | set(filterset.filters if filterset is not None else ())
        refuse_unknown_parameters(request, known)
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


def refuse_unknown_parameters(request: Request, known: frozenset[str] | set[str]) -> None:
    """Raise a ValidationError that names every parameter which this address does not have."""
    if unknown := sorted(set(request.query_params) - known):
        raise ValidationError(dict.fromkeys(unknown, "This address has no such parameter."))
