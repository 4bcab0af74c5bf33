"""Claims of a CDMO: what it asks to keep, and taking that back. An operator decides."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.fields import Flag
from cdmo_portal.accounts.api.problems import Conflict, Refusals, answering
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from partners.actions import claims
from partners.actions.claim_refusals import ClaimRefused
from partners.actions.editing import NotAllowed
from partners.api.body_fields import text_of_lines
from partners.api.own_rows import sent
from partners.api.record_bodies import SubjectBody, subject_of
from partners.api.serializers import PartnerLinkSerializer, SiteLinkSerializer
from partners.models import Claim
from partners.profile_rules import work_address_problem

REFUSALS: Refusals = {NotAllowed: exceptions.PermissionDenied, ClaimRefused: Conflict}


class ClaimBody(SubjectBody):
    """Of a partner or of a single site."""

    proof = text_of_lines(
        2000, allow_blank=False, default=serializers.empty, help_text="Why this profile is yours."
    )
    address = serializers.EmailField(
        max_length=254,
        allow_blank=True,
        default="",
        help_text="At the company's own domain: a code is mailed there, to be typed in on the claim's page.",
    )
    is_contest = Flag(default=False, help_text="Of a profile that another organisation keeps.")

    def validate_address(self, address: str) -> str:
        if problem := work_address_problem(address):
            raise serializers.ValidationError(problem)
        return address


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """A claim of your own organisation."""

    partner = PartnerLinkSerializer(allow_null=True)
    site = SiteLinkSerializer(allow_null=True)

    class Meta:
        model = Claim
        fields = [
            "uid",
            "kind",
            "partner",
            "site",
            "proof",
            "proved_domain",
            "proved_at",
            "answer_until",
            "state",
            "reason",
            "made_at",
            "decided_at",
        ]


class ClaimViewSet(ReadViewSet[Claim]):
    """What your organisation asks to keep. Nothing is taken over before an operator decides."""

    resource = "claims"
    serializer_class = ClaimSerializer

    def get_queryset(self) -> QuerySet[Claim]:
        if self.is_described:
            return Claim.objects.none()
        return Claim.objects.visible_to(self.actor).select_related("partner", "site")

    @extend_schema(request=ClaimBody, responses={201: ClaimSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Claim a free profile, or contest one that another organisation keeps."""
        given = sent(ClaimBody, request)
        subject = subject_of(given)
        if subject is None:
            raise serializers.ValidationError({"partner": "Give a partner or a site."})
        asked = {name: given[name] for name in ("proof", "address", "is_contest")}
        with answering(REFUSALS):
            row = claims.claim(subject=subject, by=self.actor, **asked)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ClaimSerializer)
    @action(detail=True, methods=["post"], url_name="withdraw")
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a claim back before it is decided."""
        row = self.get_object()
        with answering(REFUSALS):
            claims.withdraw(claim=row, by=self.actor)
        return Response(self.get_serializer(self.get_object()).data)
