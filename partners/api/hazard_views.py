"""Hazards: read by their audience, answered by the CDMO whose site it is."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.api.problems import Conflict, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import reviewing, site_facts
from partners.actions.editing import mark_of
from partners.actions.site_facts import HazardPlace
from partners.api import filters
from partners.api.hazard_bodies import HazardBody, HazardChange, place_in
from partners.api.own_rows import REFUSALS, TaggedViewSet, own_site, sent
from partners.api.profile_views import SiteViewSet
from partners.api.serializers import HazardSerializer
from partners.models import Confirmation, Hazard, Site
from partners.review_items import hazard_mark


class HazardViewSet(TaggedViewSet[Hazard]):
    """Whether a hazard is handled at a line, building, site or campus. No row: nothing is stated."""

    resource = "hazards"
    serializer_class = HazardSerializer
    filterset_class = filters.HazardFilter
    expandable = {"site": SiteViewSet}

    def get_queryset(self) -> QuerySet[Hazard]:
        if self.is_described:
            return Hazard.objects.none()
        rows = Hazard.objects.shown_to(self.actor)
        return rows.select_related("site__partner", "site__campus", "building", "line", "term")

    def mark_of(self, row: Hazard) -> str:
        return mark_of(hazard_mark(row), row.source)

    @extend_schema(request=HazardBody, responses={201: HazardSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer whether a hazard is handled at a place of a site of your own."""
        given = sent(HazardBody, request)
        site = own_site(self.actor, given["site"])
        place = place_in(site, given)
        seen = site_facts.hazards_mark(site, place)
        here = site_facts.hazards_at(site, place).filter(term=given["term"])
        if here.exists():
            raise Conflict("There is an answer about this hazard here already. Change that one.")
        self._answer(site, place, seen, given)
        return self.answer(here.get(), status.HTTP_201_CREATED)

    @extend_schema(request=HazardChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change an answer, or who may read it."""
        row, place, seen = self._own_place()
        given = {"is_present": row.is_present, "audience": row.audience} | sent(HazardChange, request)
        if given.get("source") and given["is_present"] == row.is_present:
            raise ValidationError({"source": "The evidence is that of the answer as it stands."})
        self._answer(row.site, place, seen, {"source": "", "term": row.term} | given)
        return self.answer(row)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take an answer back: the hazard is "not stated" again."""
        row, place, seen = self._own_place()
        self._answer(row.site, place, seen, {"term": row.term, "is_present": None})
        return self.gone()

    @extend_schema(request=None, responses=HazardSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_name="confirm")
    def confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Still true: the answer counts from today again."""
        row = self.get_object()
        self.require_match(row)
        with answering(REFUSALS):
            reviewing.confirm(
                site=row.site,
                kind=Confirmation.Kind.HAZARD,
                uid=row.uid,
                seen=hazard_mark(row),
                by=self.actor,
            )
        return self.answer(row)

    def _own_place(self) -> tuple[Hazard, HazardPlace, str]:
        """The answer, its place and the mark of the place, read before the answer is compared."""
        first = self.get_object()
        place = site_facts.place_of(first)
        seen = site_facts.hazards_mark(first.site, place)
        row = self.get_object()
        self.require_match(row)
        return row, place, seen

    def _answer(self, site: Site, place: HazardPlace, seen: str, given: dict[str, Any]) -> None:
        with answering(REFUSALS):
            site_facts.save_hazards(
                site=site,
                place=place,
                answers={given["term"]: given["is_present"]},
                version=seen,
                by=self.actor,
                audience=given.get("audience", ""),
                source=given.get("source", ""),
            )
