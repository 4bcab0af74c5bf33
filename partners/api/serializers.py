"""How the directory's rows are read: `uid`s, codes with labels, a unit beside every number."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cdmo_portal.accounts.api.fields import Number
from partners.api.external_ids import OwnExternalIds
from partners.models import (
    Building,
    Capability,
    Certificate,
    Facet,
    Hazard,
    Inspection,
    InspectionOutcome,
    Measure,
    Partner,
    Registration,
    Site,
    SiteIdentifier,
    Term,
)
from partners.permissions import is_own_partner


class FacetSerializer(serializers.ModelSerializer[Facet]):
    class Meta:
        model = Facet
        fields = ["code", "label", "note"]


class TermLinkSerializer(serializers.ModelSerializer[Term]):
    class Meta:
        model = Term
        fields = ["code", "label"]


class TermSerializer(serializers.ModelSerializer[Term]):
    facet = serializers.SlugRelatedField[Facet](slug_field="code", read_only=True)
    # `parent` is also the name of what a nested field stands in; as a declared field it never meets that.
    parent = serializers.SlugRelatedField[Term](  # type: ignore[assignment]
        slug_field="code", read_only=True, allow_null=True
    )
    successor = serializers.SlugRelatedField[Term](slug_field="code", read_only=True, allow_null=True)
    unit_factors = serializers.SerializerMethodField(help_text="Unit → factor to the base unit.")

    class Meta:
        model = Term
        fields = [
            "code",
            "facet",
            "parent",
            "label",
            "note",
            "synonyms",
            "implies",
            "base_unit",
            "unit_factors",
            "countries",
            "edqm_code",
            "eu_gmp_codes",
            "retired_at",
            "successor",
        ]

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}})
    def get_unit_factors(self, term: Term) -> dict[str, float]:
        return {unit: float(factor) for unit, factor in term.unit_factors.items()}


class PartnerLinkSerializer(serializers.ModelSerializer[Partner]):
    class Meta:
        model = Partner
        fields = ["uid", "slug", "name"]


class SiteLinkSerializer(serializers.ModelSerializer[Site]):
    class Meta:
        model = Site
        fields = ["uid", "slug", "name", "country"]


class PartnerSerializer(serializers.ModelSerializer[Partner]):
    is_claimed = serializers.BooleanField(help_text="An organisation of its own keeps this profile.")
    external_ids = OwnExternalIds()

    class Meta:
        model = Partner
        fields = [
            "uid",
            "slug",
            "name",
            "summary",
            "website",
            "is_claimed",
            "is_suggested",
            "is_sample",
            "updated_at",
            "external_ids",
        ]


class PartnerDetailSerializer(PartnerSerializer):
    sites = SiteLinkSerializer(many=True)

    class Meta(PartnerSerializer.Meta):
        fields = [*PartnerSerializer.Meta.fields, "sites"]


class IdentifierSerializer(serializers.ModelSerializer[SiteIdentifier]):
    class Meta:
        model = SiteIdentifier
        fields = ["scheme", "value"]


class SiteSerializer(serializers.ModelSerializer[Site]):
    partner = PartnerLinkSerializer(allow_null=True)
    own_id = serializers.SerializerMethodField(
        help_text="Your own id of the site, site_id in feeds; null for others."
    )
    identifiers = IdentifierSerializer(many=True)
    external_ids = OwnExternalIds()

    class Meta:
        model = Site
        fields = [
            "uid",
            "slug",
            "name",
            "partner",
            "own_id",
            "street",
            "city",
            "region",
            "postal_code",
            "country",
            "latitude",
            "longitude",
            "time_zone",
            "is_profiled",
            "updated_at",
            "identifiers",
            "external_ids",
        ]

    def get_own_id(self, site: Site) -> str | None:
        return site.external_id if is_own_partner(self.context["view"].actor, site.partner) else None


class RegistrationSerializer(serializers.ModelSerializer[Registration]):
    """Registered for operations, as of a snapshot: no proof that they are offered as a service."""

    authority = serializers.CharField(help_text="Code of a reg.* term.")
    publisher = serializers.CharField(source="last_seen.publisher")
    as_of = serializers.DateField(source="last_seen.snapshot_on", help_text="The day of the register.")

    class Meta:
        model = Registration
        fields = [
            "authority",
            "fei",
            "firm_name",
            "registrant_name",
            "address",
            "operations",
            "publisher",
            "as_of",
            "no_longer_listed_on",
        ]


class NextOpenQuarterSerializer(serializers.Serializer[Any]):
    quarter = serializers.CharField(help_text="e.g. Q3 2027")
    reported_on = serializers.DateField()


class SiteDetailSerializer(SiteSerializer):
    registrations = RegistrationSerializer(many=True)
    buildings = serializers.SlugRelatedField[Building](slug_field="name", read_only=True, many=True)
    next_open_quarter = serializers.SerializerMethodField(
        help_text="The first quarter reported open, for readers who may know it."
    )

    class Meta(SiteSerializer.Meta):
        fields = [*SiteSerializer.Meta.fields, "buildings", "registrations", "next_open_quarter"]

    @extend_schema_field(NextOpenQuarterSerializer(allow_null=True))
    def get_next_open_quarter(self, site: Site) -> dict[str, Any] | None:
        opening = self.context["openings"].get(site.pk)
        if opening is None:
            return None
        return {"quarter": str(opening.quarter), "reported_on": opening.reported_on.isoformat()}


class LineLinkSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    """A number in the base unit of its term, beside what was entered; a missing bound is not stated."""

    term = TermLinkSerializer()
    lo = Number(allow_null=True)
    hi = Number(allow_null=True)
    unit = serializers.CharField(source="term.base_unit")

    class Meta:
        model = Measure
        fields = ["term", "lo", "hi", "unit", "count", "entered_text", "entered_unit"]


class CapabilitySerializer(serializers.ModelSerializer[Capability]):
    site = SiteLinkSerializer()
    line = LineLinkSerializer(allow_null=True)
    term = TermLinkSerializer()
    measures = MeasureSerializer(many=True)

    class Meta:
        model = Capability
        fields = [
            "uid",
            "site",
            "line",
            "term",
            "is_offered",
            "stages",
            "basis",
            "source",
            "confirmed_on",
            "audience",
            "note",
            "measures",
        ]


class HazardSerializer(serializers.ModelSerializer[Hazard]):
    site = SiteLinkSerializer()
    building = serializers.CharField(source="building.name", allow_null=True, default=None)
    line = LineLinkSerializer(allow_null=True)
    term = TermLinkSerializer()

    class Meta:
        model = Hazard
        fields = [
            "uid",
            "site",
            "scope",
            "building",
            "line",
            "term",
            "is_present",
            "basis",
            "source",
            "confirmed_on",
            "audience",
        ]


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    site = SiteLinkSerializer()
    term = TermLinkSerializer()
    authority = TermLinkSerializer(allow_null=True)

    class Meta:
        model = Certificate
        fields = [
            "uid",
            "site",
            "term",
            "authority",
            "authority_name",
            "number",
            "inspected_on",
            "issued_on",
            "expires_on",
            "operations",
            "origin",
            "source",
            "source_url",
            "confirmed_on",
        ]


class OutcomeSerializer(serializers.ModelSerializer[InspectionOutcome]):
    class Meta:
        model = InspectionOutcome
        fields = ["project_area", "outcome"]


class InspectionSerializer(serializers.ModelSerializer[Inspection]):
    site = SiteLinkSerializer()
    authority = TermLinkSerializer()
    outcomes = OutcomeSerializer(many=True)

    class Meta:
        model = Inspection
        fields = [
            "uid",
            "site",
            "authority",
            "authority_name",
            "reference",
            "ended_on",
            "covers",
            "outcomes",
            "origin",
            "source",
            "source_url",
        ]
