"""What a sponsor knows itself of partners and sites. To everybody else these rows do not exist."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ValidationError

from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import private_records
from partners.api.own_rows import REFUSALS, TaggedViewSet, sent
from partners.api.record_bodies import RecordBody, RecordChange, SubjectBody, record_facts, subject_of
from partners.api.record_filters import RecordListFilter
from partners.api.record_serializers import PrivateRecordDetailSerializer, PrivateRecordSerializer
from partners.models import PrivateFact, PrivateRecord
from partners.record_pages import with_parts


class RecordViewSet(TaggedViewSet[PrivateRecord]):
    """Your organisation's own records of CDMOs: status, audits, agreements and facts."""

    resource = "records"
    filterset_class = RecordListFilter

    def get_queryset(self) -> QuerySet[PrivateRecord]:
        if self.is_described:
            return PrivateRecord.objects.none()
        rows = with_parts(PrivateRecord.objects.visible_to(self.actor))
        if self.action != "restore":
            rows = rows.present()  # type: ignore[attr-defined]
        if self.action == "list":
            return rows
        facts = PrivateFact.objects.present().select_related("term", "measure", "line")
        return rows.prefetch_related(Prefetch("facts", facts))

    def get_serializer_class(self) -> type[BaseSerializer[PrivateRecord]]:
        return PrivateRecordSerializer if self.action == "list" else PrivateRecordDetailSerializer

    @extend_schema(request=RecordBody, responses={201: PrivateRecordDetailSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Note what you know of a partner, a site, or a company that the portal does not know."""
        given = sent(RecordBody, request)
        facts, subject = record_facts(given, None, self.actor), subject_of(given)
        with answering(REFUSALS):
            row = private_records.save_record(facts=facts, subject=subject, by=self.actor)
        return self.answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=RecordChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a record; every field that changes leaves a line of history."""
        row = self.get_object()
        seen = self.require_match(row)
        facts = record_facts(sent(RecordChange, request), row, self.actor)
        with answering(REFUSALS):
            private_records.save_record(facts=facts, by=self.actor, record=row, version=seen)
        return self.answer(row)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a record out of sight and out of matching; it can be restored."""
        row = self.get_object()
        seen = self.require_match(row)
        with answering(REFUSALS):
            private_records.remove(row=row, version=seen, by=self.actor)
        return self.gone()

    @extend_schema(request=None, responses=PrivateRecordDetailSerializer)
    @action(detail=True, methods=["post"], url_name="restore")
    def restore(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put back a record that was removed."""
        row = self.get_object()
        with answering(REFUSALS):
            private_records.restore(row=row, by=self.actor)
        return self.answer(row)

    @extend_schema(request=SubjectBody, responses=PrivateRecordDetailSerializer)
    @action(detail=True, methods=["post"], url_name="link")
    def link(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say that a company kept under a name of its own is this partner or site of the portal."""
        row, subject = self.get_object(), subject_of(sent(SubjectBody, request))
        if subject is None:
            raise ValidationError("Give a partner or a site.")
        with answering(REFUSALS):
            private_records.link_record(record=row, subject=subject, by=self.actor)
        return self.answer(row)
