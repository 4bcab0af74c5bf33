"""What comes back to a CDMO: where its sites stand, who looks at them, what sponsors ask. All of its own."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.problems import ParametersRefused
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from matching.api.reach_serializers import ReachSerializer, StandingSerializer
from matching.ranking.typical import stands_of
from matching.reach import ViewsOfWeek, demand, standing_by_category, views_by_week
from partners.disclosing import FEWEST, last_told
from partners.models import Partner, ProfileView, Site

SITE = OpenApiParameter("site", OpenApiTypes.UUID, description="One of your sites; the first, if left out.")


class OfOwnPartnerViewSet(ActorViewSet[Partner]):
    def get_queryset(self) -> QuerySet[Partner]:
        return Partner.objects.none() if self.is_described else Partner.objects.owned_by(self.actor)

    def partner(self) -> Partner:
        return get_object_or_404(self.get_queryset())


class StandingViewSet(OfOwnPartnerViewSet):
    """Your sites, judged for typical projects by the rules that judge them for sponsors' briefs."""

    resource = "standing"
    serializer_class = StandingSerializer

    @extend_schema(responses=StandingSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Where your sites stand for typical projects, which are made up by us, and what is not stated."""
        refuse_unknown_parameters(request, frozenset())
        partner = self.partner()
        sites = stands_of(list(partner.sites.order_by("name", "pk")))
        return Response(self.get_serializer({"partner": partner, "sites": sites}).data)


class ReachViewSet(OfOwnPartnerViewSet):
    """Who looks at one of your sites, how it matches by kind of work, and what sponsors are looking for."""

    resource = "reach"
    serializer_class = ReachSerializer

    @extend_schema(responses=ReachSerializer, parameters=[SITE])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Figures of whole weeks, a week after each has ended, over enough sponsors at once."""
        refuse_unknown_parameters(request, frozenset({"site"}))
        partner, today = self.partner(), timezone.localdate()
        site = _site_asked(request, partner)
        said = {
            "partner": partner,
            "site": site,
            "fewest_sponsors": FEWEST,
            "latest_week": last_told(today),
            "views": [_views(each) for each in views_by_week(site, self.actor, today)] if site else [],
            "categories": standing_by_category(site, partner, self.actor, today) if site else [],
            "demand": [
                {"label": label, "briefs": row.briefs, "sponsors": row.sponsors}
                for label, row in demand(partner, today)
            ],
        }
        return Response(self.get_serializer(said).data)


def _site_asked(request: Request, partner: Partner) -> Site | None:
    sites = partner.sites.order_by("name", "pk")
    asked = request.query_params.get("site")
    if asked is None:
        return sites.first()
    try:
        return get_object_or_404(sites, uid=UUID(asked))
    except ValueError as error:
        raise ParametersRefused({"site": "Give the uid of one of your sites."}) from error


def _views(week: ViewsOfWeek) -> dict[str, Any]:
    counts = dict(zip(ProfileView.Reader.values, week.counts, strict=True))
    return {"week": week.week, "counts": counts}
