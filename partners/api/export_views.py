"""Exports of the directory and of one's own capacity: what the lists hold, streamed."""

from django.db.models import QuerySet

from cdmo_portal.accounts.api.exports import Exporting
from partners.api import capability_views, capacity_views, line_views, profile_views, regulatory_views
from partners.api.capacity_serializers import LineCapacitySerializer
from partners.models import Capability, CapacityWindow, Certificate, Inspection, Line, Partner, Site


class PartnerExport(Exporting[Partner], profile_views.PartnerViewSet):
    pass


class SiteExport(Exporting[Site], profile_views.SiteViewSet):
    pass


class CapabilityExport(Exporting[Capability], capability_views.CapabilityViewSet):
    pass


class CertificateExport(Exporting[Certificate], regulatory_views.CertificateViewSet):
    pass


class InspectionExport(Exporting[Inspection], regulatory_views.InspectionViewSet):
    pass


class LineExport(Exporting[Line], line_views.LineViewSet):
    nested = {"capacity": LineCapacitySerializer}


class CapacityWindowExport(Exporting[CapacityWindow], capacity_views.CapacityWindowViewSet):
    def get_queryset(self) -> QuerySet[CapacityWindow]:
        """With no more rows of others than are told, since each costs time a million times."""
        return super().get_queryset().select_related(None).select_related("site", "line")
