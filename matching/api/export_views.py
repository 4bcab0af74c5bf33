"""Exports of a sponsor's own: briefs as their list tells them, and the entries of all shortlists."""

from cdmo_portal.accounts.api.exports import Exporting
from matching.api.brief_views import BriefViewSet
from matching.api.serializers import BriefSerializer
from matching.api.shortlist_views import ShortlistsViewSet
from matching.models import Brief, ShortlistEntry


class BriefExport(Exporting[Brief], BriefViewSet):
    def get_serializer_class(self) -> type[BriefSerializer]:
        return BriefSerializer


class ShortlistExport(Exporting[ShortlistEntry], ShortlistsViewSet):
    pass
