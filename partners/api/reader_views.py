"""With whom a CDMO has an agreement, and whom it excludes, by e-mail domain; nobody else sees these rows."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.fields import Text
from cdmo_portal.accounts.api.problems import Conflict, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import readers
from partners.actions.editing import mark_of
from partners.actions.readers import AgreementFacts
from partners.api.body_fields import SaidDay, one_line, said_day
from partners.api.own_rows import REFUSALS, TaggedViewSet, sent
from partners.mail_domains import read_domain
from partners.models import Exclusion, ReaderAgreement
from partners.profile_rules import agreement_problems

OF_READERS: Refusals = {
    **REFUSALS,
    readers.TooMany: Conflict,
    readers.DomainRefused: lambda reason: serializers.ValidationError({"domain": reason}),
}


class DomainText(Text):
    """The e-mail domain of one company. Whether anybody here has it makes no difference."""

    def __init__(self) -> None:
        super().__init__(max_length=318, help_text="What follows the @ in their addresses: company.com.")

    def to_internal_value(self, data: Any) -> str:
        domain = read_domain(super().to_internal_value(data))
        if not domain:
            raise serializers.ValidationError("This is no e-mail domain. It looks like company.com.")
        return domain


class ReaderAgreementBody(Body):
    domain = DomainText()
    kind = serializers.ChoiceField(choices=ReaderAgreement.Kind.choices)
    starts_on = SaidDay(is_past=False)
    ends_on = said_day(is_past=False, help_text="The last day; null: none.")
    note = one_line(300)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _require_order(attrs)
        return attrs


class LastDayBody(Body):
    ends_on = SaidDay(is_past=False, allow_null=True, help_text="The last day; null: none.")


class ExclusionBody(Body):
    domain = DomainText()
    reason = one_line(300)


class ReaderAgreementSerializer(serializers.ModelSerializer[ReaderAgreement]):
    class Meta:
        model = ReaderAgreement
        fields = ["uid", "domain", "kind", "starts_on", "ends_on", "note", "created_at"]


class ExclusionSerializer(serializers.ModelSerializer[Exclusion]):
    class Meta:
        model = Exclusion
        fields = ["uid", "domain", "reason", "created_at"]


class ByDomainViewSet[Row: (ReaderAgreement, Exclusion)](TaggedViewSet[Row]):
    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """It holds no more; for some days it can be restored."""
        row = self.get_object()
        self.require_match(row)
        with answering(OF_READERS):
            readers.remove(row=row, by=self.actor)
        return self.gone()

    def restored(self, row: Row) -> Response:
        with answering(OF_READERS):
            readers.restore(row=row, by=self.actor)
        return self.answer(row)


class ReaderAgreementViewSet(ByDomainViewSet[ReaderAgreement]):
    """Your own word that an agreement with the company behind a domain is in force."""

    resource = "reader-agreements"
    serializer_class = ReaderAgreementSerializer

    def get_queryset(self) -> QuerySet[ReaderAgreement]:
        if self.is_described:
            return ReaderAgreement.objects.none()
        own = ReaderAgreement.objects.visible_to(self.actor)
        return own if self.action == "restore" else own.present()

    def mark_of(self, row: ReaderAgreement) -> str:
        return mark_of(row.ends_on, row.removed_at)

    @extend_schema(request=ReaderAgreementBody, responses={201: ReaderAgreementSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say that there is an agreement: its company reads what you show after an agreement."""
        facts = AgreementFacts(**sent(ReaderAgreementBody, request))
        with answering(OF_READERS):
            row = readers.state_agreement(facts=facts, by=self.actor)
        return self.answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=LastDayBody, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say which day is its last, or with null that it has none."""
        row = self.get_object()
        self.require_match(row)
        ends_on = sent(LastDayBody, request)["ends_on"]
        _require_order({"starts_on": row.starts_on, "ends_on": ends_on})
        with answering(OF_READERS):
            readers.end_agreement(agreement=row, ends_on=ends_on, by=self.actor)
        return self.answer(row)

    @extend_schema(request=None, responses=ReaderAgreementSerializer)
    @action(detail=True, methods=["post"], url_name="restore")
    def restore(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put back an agreement that was removed some days ago at most."""
        return self.restored(self.get_object())


class ExclusionViewSet(ByDomainViewSet[Exclusion]):
    """Companies that read what everybody reads, and are never matched with you."""

    resource = "exclusions"
    serializer_class = ExclusionSerializer

    def get_queryset(self) -> QuerySet[Exclusion]:
        if self.is_described:
            return Exclusion.objects.none()
        own = Exclusion.objects.visible_to(self.actor)
        return own if self.action == "restore" else own.present()

    def mark_of(self, row: Exclusion) -> str:
        return mark_of(row.removed_at)

    @extend_schema(request=ExclusionBody, responses={201: ExclusionSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Exclude a company."""
        given = sent(ExclusionBody, request)
        with answering(OF_READERS):
            row = readers.exclude(by=self.actor, **given)
        return self.answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ExclusionSerializer)
    @action(detail=True, methods=["post"], url_name="restore")
    def restore(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put back an exclusion that was removed some days ago at most."""
        return self.restored(self.get_object())


def _require_order(values: Mapping[str, Any]) -> None:
    if problems := agreement_problems(values):
        raise serializers.ValidationError(problems)
