"""What everybody with a key may read of the directory."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.mixins import ListModelMixin
from rest_framework.serializers import BaseSerializer

from cdmo_portal.accounts.api.pagination import CodePagination
from cdmo_portal.accounts.api.viewsets import ActorViewSet, ReadViewSet
from partners.api import filters, serializers
from partners.api.external_ids import HasExternalIds
from partners.models import (
    Certificate,
    Facet,
    Inspection,
    Partner,
    PartnerExternalId,
    Site,
    SiteExternalId,
    Term,
)
from partners.open_capacity import next_openings


class FacetViewSet(ListModelMixin, ActorViewSet[Facet]):
    """The facets of the vocabulary."""

    resource = "vocabulary"
    queryset = Facet.objects.all()
    serializer_class = serializers.FacetSerializer
    pagination_class = CodePagination


class TermViewSet(ReadViewSet[Term]):
    """The terms of the vocabulary, retired ones with their successor among them."""

    resource = "vocabulary"
    queryset = Term.objects.select_related("facet", "parent", "successor")
    serializer_class = serializers.TermSerializer
    filterset_class = filters.TermFilter
    pagination_class = CodePagination
    lookup_field = "code"
    lookup_value_regex = r"[a-z0-9._-]+"


class PartnerViewSet(HasExternalIds[Partner], ReadViewSet[Partner]):
    """CDMOs, claimed or only suggested from a register."""

    resource = "partners"
    filterset_class = filters.PartnerFilter
    external_id_model = PartnerExternalId

    def get_queryset(self) -> QuerySet[Partner]:
        if self.is_described:
            return Partner.objects.none()
        rows = self.with_external_ids(Partner.objects.all())
        return rows.prefetch_related("sites") if self.action == "retrieve" else rows

    def get_serializer_class(self) -> type[BaseSerializer[Partner]]:
        is_one = self.action == "retrieve"
        return serializers.PartnerDetailSerializer if is_one else serializers.PartnerSerializer


class SiteViewSet(HasExternalIds[Site], ReadViewSet[Site]):
    """Sites. The filters are the directory's own, and see what the caller may see."""

    resource = "sites"
    filterset_class = filters.SiteListFilter
    external_id_model = SiteExternalId
    expandable = {"partner": PartnerViewSet}

    def get_queryset(self) -> QuerySet[Site]:
        if self.is_described:
            return Site.objects.none()
        rows = Site.objects.select_related("partner").prefetch_related("identifiers")
        if self.action == "retrieve":
            rows = rows.prefetch_related("registrations__last_seen")
        return self.with_external_ids(rows)

    def get_serializer_class(self) -> type[BaseSerializer[Site]]:
        is_one = self.action == "retrieve"
        return serializers.SiteDetailSerializer if is_one else serializers.SiteSerializer

    def get_object(self) -> Site:
        site = super().get_object()
        if self.action == "retrieve":
            self.look_up([site])
        return site

    def look_up(self, rows: Sequence[Site]) -> None:
        self.openings = next_openings(rows, actor=self.actor, today=timezone.localdate())

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "openings": getattr(self, "openings", {})}


class CertificateViewSet(ReadViewSet[Certificate]):
    """Certificates and licences of sites, as the company or a regulator states them."""

    resource = "certificates"
    queryset = Certificate.objects.select_related("site", "term", "authority")
    serializer_class = serializers.CertificateSerializer
    filterset_class = filters.CertificateFilter
    expandable = {"site": SiteViewSet}


class InspectionViewSet(ReadViewSet[Inspection]):
    """Inspections of sites with their outcomes. Absence of a record is not clearance."""

    resource = "inspections"
    queryset = Inspection.objects.select_related("site", "authority").prefetch_related("outcomes")
    serializer_class = serializers.InspectionSerializer
    filterset_class = filters.InspectionFilter
    expandable = {"site": SiteViewSet}
