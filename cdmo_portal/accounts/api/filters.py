"""Unknown query parameters answer 400: a misspelt filter must not return everything."""

from typing import Any

from django.db.models import QuerySet
from django_filters import BooleanFilter
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from cdmo_portal.accounts.api.problems import ParametersRefused
from cdmo_portal.accounts.api.shaping import PARAMETERS, takes_shape

PAGE_PARAMETERS = frozenset({"cursor", "page_size"})
YES_AND_NO = frozenset({"true", "false", "True", "False"})


class StrictFilterBackend(DjangoFilterBackend):
    """Filters lists. The address of one thing takes no parameters, so its filter set is not even built."""

    beside_filters = PAGE_PARAMETERS

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        if getattr(view, "detail", False):
            refuse_unknown_parameters(request, frozenset())
            return queryset
        filterset = self.get_filterset(request, queryset, view)
        known = self.beside_filters | set(filterset.filters if filterset is not None else ())
        refuse_unknown_parameters(request, known)
        if filterset is None:
            return queryset
        _refuse_other_than_yes_and_no(filterset)
        if not filterset.is_valid():
            raise ParametersRefused(dict(filterset.errors))
        filtered: QuerySet[Any] = filterset.qs
        return filtered


def _refuse_other_than_yes_and_no(filterset: Any) -> None:
    """The filter itself takes any other word for no filter at all."""
    asked = {
        name: filterset.data[name]
        for name, each in filterset.filters.items()
        if isinstance(each, BooleanFilter) and name in filterset.data
    }
    wrong = [name for name, value in asked.items() if value not in YES_AND_NO]
    if wrong:
        raise ParametersRefused(dict.fromkeys(wrong, "Give true or false."))


def refuse_unknown_parameters(request: Request, known: frozenset[str]) -> None:
    """Raise a refusal that names every parameter which is not of this address, or has no value.

    A view that never asks takes none: see `refuse_unread_parameters`.
    """
    request._request.are_parameters_read = True  # type: ignore[attr-defined]
    if takes_shape(request.parser_context["view"]):
        known |= PARAMETERS
    if unknown := sorted(set(request.query_params) - known):
        raise ParametersRefused(dict.fromkeys(unknown, "This address has no such parameter."))
    if empty := sorted(name for name, values in request.query_params.lists() if "" in values):
        raise ParametersRefused(dict.fromkeys(empty, "Give a value, or leave the parameter out."))


def refuse_unread_parameters(request: Request) -> None:
    """Raise a refusal of all parameters where nothing that answered the request has looked at them."""
    if request.query_params and not hasattr(request._request, "are_parameters_read"):
        refuse_unknown_parameters(request, frozenset())
