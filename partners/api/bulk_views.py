"""Many capacity windows or statements in one request: at once, or as a job where they are many."""

from typing import Any, ClassVar, cast

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, status
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.problems import (
    MEDIA_TYPE,
    Conflict,
    ParametersRefused,
    Refusals,
    answering,
    problem_response,
)
from cdmo_portal.accounts.api.row_bodies import JSONRowsParser, NDJSONRowsParser, SentRows
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from cdmo_portal.events.nudges import nudge
from partners.actions import jobs
from partners.actions.editing import ChangedMeanwhile, NotAllowed
from partners.api.bodies import CapabilityBody, WindowBody
from partners.api.bulk_reading import as_results, checked, is_whole
from partners.api.job_serializers import BulkAnswerSerializer, JobSerializer
from partners.api.job_tasks import run_jobs
from partners.bulk_rows import Mode, Outcome, totals_of
from partners.models import Capability, CapacityWindow, Job

REFUSALS: Refusals = {
    NotAllowed: exceptions.PermissionDenied,
    ChangedMeanwhile: Conflict,
    jobs.TooManyJobs: Conflict,
}
PARAMETERS = [
    OpenApiParameter(
        "mode",
        str,
        enum=[each.value for each in Mode],
        default=Mode.ALL_OR_NOTHING.value,
        description="Whether one refused row leaves out all others.",
    ),
    OpenApiParameter(
        "Prefer",
        str,
        OpenApiParameter.HEADER,
        description="`respond-async` asks for a job, however few the rows are.",
    ),
]
RESPONSES = {
    200: OpenApiResponse(BulkAnswerSerializer, description="The rows were applied."),
    202: OpenApiResponse(JobSerializer, description="A job was made; `Location` is its address."),
}
NOTHING_APPLIED = "%d of %d rows were refused, so nothing was applied."


class BulkViewSet[Row: Model](ActorViewSet[Row]):
    """One POST of up to 10,000 rows, as a JSON array or as newline-delimited JSON."""

    parser_classes = [NDJSONRowsParser, JSONRowsParser]
    kind: ClassVar[Job.Kind]

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        mode = _mode(request)
        sent = cast(object, request.data)
        if not isinstance(sent, SentRows):  # without a body nothing is parsed
            raise ParseError("The body has no rows.")
        if len(sent.rows) > settings.BULK_ROWS_AT_ONCE or _prefers_job(request):
            return self._as_job(sent, mode)
        with answering(REFUSALS):
            outcomes = checked(self.kind, sent.rows, self.actor).kept(mode)
        if not is_whole(mode, outcomes):
            return _nothing_applied(sent, outcomes)
        results = list(as_results(sent.rows, outcomes))
        return Response({"mode": mode.value, "totals": totals_of(outcomes), "results": results})

    def _as_job(self, sent: SentRows, mode: Mode) -> Response:
        with answering(REFUSALS):
            job = jobs.start_job(
                kind=self.kind,
                mode=mode,
                media_type=sent.media_type,
                body=sent.body,
                row_count=len(sent.rows),
                by=self.actor,
            )
        nudge(run_jobs)
        headers = {"Location": reverse("api-job-detail", args=[job.uid])}
        if _prefers_job(self.request):
            headers["Preference-Applied"] = "respond-async"
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED, headers=headers)


class WindowBulkViewSet(BulkViewSet[CapacityWindow]):
    resource = "capacity-windows"
    queryset = CapacityWindow.objects.none()
    kind = Job.Kind.WINDOWS

    @extend_schema(request=WindowBody(many=True), parameters=PARAMETERS, responses=RESPONSES)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep up to 10,000 windows; each as a window that is sent alone.

        Rows are a JSON array, or lines of JSON (`application/x-ndjson`). A window of the same line, period
        and state is taken over; no other is closed. More than 500 rows become a job.
        """
        return super().create(request, *args, **kwargs)


class CapabilityBulkViewSet(BulkViewSet[Capability]):
    resource = "capabilities"
    queryset = Capability.objects.none()
    kind = Job.Kind.CAPABILITIES

    @extend_schema(request=CapabilityBody(many=True), parameters=PARAMETERS, responses=RESPONSES)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep up to 10,000 statements; each as a statement that is sent alone.

        Rows are a JSON array, or lines of JSON (`application/x-ndjson`). A row about a term that the same
        place says something of already replaces that statement, its numbers included. More than 500 rows
        become a job.
        """
        return super().create(request, *args, **kwargs)


def _mode(request: Request) -> Mode:
    refuse_unknown_parameters(request, frozenset({"mode"}))
    given = request.query_params.get("mode", Mode.ALL_OR_NOTHING.value)
    if given not in set(Mode):
        raise ParametersRefused({"mode": f"Give one of: {', '.join(Mode)}."})
    return Mode(given)


def _prefers_job(request: Request) -> bool:
    """Whether the header Prefer (RFC 7240) asks for it."""
    wishes = request.META.get("HTTP_PREFER", "").lower().split(",")
    return "respond-async" in {wish.partition(";")[0].strip() for wish in wishes}


def _nothing_applied(sent: SentRows, outcomes: list[Outcome]) -> Response:
    """A problem like any other, whose entries also say the row and its line."""
    refused = [each for each in as_results(sent.rows, outcomes) if each["errors"]]
    answer = problem_response(ValidationError(), {})
    assert answer is not None  # noqa: S101 - such an error always has an answer
    answer.data["detail"] = NOTHING_APPLIED % (len(refused), len(outcomes))
    answer.data["errors"] = [
        {**entry, "pointer": f"#/{each['index']}{entry['pointer'][1:]}", "line": each["line"]}
        for each in refused
        for entry in each["errors"]
    ]
    answer.content_type = MEDIA_TYPE
    return answer
