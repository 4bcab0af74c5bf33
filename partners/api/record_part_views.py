"""Agreements and facts of one private record."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.problems import Conflict, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import private_records
from partners.api.own_rows import REFUSALS, TaggedViewSet, sent
from partners.api.record_bodies import (
    AgreementBody,
    AgreementChange,
    FactBody,
    FactChange,
    agreement_facts,
    own_fact,
)
from partners.api.record_serializers import PrivateAgreementSerializer, PrivateFactSerializer
from partners.models import PrivateAgreement, PrivateFact, PrivateRecord

RECORD = OpenApiParameter("record_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)


class PartViewSet[Row: (PrivateAgreement, PrivateFact)](TaggedViewSet[Row]):
    resource = "records"

    def record(self) -> PrivateRecord:
        own = PrivateRecord.objects.visible_to(self.actor).present()
        return get_object_or_404(own, uid=self.kwargs["record_uid"])

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take it out of sight and out of matching."""
        row = self.get_object()
        seen = self.require_match(row)
        with answering(REFUSALS):
            private_records.remove(row=row, version=seen, by=self.actor)
        return self.gone()


@extend_schema(parameters=[RECORD])
class RecordAgreementViewSet(PartViewSet[PrivateAgreement]):
    """Agreements that a record notes."""

    serializer_class = PrivateAgreementSerializer

    def get_queryset(self) -> QuerySet[PrivateAgreement]:
        if self.is_described:
            return PrivateAgreement.objects.none()
        return PrivateAgreement.objects.visible_to(self.actor).present().filter(record=self.record())

    @extend_schema(request=AgreementBody, responses={201: PrivateAgreementSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Note an agreement."""
        record, facts = self.record(), agreement_facts(sent(AgreementBody, request), None)
        with answering(REFUSALS):
            row = private_records.save_agreement(record=record, facts=facts, by=self.actor)
        return self.answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=AgreementChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what is noted of an agreement."""
        row = self.get_object()
        seen = self.require_match(row)
        facts = agreement_facts(sent(AgreementChange, request), row)
        with answering(REFUSALS):
            private_records.save_agreement(
                record=row.record, facts=facts, by=self.actor, agreement=row, version=seen
            )
        return self.answer(row)


@extend_schema(parameters=[RECORD])
class RecordFactViewSet(PartViewSet[PrivateFact]):
    """What you found out yourself about terms at the site of a record."""

    serializer_class = PrivateFactSerializer

    def get_queryset(self) -> QuerySet[PrivateFact]:
        if self.is_described:
            return PrivateFact.objects.none()
        rows = PrivateFact.objects.visible_to(self.actor).present().filter(record=self.record())
        return rows.select_related("record", "term", "measure", "line")

    @extend_schema(request=FactBody, responses={201: PrivateFactSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Note a fact of your own; your open briefs are matched with it."""
        record, given = self.record(), sent(FactBody, request)
        return self.answer(self._saved(record, given, None), status.HTTP_201_CREATED)

    @extend_schema(request=FactChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a fact of your own."""
        row = self.get_object()
        seen = self.require_match(row)
        return self.answer(self._saved(row.record, sent(FactChange, request), row, seen))

    def _saved(
        self, record: PrivateRecord, given: dict[str, Any], row: PrivateFact | None, seen: str = ""
    ) -> PrivateFact:
        facts = own_fact(given, record, row)
        with answering({**REFUSALS, private_records.FactsAreOfSites: Conflict}):
            return private_records.save_fact(
                record=record, facts=facts, by=self.actor, fact=row, version=seen
            )
