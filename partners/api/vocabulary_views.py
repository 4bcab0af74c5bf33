"""The vocabulary: facets, terms and their successors."""

from django.db.models import QuerySet
from rest_framework.mixins import ListModelMixin

from cdmo_portal.accounts.api.pagination import CodePagination
from cdmo_portal.accounts.api.viewsets import ActorViewSet, ReadViewSet
from partners.api import filters, serializers
from partners.models import Facet, Term


class FacetViewSet(ListModelMixin, ActorViewSet[Facet]):
    """The facets of the vocabulary."""

    resource = "vocabulary"
    queryset = Facet.objects.all()
    serializer_class = serializers.FacetSerializer
    pagination_class = CodePagination


class TermViewSet(ReadViewSet[Term]):
    """The terms of the vocabulary, retired ones with their successor among them."""

    resource = "vocabulary"
    serializer_class = serializers.TermSerializer
    filterset_class = filters.TermFilter
    pagination_class = CodePagination
    lookup_field = "code"
    lookup_value_regex = r"[a-z0-9._-]+"

    def get_queryset(self) -> QuerySet[Term]:
        return Term.objects.select_related("facet", "parent", "successor")
