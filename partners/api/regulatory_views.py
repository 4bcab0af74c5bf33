"""Certificates and inspections: a regulator's are only read, the company's own are written by its staff."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import site_facts
from partners.api import filters
from partners.api.own_rows import REFUSALS, TaggedViewSet, own_site, sent
from partners.api.profile_views import SiteViewSet
from partners.api.regulatory_bodies import (
    CertificateBody,
    CertificateChange,
    InspectionBody,
    InspectionChange,
    certificate_facts,
    inspection_facts,
)
from partners.api.serializers import CertificateSerializer, InspectionSerializer
from partners.models import Certificate, Inspection


class RegulatoryViewSet[Row: (Certificate, Inspection)](TaggedViewSet[Row]):
    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take back what your own company stated."""
        row = self.get_object()
        seen = self.require_match(row)
        with answering(REFUSALS):
            site_facts.delete_regulatory(row=row, version=seen, by=self.actor)
        return self.gone()


class CertificateViewSet(RegulatoryViewSet[Certificate]):
    """Certificates and licences of sites, as the company or a regulator states them."""

    resource = "certificates"
    serializer_class = CertificateSerializer
    filterset_class = filters.CertificateFilter
    expandable = {"site": SiteViewSet}

    def get_queryset(self) -> QuerySet[Certificate]:
        return Certificate.objects.select_related("site__partner", "term", "authority")

    def mark_of(self, row: Certificate) -> str:
        return site_facts.certificate_mark(row)

    @extend_schema(request=CertificateBody, responses={201: CertificateSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """State a certificate of a site of your own."""
        given = sent(CertificateBody, request)
        site, facts = own_site(self.actor, given["site"]), certificate_facts(given, None)
        with answering(REFUSALS):
            row = site_facts.save_certificate(site=site, facts=facts, by=self.actor)
        return self.answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=CertificateChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what your own company stated."""
        row = self.get_object()
        seen = self.require_match(row)
        facts = certificate_facts(sent(CertificateChange, request), row)
        with answering(REFUSALS):
            saved = site_facts.save_certificate(
                site=row.site, facts=facts, by=self.actor, certificate=row, version=seen
            )
        return self.answer(saved)


class InspectionViewSet(RegulatoryViewSet[Inspection]):
    """Inspections of sites with their outcomes. Absence of a record is not clearance."""

    resource = "inspections"
    serializer_class = InspectionSerializer
    filterset_class = filters.InspectionFilter
    expandable = {"site": SiteViewSet}

    def get_queryset(self) -> QuerySet[Inspection]:
        rows = Inspection.objects.select_related("site__partner", "authority")
        return rows.prefetch_related("outcomes")

    def mark_of(self, row: Inspection) -> str:
        return site_facts.inspection_mark(row)

    @extend_schema(request=InspectionBody, responses={201: InspectionSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tell of an inspection of a site of your own."""
        given = sent(InspectionBody, request)
        site, facts = own_site(self.actor, given["site"]), inspection_facts(given, None)
        with answering(REFUSALS):
            row = site_facts.save_inspection(site=site, facts=facts, by=self.actor)
        return self.answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=InspectionChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what your own company told."""
        row = self.get_object()
        seen = self.require_match(row)
        facts = inspection_facts(sent(InspectionChange, request), row)
        with answering(REFUSALS):
            saved = site_facts.save_inspection(
                site=row.site, facts=facts, by=self.actor, inspection=row, version=seen
            )
        return self.answer(saved)
