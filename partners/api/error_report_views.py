"""Errors on profiles: anybody reports them, whoever keeps the profile decides."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.fields import Flag
from cdmo_portal.accounts.api.permissions import AnyRole
from cdmo_portal.accounts.api.problems import Conflict, Refusals, answering
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from partners.actions import error_reports
from partners.actions.editing import NotAllowed
from partners.actions.error_reports import ReportFacts
from partners.api.body_fields import text_of_lines
from partners.api.own_rows import sent
from partners.api.record_bodies import SubjectBody, subject_of
from partners.api.serializers import PartnerLinkSerializer, SiteLinkSerializer
from partners.forms.error_reports import OF_PARTNER, OF_SITE
from partners.models import ErrorReport, Site

REFUSALS: Refusals = {
    NotAllowed: exceptions.PermissionDenied,
    error_reports.AlreadyDecided: Conflict,
    error_reports.TooManyReports: lambda reason: exceptions.Throttled(detail=reason),
}


class ReportBody(SubjectBody):
    part = serializers.ChoiceField(choices=ErrorReport.Part.choices, help_text="Where on the profile.")
    wrong = text_of_lines(2000, allow_blank=False, default=serializers.empty, help_text="What is wrong.")
    right = text_of_lines(2000, help_text="What is right, if you know it.")
    how_known = text_of_lines(1000, allow_blank=False, default=serializers.empty)
    names_organisation = Flag(default=False, help_text="Tell the company which organisation you are from.")


class DecisionBody(Body):
    is_right = Flag(help_text="true: you correct the profile; false: nothing is changed, for the reason.")
    reason = text_of_lines(2000, help_text="Needed where nothing is changed; the reporter reads it.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["is_right"] and not attrs["reason"]:
            raise serializers.ValidationError({"reason": "Say why nothing is changed."})
        return attrs


class ErrorReportSerializer(serializers.ModelSerializer[ErrorReport]):
    """A report about your own profile. Who reported it is told only where they wish, by organisation."""

    partner = PartnerLinkSerializer(allow_null=True)
    site = SiteLinkSerializer(allow_null=True)
    organisation = serializers.SerializerMethodField(help_text="Its name, where the reporter wishes.")

    class Meta:
        model = ErrorReport
        fields = [
            "uid",
            "partner",
            "site",
            "part",
            "wrong",
            "right",
            "how_known",
            "organisation",
            "state",
            "reason",
            "made_at",
            "decided_at",
        ]

    def get_organisation(self, report: ErrorReport) -> str | None:
        return report.organisation.name if report.names_organisation and report.organisation else None


class ErrorReportViewSet(ReadViewSet[ErrorReport]):
    """Errors that somebody reported on your own profile."""

    resource = "error-reports"
    # Viewers report errors, too; who decides, the action says.
    permission_classes = [AnyRole]
    serializer_class = ErrorReportSerializer

    def get_queryset(self) -> QuerySet[ErrorReport]:
        if self.is_described:
            return ErrorReport.objects.none()
        rows = ErrorReport.objects.visible_to(self.actor)
        return rows.select_related("site__partner", "partner", "organisation")

    @extend_schema(request=ReportBody, responses={201: ErrorReportSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tell whoever keeps a profile what is wrong in it; you hear by mail what came of it."""
        given = sent(ReportBody, request)
        about = subject_of(given)
        if about is None:
            raise serializers.ValidationError({"site": "Give a partner or a site."})
        if given["part"] not in (OF_SITE if isinstance(about, Site) else OF_PARTNER):
            raise serializers.ValidationError({"part": "This profile has no such part."})
        facts = ReportFacts(**{name: given[name] for name in ReportFacts.__dataclass_fields__})
        with answering(REFUSALS):
            row = error_reports.report(about=about, facts=facts, by=self.actor)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=DecisionBody, responses=ErrorReportSerializer)
    @action(detail=True, methods=["post"], url_name="decide")
    def decide(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say whether a report about your profile is right."""
        row, given = self.get_object(), sent(DecisionBody, request)
        with answering(REFUSALS):
            if given["is_right"]:
                error_reports.accept(report=row, by=self.actor)
            else:
                error_reports.decline(report=row, reason=given["reason"], by=self.actor)
        return Response(self.get_serializer(self.get_object()).data)
