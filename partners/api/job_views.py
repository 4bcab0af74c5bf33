"""Jobs: what became of many rows that were sent at once."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.pagination import UidCursorPagination
from cdmo_portal.accounts.api.problems import Conflict, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ActorViewSet, ReadViewSet
from partners.actions import jobs
from partners.actions.editing import NotAllowed
from partners.api import job_filters
from partners.api.job_serializers import JobSerializer, RowResultSerializer
from partners.models import Job, JobRow

REFUSALS: Refusals = {NotAllowed: exceptions.PermissionDenied, jobs.JobNotWaiting: Conflict}


class NewestJobFirst(UidCursorPagination):
    """Their uids are random, so that they tell nothing; the key stays inside the cursor."""

    ordering = "-pk"

    def check_position(self, position: str) -> None:
        int(position)


class RowPagination(UidCursorPagination):
    ordering = "index"

    def check_position(self, position: str) -> None:
        int(position)


class JobViewSet(ReadViewSet[Job]):
    """The bulk jobs of your organisation, newest first; kept for seven days after they ended."""

    resource = "jobs"
    serializer_class = JobSerializer
    filterset_class = job_filters.JobFilter
    pagination_class = NewestJobFirst

    def get_queryset(self) -> QuerySet[Job]:
        if self.is_described:
            return Job.objects.none()
        return Job.objects.visible_to(self.actor).defer("body")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(parameters=[IF_MATCH], responses={200: JobSerializer})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Cancel the job while no worker has it; it stays readable."""
        job = self.get_object()
        require_match(request, _etag(job))
        with answering(REFUSALS):
            cancelled = jobs.cancel_job(job=job, by=self.actor)
        return self._answer(cancelled)

    def _answer(self, job: Job) -> Response:
        return Response(self.get_serializer(job).data, headers={"ETag": _etag(job)})


class JobResultViewSet(ListModelMixin, ActorViewSet[JobRow]):
    """What became of each row, in the order in which they were sent; empty until the rows are judged."""

    resource = "jobs"
    serializer_class = RowResultSerializer
    filterset_class = job_filters.JobRowFilter
    pagination_class = RowPagination

    def get_queryset(self) -> QuerySet[JobRow]:
        if self.is_described:
            return JobRow.objects.none()
        job = Job.objects.visible_to(self.actor).filter(uid=self.kwargs["job_uid"]).only("pk").first()
        if job is None:
            raise exceptions.NotFound
        return JobRow.objects.filter(job=job)


def _etag(job: Job) -> str:
    return etag(job.uid, f"{job.shown_state}-{job.lease_token}-{job.checked_count}")
