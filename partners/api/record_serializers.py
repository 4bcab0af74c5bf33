"""How a sponsor reads what it knows itself of partners and sites."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cdmo_portal.accounts.api.fields import Number
from partners.api.serializers import (
    LineLinkSerializer,
    PartnerLinkSerializer,
    SiteLinkSerializer,
    TermLinkSerializer,
)
from partners.models import PrivateAgreement, PrivateFact, PrivateRecord


class RecordOwnerSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField(help_text="Of the member.")
    name = serializers.CharField(source="user.full_name")


class PrivateAgreementSerializer(serializers.ModelSerializer[PrivateAgreement]):
    """An agreement as your own list has it; its last day counts as in force."""

    state = serializers.SerializerMethodField(help_text="Today.")

    class Meta:
        model = PrivateAgreement
        fields = ["uid", "kind", "reference", "starts_on", "ends_on", "state"]

    @extend_schema_field(serializers.ChoiceField(choices=PrivateAgreement.State.choices))
    def get_state(self, agreement: PrivateAgreement) -> str:
        return agreement.state_on(timezone.localdate())


class PrivateFactSerializer(serializers.ModelSerializer[PrivateFact]):
    """What you found out about a term at a site. A missing bound is not stated."""

    term = TermLinkSerializer()
    line = LineLinkSerializer(allow_null=True)
    line_name = serializers.CharField(help_text="Kept when the line is taken away.")
    measure = TermLinkSerializer(allow_null=True)
    lo = Number(allow_null=True)
    hi = Number(allow_null=True)
    unit = serializers.CharField(source="measure.base_unit", allow_null=True, default=None)

    class Meta:
        model = PrivateFact
        fields = [
            "uid",
            "term",
            "is_offered",
            "line",
            "line_name",
            "measure",
            "lo",
            "hi",
            "unit",
            "count",
            "entered_text",
            "entered_unit",
            "stages",
            "basis",
            "source",
            "as_of",
        ]


class PrivateRecordSerializer(serializers.ModelSerializer[PrivateRecord]):
    """What your organisation knows of a partner, a site, or a company that the portal does not know."""

    partner = PartnerLinkSerializer(allow_null=True)
    site = SiteLinkSerializer(allow_null=True)
    owner = RecordOwnerSerializer(allow_null=True)
    agreements = PrivateAgreementSerializer(many=True)

    class Meta:
        model = PrivateRecord
        fields = [
            "uid",
            "partner",
            "site",
            "name",
            "city",
            "country",
            "status",
            "condition",
            "vendor_number",
            "last_audit_on",
            "next_audit_due_on",
            "owner",
            "notes",
            "agreements",
            "created_at",
        ]


class PrivateRecordDetailSerializer(PrivateRecordSerializer):
    facts = PrivateFactSerializer(many=True)

    class Meta(PrivateRecordSerializer.Meta):
        fields = [*PrivateRecordSerializer.Meta.fields, "facts"]
