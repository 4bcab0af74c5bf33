"""Partners and their sites: read by everybody, written by the organisation that keeps them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import profiles
from partners.actions.editing import NotAllowed
from partners.api import filters, serializers
from partners.api.external_ids import HasExternalIds
from partners.api.own_rows import REFUSALS, TaggedViewSet, own_partner, sent
from partners.api.profile_bodies import PartnerChange, SiteBody, SiteChange, site_facts
from partners.models import Partner, PartnerExternalId, Site, SiteExternalId
from partners.open_capacity import next_openings

OF_MANY = frozenset({"list", "export"})
"""Actions that tell less of each row, since they tell of many."""


class PartnerViewSet(HasExternalIds[Partner], TaggedViewSet[Partner]):
    """CDMOs, claimed or only suggested from a register."""

    resource = "partners"
    filterset_class = filters.PartnerFilter
    external_id_model = PartnerExternalId

    def get_queryset(self) -> QuerySet[Partner]:
        if self.is_described:
            return Partner.objects.none()
        rows = self.with_external_ids(Partner.objects.all())
        return rows if self.action in OF_MANY else rows.prefetch_related("sites")

    def get_serializer_class(self) -> type[BaseSerializer[Partner]]:
        if self.action in OF_MANY:
            return serializers.PartnerSerializer
        return serializers.PartnerDetailSerializer

    @extend_schema(request=PartnerChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what your own company says of itself."""
        partner = self.get_object()
        seen = self.require_match(partner)
        said = {"summary": partner.summary, "website": partner.website} | sent(PartnerChange, request)
        with answering(REFUSALS):
            saved = profiles.update_partner(partner=partner, version=seen, by=self.actor, **said)
        return self.answer(saved)


class SiteViewSet(HasExternalIds[Site], TaggedViewSet[Site]):
    """Sites. The filters are the directory's own, and see what the caller may see."""

    resource = "sites"
    filterset_class = filters.SiteListFilter
    external_id_model = SiteExternalId
    expandable = {"partner": PartnerViewSet}

    def get_queryset(self) -> QuerySet[Site]:
        if self.is_described:
            return Site.objects.none()
        rows = Site.objects.select_related("partner").prefetch_related("identifiers")
        if self.action not in OF_MANY:
            rows = rows.prefetch_related("registrations__last_seen", "buildings")
        return self.with_external_ids(rows)

    def get_serializer_class(self) -> type[BaseSerializer[Site]]:
        if self.action in OF_MANY:
            return serializers.SiteSerializer
        return serializers.SiteDetailSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "openings": getattr(self, "openings", {})}

    def look_up(self, rows: Sequence[Site]) -> None:
        self.openings = next_openings(rows, actor=self.actor, today=timezone.localdate())

    @extend_schema(request=SiteBody, responses={201: serializers.SiteDetailSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add a site to the profile that your organisation keeps."""
        facts = site_facts(sent(SiteBody, request), None)
        with answering(REFUSALS):
            site = profiles.save_site(partner=own_partner(self.actor), facts=facts, by=self.actor)
        return self.answer(site, status.HTTP_201_CREATED)

    @extend_schema(request=SiteChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change name, address or time zone of a site of your own."""
        site = self.get_object()
        seen = self.require_match(site)
        given = sent(SiteChange, request)
        with answering(REFUSALS):
            if site.partner is None:
                raise NotAllowed("Nobody keeps this site. Claim it first.")
            saved = profiles.save_site(
                partner=site.partner, facts=site_facts(given, site), by=self.actor, site=site, version=seen
            )
        return self.answer(saved)
